/* The table of exports: a new one is a file export_<name>.c and a name in meson.build.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURES_EXPORTS_H
#define SECATEUR_VIEWS_FIGURES_EXPORTS_H

#include "views/charts/canvas_paper.h"
#include "views/files/export.h"

const struct export *exports_at(int index);          /* NULL behind the last */
const struct export *exports_find(const char *name); /* NULL: there is none */
/* Writes the figure in every format, a table of its numbers (.csv) and what puts it into a paper
 * (.tex) beside it, all or nothing; path[EXPORT_PATH] says where, "": not known yet. */
bool exports_write(const struct export *export, const struct export_request *request, char *path,
    struct error *err);

/* A figure on a screen, as it would be written. */
struct export_picture {
    uint8_t *rgb; /* [height][width][3] */
    int width, height;
    int columns, rows;        /* cells that it fills; 0: a picture pixel by pixel, of any size */
    struct paper_words words; /* where the screen's own letters stand */
};
/* Nothing is written. Letters are words where `letters`, else drawn. The caller finishes it. */
bool exports_picture(const struct export *export, const struct export_request *request,
    struct paper_screen screen, bool letters, struct export_picture *picture, struct error *err);
void export_picture_finish(struct export_picture *picture);

#endif
