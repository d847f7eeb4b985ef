/* Global heaps of HDF5: where texts of any length lie. The library walks one object by object and
 * does not see that a step of no bytes never ends (1.10). Source: HDF5 File Format Specification,
 * III.E "Disk Format: Level 1E - Global Heap". Thread: any. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_HEAP_H
#define SECATEUR_ENGINE_IO_HDF5_H5_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the heap whose first n bytes these are; 0: they are none. length_bytes: of a length in
 * the file. */
uint64_t h5_heap_size(const unsigned char *bytes, size_t n, unsigned length_bytes);
/* Whether all its objects lie behind one another within bytes[size]. */
bool h5_heap_is_sound(const unsigned char *bytes, size_t size, unsigned length_bytes);
/* Where the objects of a sound heap are, by their numbers: [*n] offsets, 0: there is none;
 * malloc'd. The library takes the last of one number. */
size_t *h5_heap_index(const unsigned char *bytes, size_t size, unsigned length_bytes, size_t *n);
/* What the object at an offset holds, *n bytes. */
const unsigned char *h5_heap_object(
    const unsigned char *bytes, size_t at, unsigned length_bytes, size_t *n);

#endif
