/* What all exports share: a picture and its table go to disk together. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURE_H
#define SECATEUR_VIEWS_FIGURE_H

#include "views/canvas.h"
#include "views/csv.h"

/* Writes bytes to the request's path or folder/<stem>.<extension>, then the table beside it;
 * nothing when either is there already and not forced. path[EXPORT_PATH] says where. */
bool figure_write(const struct export_request *request, const char *stem, const char *extension,
    const void *bytes, size_t size, const struct csv *csv, char *path, struct error *err);
/* Finishes the canvas into bytes and writes them like figure_write. */
bool figure_write_canvas(const struct export_request *request, const char *stem,
    const char *extension, struct canvas *canvas, const struct csv *csv, char *path,
    struct error *err);

/* True when rounds are there to be shown; else err says what is missing. */
bool figure_possible(const struct export_request *request, struct error *err);
/* "conv_3_mean-activation": layer and criterion, for names of files. */
void figure_stem(const struct snapshot *snapshot, char *text, int size);

#endif
