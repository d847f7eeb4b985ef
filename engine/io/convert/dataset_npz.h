/* An image set as a NumPy archive: data [n, height, width, channels] as bytes or floats, label [n]
 * as 64-bit numbers, deflated. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_CONVERT_DATASET_NPZ_H
#define SECATEUR_ENGINE_IO_CONVERT_DATASET_NPZ_H

#include "engine/io/images/dataset.h"

/* Atomic. A surrogate is refused: such an archive has no place for the note that says so. */
bool dataset_write_npz(
    const struct dataset *dataset, const char *path, bool force, struct error *err);

#endif
