/* Keras files: a whole model (.h5, .keras), or weights only (.h5, .weights.h5). Data alone is read:
 * no code in a file is run. Owner: the caller (model_destroy). Thread: the engine thread only
 * (HDF5). */
#ifndef SECATEUR_ENGINE_IO_NETS_MODEL_H
#define SECATEUR_ENGINE_IO_NETS_MODEL_H

#include "engine/io/keras/keras_new.h"
#include "engine/io/keras/keras_origin.h"
#include "engine/nn/graph/network.h"

#include <stdio.h>

/* What a saved net was chosen with, as text; Keras passes over attributes it does not know. */
#define MODEL_KNOWLEDGE "secateur_knowledge"

struct model {
    char *path;              /* as given, or the name of the image */
    struct network *network; /* as read; callers clone it before they change weights */
    bool whole;              /* false: weights only */
    char *json;              /* the layers, as the file or the architecture says them */
    struct keras_origin origin;
    bool logit; /* it ends with one value without a sigmoid, which is taken for a logit */
    char *keras_version, *backend; /* NULL where the file does not say */
    char *knowledge;               /* root attribute MODEL_KNOWLEDGE, a stranger's; NULL: none */
    const void *image;             /* the file in memory, borrowed, or NULL: the file at path */
    size_t image_size;
};

/* architecture: NULL, or a whole model (.h5, .keras) or a JSON file that says the layers of a
 * weights-only file. Without it a weights-only file is tried as the lab's DeepID. */
struct model *model_open(const char *path, const char *architecture, struct error *err);
struct model *model_open_image(
    const char *name, const void *bytes, size_t size, struct error *err); /* bytes are borrowed */
void model_destroy(struct model *model);

/* Can `model` stand where `b` does: the same input and number of classes? */
bool model_fits(const struct model *model, const struct model *b, struct error *err);

/* Writes a file like the one `model` came from (same structure, attributes, dtype) with the
 * weights of `network`; values that did not change keep their bits. Atomic: a temporary file
 * beside it, fsync, rename. Refuses an existing file unless `force`, and another ending for an
 * archive, which Keras would not open. */
bool model_save(const struct model *model, const struct network *network, const char *path,
    bool force, struct error *err);
/* The same with the attribute MODEL_KNOWLEDGE in place of one that was there. */
bool model_save_known(const struct model *model, const struct network *network,
    const char *knowledge, const char *path, bool force, struct error *err);

/* How a file that is saved from the one at `path` must end, so that Keras opens it: ".keras",
 * ".weights.h5" or ".h5"; NULL is the demo. And how much of the name comes before its own ending.
 */
const char *model_ending(const char *path);
int model_stem(const char *path);

/* A new whole-model file as Keras 2.7 would write it, for networks made here. */
bool keras_write(const struct network *network, const char *architecture_json, const char *path,
    bool force, struct error *err);

struct network *keras_network(const char *json, const char *name, struct error *err);

/* Lists what a file holds (layers with class and shapes, also those we cannot run). False with the
 * reason, as model_open gives it, where it is a net that cannot be run; the listing is written
 * then, too. */
bool model_inspect(const char *path, const char *architecture, FILE *out, struct error *err);

#endif
