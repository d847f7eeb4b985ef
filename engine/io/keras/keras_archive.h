/* The archives of Keras 3 (.keras): config.json, metadata.json and model.weights.h5, in a child
 * process alone (sandbox.h). Thread: one. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_ARCHIVE_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_ARCHIVE_H

#include "engine/io/files/source.h"
#include "engine/io/hdf5/h5.h"

/* The entries of a .keras file; json and version malloc'd (version NULL: not said), the caller
 * closes the weights. Each pointer may be NULL: not wanted. */
bool keras_archive_open(const struct source *source, char **json, char **version,
    struct h5 **weights, struct error *err);
/* The file with other weights, all else as it was; malloc'd. */
void *keras_archive_replace(
    const struct source *source, struct h5 *weights, size_t *size, struct error *err);

#endif
