/* Nets that are opened to be looked at or compared, not run: what their file leaves open (the size
 * of images, the layers of weights alone) is found. Owner: the caller (model_destroy). Thread: the
 * engine thread. */
#ifndef SECATEUR_ENGINE_IO_NETS_MODEL_LIKE_H
#define SECATEUR_ENGINE_IO_NETS_MODEL_LIKE_H

#include "engine/io/nets/model.h"

/* As model_open_with(); one that takes images of any size is opened for a size that it allows,
 * which *chosen tells (0: the file or the options say it). Where it allows none of those tried,
 * the error is what it fails by at every size, else that a size must be said (any_size). */
struct model *model_open_any(const char *path, const struct model_options *options,
    struct image_size *chosen, struct error *err);
/* One that was made from `original`, as the same options opened it: for images of its size; weights
 * alone have its layers. */
struct model *model_open_like(const char *path, const struct model_options *options,
    const struct model *original, struct error *err);

#endif
