/* Colours by meaning: one palette table for the screen and for figures. Blue is clean, orange is
 * attack, grey is pruned; activations run through cividis, differences through blue-white-orange.
 * Thread: any; everything here is constant. */
#ifndef SECATEUR_VIEWS_CELLS_THEME_H
#define SECATEUR_VIEWS_CELLS_THEME_H

#include "views/cells/cells.h"

#include <stdbool.h>

enum role {
    ROLE_TEXT,        /* ordinary words and numbers */
    ROLE_STRONG,      /* headings, what changed in the last round */
    ROLE_FAINT,       /* labels, units, hints; still readable */
    ROLE_GRID,        /* decoration that may vanish: dotted lines, empty bars */
    ROLE_FRAME,       /* frames of panels */
    ROLE_FOCUS,       /* frame and title of the focused panel */
    ROLE_BAR,         /* title bar and hint bar, on their own background */
    ROLE_KEY,         /* a key's name in hints and help */
    ROLE_CURSOR,      /* the marked line or item, on its own background */
    ROLE_CLEAN,       /* clean images and accuracy */
    ROLE_ATTACK,      /* poisoned images and attack success */
    ROLE_BOTH,        /* where the two share a place */
    ROLE_CLEAN_PAST,  /* both sets in earlier ways of pruning: */
    ROLE_ATTACK_PAST, /* behind everything, lines only */
    ROLE_PRUNED,      /* channels that are gone */
    ROLE_NEXT,        /* the channel that would go next */
    ROLE_GOOD,        /* crossed, saved, rescued, recovered */
    ROLE_BAD,         /* broken, failed */
    ROLE_WARNING,     /* oracle knowledge, looking back */
    ROLE_RUN,         /* state pills, on their own background: running … */
    ROLE_PAUSE,       /* … paused … */
    ROLE_DONE,        /* … done … */
    ROLE_VIEWING,     /* … and looking back */
    N_ROLES,
};

struct theme_colour {
    uint32_t fg, bg; /* CELL_DEFAULT: the terminal's own */
    uint8_t attributes;
};

struct theme {
    const char *name, *help;
    bool dark;
    uint32_t ground; /* what CELL_DEFAULT is taken for in figures, pictures and contrast */
    uint32_t ink;
    struct theme_colour role[N_ROLES];
};

const struct theme *themes_at(int index); /* NULL behind the last; 0 is the default */
const struct theme *theme_find(const char *name);
const struct theme *theme_paper(void); /* of figures: white ground, Okabe-Ito as published */

/* A blank of that role: set .glyph, or hand it to cells_text(). */
struct cell theme_cell(const struct theme *theme, enum role role);
/* Colours of values: 0..1 through cividis, -1..1 through blue-white-orange (dark in the middle on
 * dark grounds); outside is clamped. 0xRRGGBB. */
uint32_t theme_activation(double value);
uint32_t theme_difference(const struct theme *theme, double value);
double theme_contrast(uint32_t a, uint32_t b); /* WCAG 2, 1..21 */

#endif
