/* How the HDF5 library gets at the bytes of a foreign file: from an open descriptor, with no file
 * opened by itself, or from memory. Nothing is read beyond the end, and a global heap (where lists
 * of texts are) that would keep the library walking for ever is refused before it sees it.
 * Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_DRIVER_H
#define SECATEUR_ENGINE_IO_HDF5_H5_DRIVER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the file behind a descriptor begins as HDF5 does, or so behind a block of its user's. */
bool h5_driver_knows(int descriptor);
/* Opens the file behind a descriptor for reading; it must stay open until the file is closed, and
 * is not closed by it. Negative: the library says why. */
hid_t h5_driver_open(int descriptor);
/* Opens a copy of bytes[size] for reading and changing in memory. */
hid_t h5_driver_open_image(const void *bytes, size_t size);
/* A new file in memory. */
hid_t h5_driver_create(void);
struct h5_driver;
/* The driver of an open file; owner: the file. */
struct h5_driver *h5_driver_of(hid_t file);
/* Raw data may from now on only be read `size` bytes at once, 0: as one likes. Another number is
 * refused before memory is touched: the library writes what the file says to where we made room for
 * what it should be. */
void h5_driver_expect(struct h5_driver *driver, size_t size);
/* Bytes of raw data that were asked for last. */
size_t h5_driver_asked(const struct h5_driver *driver);
/* Bytes of an address, and of a length, in the file. */
void h5_driver_sizes(hid_t file, unsigned *address_bytes, unsigned *length_bytes);
/* The whole heap of texts at an address of the file, sound; malloc'd, NULL: there is none. */
unsigned char *h5_driver_heap(hid_t file, uint64_t address, size_t *size);
/* Closes what one of them opened. */
void h5_driver_close(hid_t file);

#endif
