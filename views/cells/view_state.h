/* How a person looks at a snapshot: the state of the screen that is not the engine's.
 * Owner: app/screen. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CELLS_VIEW_STATE_H
#define SECATEUR_VIEWS_CELLS_VIEW_STATE_H

#include <stdbool.h>

enum depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_TRUE };
enum marker { MARKER_BRAILLE, MARKER_BLOCK, MARKER_ASCII };
enum axis { AXIS_AUTO, AXIS_FULL, AXIS_DROP, AXIS_TRADE, N_AXES };
enum channel_order { ORDER_ID, ORDER_RANK, ORDER_DIFFERENCE, ORDER_WHAT_IF, N_CHANNEL_ORDERS };
enum face_filter {
    FACES_CHANGED,
    FACES_BROKEN,
    FACES_RECOVERED,
    FACES_RESCUED,
    FACES_REINFECTED,
    FACES_ALL,
    FACES_WRONG,
    FACES_FLAGGED,
    N_FACE_FILTERS
};
enum face_side { FACES_BOTH, FACES_CLEAN, FACES_POISONED, N_FACE_SIDES };

/* What lies over a large face, and over the images of a channel. */
enum seen { SEEN_IMAGE, SEEN_MAP, SEEN_GRADIENT, SEEN_OCCLUSION, N_SEEN };

enum grip { GRIP_NOTHING, GRIP_OVERVIEW, GRIP_THRESHOLD };

enum { LOOK_PINS = 24 };

struct view_state {
    enum depth depth;
    enum marker marker;
    bool ascii;                  /* glyphs below 0x80 only */
    bool pixels;                 /* the terminal shows pictures in its own pixels */
    int cell_width, cell_height; /* of a cell, in those pixels, as told; 0: not known */
    bool lean;      /* the line is slow: small pictures of few colours, which change seldom */
    int still;      /* round whose faces such a line has, -1: that which panels show */
    int viewed;     /* round that panels show, -1: the engine's own position */
    bool playing;   /* finished rounds are shown one after the other */
    bool dragging;  /* the pointer is dragged along a panel */
    bool sliding;   /* … along the curves: the round is */
    enum grip grip; /* what of the channels it holds then */
    enum axis axis;
    int closer;  /* ranges of the axis that are narrower than its own, see curves_closer() */
    int channel; /* cursor among channels (channel number) */
    enum channel_order channel_order;
    double outliers; /* deviations beyond which channels are marked; 0: as the criterion says */
    int site;        /* cursor among sites */
    int threshold;   /* cursor among thresholds */
    int good;        /* cursor among the repaired nets of GoodNet */
    int suspect;     /* cursor among the suspects */
    int compared;    /* cursor among the orders that were compared */
    int face;        /* cursor among the images that filter and side let through */
    enum face_filter face_filter;
    enum face_side face_side;
    int only_class;                  /* images of this class alone, counted from 1; 0: of all */
    int n_pinned, pinned[LOOK_PINS]; /* faces shown before all others: 2 * index + set */
    enum seen seen;                  /* over a face seen large */
    bool pictures;   /* a channel seen large: the images that activate it, not numbers */
    bool difference; /* a pair seen large: what the trigger changed in place of the second */
    int scroll;      /* of log (lines back from the newest) and help (lines down) */
    bool detail;     /* zoomed faces and channels: the one under the cursor, large */
};

#endif
