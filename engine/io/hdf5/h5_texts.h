/* Texts of any length in attributes. The attribute holds references into heaps, and the library
 * believes them: it writes as many bytes as a heap's object has to where the reference asked for
 * fewer (1.10), and copies one object for each of ten thousand references. So the references are
 * read as they are, and followed here. Source: HDF5 File Format Specification, IV.A.2.d and
 * "Global Heap ID". Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_TEXTS_H
#define SECATEUR_ENGINE_IO_HDF5_H5_TEXTS_H

#include "engine/base/error.h"

#include <hdf5.h>
#include <stddef.h>

/* The n texts of an open attribute of texts of any length, at most `most` bytes in all; malloc'd.
 * NULL with err, which says what is wrong with the attribute. */
char **h5_texts_read(hid_t file, hid_t attribute, int n, size_t most, struct error *err);

#endif
