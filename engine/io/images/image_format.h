/* A kind of file that holds named arrays of numbers. A new one is a file format_NAME.c with
 * `const struct image_format image_format_NAME`, and its name in the list of this room's
 * meson.build. Which array holds images and how its axes lie is found for all formats alike
 * (dataset_choose.c). Files are data from strangers: all of this runs in the sandbox's child, and
 * sizes that a file declares are checked before memory is taken. Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_IMAGE_FORMAT_H
#define SECATEUR_ENGINE_IO_IMAGES_IMAGE_FORMAT_H

#include "engine/io/files/source.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/images/surrogate_note.h"

/* An open array, as a format fills it. */
struct image_array {
    void *data;                   /* the format's own; NULL: it could not be opened */
    const struct h5_shape *shape; /* as stored */
    const char *turned;           /* why its axes are stored the other way round; NULL: they are
                                     not */
};

/* Called with the name of each array; false ends the list. */
typedef bool image_format_found(void *context, const char *name);

struct image_format {
    const char *name;
    bool joins; /* the rows of several such files are one set; else two are images and labels */
    /* By the first bytes. Formats are asked in the order of the list; NULL: the format of files
     * that no other recognises, which says what such a file is. One format has NULL, wherever it
     * stands. */
    bool (*recognises)(const struct source *source);
    void *(*open)(const struct source *source, struct error *err); /* NULL with err */
    void (*close)(void *file);
    bool (*has)(void *file, const char *array);
    void (*list)(void *file, image_format_found *found, void *context);
    void (*contents)(void *file, char text[H5_CONTENTS]); /* "data, label"; "nothing" */
    /* The note of a surrogate (surrogate_note.h), "": it is none. NULL: files hold no notes. */
    void (*surrogate)(void *file, char note[SURROGATE_NOTE]);
    bool (*array_open)(void *file, const char *name, struct image_array *array, struct error *err);
    void (*array_close)(void *data);
    /* Rows first..first+n-1 along an axis, as stored, as numbers of the type into out. */
    bool (*array_read)(void *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
        void *out, struct error *err);
};

#endif
