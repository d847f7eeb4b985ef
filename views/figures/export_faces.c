/* A sheet of images, from the cursor on. */
#include "views/figures/figure_pictures.h"
#include "views/files/file.h"

enum { SHEET_FACES = 24 };

static bool make(struct figure *f, struct error *err)
{
    struct faces faces;
    int cursor;
    if (!figure_pictures_select(f, &faces, &cursor, err))
        return false;
    int n = faces.n - cursor < SHEET_FACES ? faces.n - cursor : SHEET_FACES;
    const char *filter = faces_filter_name(faces.filter);
    file_stem(f->stem, sizeof f->stem, "faces_%s_round%d", filter, faces.round);
    figure_tell(
        f, "%d of %d images (%s with %d pruned channels).", n, faces.n, filter, faces.round);
    bool written = figure_pictures_make(f, faces.face + cursor, n, err);
    faces_finish(&faces);
    return written;
}

const struct export export_faces = {
    .name = "faces",
    .view = "faces",
    .help = "up to 24 images from the cursor on, as they are filtered",
    .pixels = true,
    .make = make,
};
