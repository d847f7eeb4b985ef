/* Shared by the h5*.c files, which alone may see the library. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_PRIVATE_H
#define SECATEUR_ENGINE_IO_HDF5_H5_PRIVATE_H

#include "engine/io/files/input.h"
#include "engine/io/hdf5/h5.h"

#include <hdf5.h>

enum {
    H5_NAMES_MAX = 10000, /* entries of one list of names, or links of one group */
    H5_REASON = 200,
};

struct h5 {
    char *name;
    hid_t file;
    struct input input; /* to be closed with it; descriptor -1: none */
    bool ours;          /* made here, so nothing in it needs checks */
};

/* The library as we want it: no words of its own, no plugins. Cheap, so done at every door. */
void h5_quiet(void);
/* Takes over a file that was opened or made; NULL with err if it was not. */
struct h5 *h5_take(const char *name, hid_t file, bool ours, struct error *err);
/* What the library says was the first cause of its last failure, into text[H5_REASON]. */
const char *h5_reason(char *text);
bool h5_fail_at(const struct h5 *h5, const char *path, struct error *err);
/* Walks to path by links within the file. NONE and LINK say (with err) why it cannot be reached;
 * OTHER: it is there. */
enum h5_kind h5_reach(struct h5 *h5, const char *path, struct error *err);
hid_t h5_open_object(struct h5 *h5, const char *path, struct error *err); /* negative: no */

#endif
