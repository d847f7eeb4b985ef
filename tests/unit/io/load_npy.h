/* NumPy archives for the tests of load: made here, byte by byte, packed by libzip. */
#ifndef SECATEUR_TESTS_UNIT_LOAD_NPY_H
#define SECATEUR_TESTS_UNIT_LOAD_NPY_H

#include "tests/unit/io/load_sets.h"

#include <zip.h>

struct npz {
    zip_t *zip;
};

struct npz npz_begin(const char *path);
void npz_end(struct npz *npz);
void npz_add_file(struct npz *npz, const char *name, const void *bytes, size_t size, bool deflate);

/* name.npy: a header in words, then the values. */
void npz_add(struct npz *npz, const char *name, const char *header, const void *values, size_t size,
    bool deflate);

/* A value as NumPy's type says, "<i2" or ">f8". */
void npz_put(unsigned char *to, const char *type, int value);
void npz_add_images(
    struct npz *npz, const char *name, const char *type, bool fortran, bool deflate);
void npz_write_set(const char *path, const char *data, const char *label, const char *type,
    bool fortran, bool deflate);

#endif
