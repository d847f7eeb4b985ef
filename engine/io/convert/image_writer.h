/* A form in which image sets are written. A new one is a file writer_NAME.c with `const struct
 * image_writer image_writer_NAME`, and its name in the list of this room's meson.build.
 * Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_CONVERT_IMAGE_WRITER_H
#define SECATEUR_ENGINE_IO_CONVERT_IMAGE_WRITER_H

#include "engine/io/images/dataset.h"

struct image_writer {
    const char *as;                 /* what its names look like, for messages: "FILE.npz" */
    bool keeps_notes;               /* of surrogates; else these are refused */
    bool (*fits)(const char *path); /* by the name */
    /* What can be said before the set is read: something is there already, labels have no name. */
    bool (*check)(const char *path, bool force, struct error *err);
    /* All of it or nothing. A set that the form cannot hold is refused (ERROR_USAGE). */
    bool (*write)(const struct dataset *set, const char *path, bool force, struct error *err);
};

/* By the name; NULL with err (ERROR_USAGE), which names all forms. path may be NULL. */
const struct image_writer *image_writer_find(const char *path, struct error *err);
bool image_writer_write(const struct image_writer *writer, const struct dataset *set,
    const char *path, bool force, struct error *err);

/* For writers: the name ends so; both names of "IMAGES,LABELS", or labels called as those beside
 * images are found, malloc'd; two files written, or none. */
bool image_writer_ends(const char *path, const char *ending);
bool image_writer_pair(const char *path, char **images, char **labels, struct error *err);
bool image_writer_check_pair(const char *path, bool force, struct error *err);
struct image_file {
    const void *bytes;
    size_t size;
};
bool image_writer_write_pair(
    const char *path, const struct image_file file[2], bool force, struct error *err);
/* The values of image i as bytes [shape]; only of sets of bytes. */
void image_writer_bytes(const struct dataset *set, int image, uint8_t *bytes);
/* False with err (ERROR_USAGE): the set holds floats, or a label above `most`. */
bool image_writer_needs_bytes(
    const struct dataset *set, const char *path, int most, struct error *err);

#endif
