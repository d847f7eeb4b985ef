/* The contract of an export: a figure and its numbers, for files. The same snapshot, look and
 * request give the same bytes. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FILES_EXPORT_H
#define SECATEUR_VIEWS_FILES_EXPORT_H

#include "engine/api/snapshot.h"
#include "engine/base/error.h"

enum { EXPORT_PATH = 1024 };

/* A file that the numbers came from. */
struct export_input {
    const char *role, *name; /* "clean file", "valid.h5" */
    const char *sha;         /* 64 digits; NULL: not a file of its own */
};

struct view_state;

struct export_request {
    const struct snapshot *snapshot;
    const struct view_state *view_state; /* viewed round, axis, orders, cursor, filter and side */
    const char *path;                    /* its ending is the format; NULL: a name in `folder` */
    const char *folder;                  /* NULL: "."; made when it is missing */
    const char *stem;                    /* of the name, without ending; NULL: a telling one */
    const char *formats;                 /* "pdf,svg,png", where there is no path; NULL: png */
    const char *size;                    /* of figures: 88mm, 120mm, 180mm, slide; NULL: 88mm */
    const char *style;                   /* of figures, see figure_style.h; NULL: plain */
    const char *version;                 /* of the program, for the metadata */
    const char *command;                 /* command line, for the metadata; may be NULL */
    int n_inputs;
    const struct export_input *inputs; /* [n_inputs] */
    int zoom;                          /* whole number for pixel pictures; 0: 4 */
    bool force;                        /* overwrite existing files */
};

struct figure;

/* What the numbers of a figure are of, which its title names. */
enum export_of {
    EXPORT_WAY,   /* a way of pruning: layer and criterion */
    EXPORT_NET,   /* one net on that way */
    EXPORT_MODEL, /* several ways, which the figure names by itself */
};

struct export
{
    const char *name; /* "curves" */
    const char *view; /* the panel whose figure it is; NULL: of none */
    const char *help;
    const char *title; /* of the figure, where one is asked for */
    enum export_of of;
    bool pixels; /* a picture pixel by pixel: PNG alone, whatever formats are asked for */
    /* Names the figure, fills its table, draws it: figure.h. */
    bool (*make)(struct figure * figure, struct error * err);
};

#endif
