/* Nets of files as the options say how they are read. Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_NET_OPEN_H
#define SECATEUR_ENGINE_SESSION_STATE_NET_OPEN_H

#include "engine/api/options.h"
#include "engine/io/nets/model.h"

/* A net that takes images of any size is opened for those of --input-size, else of the clean
 * images, which *found tells (0: not needed). NULL with err. Owner: the caller (model_destroy). */
struct model *net_open(
    const struct options *options, const char *path, struct image_size *found, struct error *err);
/* One that is to stand where another does, and takes its images. */
struct model *net_open_beside(const struct options *options, const char *path,
    const struct network *other, struct error *err);

#endif
