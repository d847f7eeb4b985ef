/* HDF5: `data` (NCHW) and `label`, with the note of a surrogate. */
#include "engine/io/convert/image_writer.h"

#include "engine/base/atomic_write.h"

static bool fits(const char *path)
{
    return image_writer_ends(path, ".h5") || image_writer_ends(path, ".hdf5");
}

const struct image_writer image_writer_hdf5 = {
    .as = "FILE.h5",
    .keeps_notes = true,
    .fits = fits,
    .check = atomic_write_check,
    .write = dataset_write,
};
