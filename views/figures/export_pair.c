/* The image under the cursor, clean and poisoned side by side. */
#include "views/facts/face_pair.h"
#include "views/figures/figure_pictures.h"
#include "views/files/file.h"

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    struct faces faces;
    int cursor;
    if (!figure_pictures_select(f, &faces, &cursor, err))
        return false;
    struct face face = faces.face[cursor];
    int partner = face_pair(s, face);
    faces_finish(&faces);
    if (partner < 0 && s->n_images[SET_CLEAN] == s->n_images[SET_POISONED] && !s->pairs)
        partner = face.index; /* the pictures say nothing: by their numbers */
    if (partner < 0)
        return fail_as(err, ERROR_FAILED,
            "image %d has no counterpart: among %d clean and %d poisoned images no other shows the "
            "same picture",
            face.index, s->n_images[SET_CLEAN], s->n_images[SET_POISONED]);
    bool clean = face.set == SET_CLEAN;
    struct face pair[] = {
        {SET_CLEAN, clean ? face.index : partner}, {SET_POISONED, clean ? partner : face.index}};
    file_stem(f->stem, sizeof f->stem, "pair_%d", pair[1].index);
    figure_tell(f, "Poisoned image %d, and the clean image %d.", pair[1].index, pair[0].index);
    return figure_pictures_make(f, pair, 2, err);
}

const struct export export_pair = {
    .name = "pair",
    .view = "faces",
    .help = "the image under the cursor, clean and poisoned side by side",
    .pixels = true,
    .make = make,
};
