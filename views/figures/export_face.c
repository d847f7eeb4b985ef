/* The image under the cursor. */
#include "views/figures/figure_pictures.h"
#include "views/files/file.h"

static bool make(struct figure *f, struct error *err)
{
    struct faces faces;
    int cursor;
    if (!figure_pictures_select(f, &faces, &cursor, err))
        return false;
    const struct face face = faces.face[cursor];
    const char *set = face.set == SET_CLEAN ? "clean" : "poisoned";
    faces_finish(&faces);
    file_stem(f->stem, sizeof f->stem, "face_%s_%d", set, face.index);
    figure_tell(f, "The %s image %d.", set, face.index);
    return figure_pictures_make(f, &face, 1, err);
}

const struct export export_face = {
    .name = "face",
    .view = "faces",
    .help = "the image under the cursor, pixel for pixel",
    .pixels = true,
    .make = make,
};
