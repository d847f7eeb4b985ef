/* Nets in files: open, save, list, whatever the format (net_format.h). Data alone is read: no code
 * in a file is run, and a child process reads it. Owner: the caller (model_destroy). Thread: the
 * engine thread only (HDF5). */
#ifndef SECATEUR_ENGINE_IO_NETS_MODEL_H
#define SECATEUR_ENGINE_IO_NETS_MODEL_H

#include "engine/base/image_size.h"
#include "engine/nn/graph/network.h"

#include <stdio.h>

struct net_format;

struct model {
    char *path;         /* as given, or the name of the image */
    struct node *nodes; /* [n_nodes] what the network was made of */
    int n_nodes;
    char *output;            /* name of its output layer */
    struct network *network; /* as read; callers clone it before they change weights */
    const struct net_format *format;
    bool whole;        /* the file says its layers; false: weights only */
    bool logit;        /* it ends with one value without a sigmoid, which is taken for a logit */
    bool folded;       /* batch normalisations are part of convolutions, as the file shows */
    char *layers;      /* the layers in the format's own words (JSON of Keras), or NULL */
    char *beside;      /* the file beside weights alone that says the layers; NULL: none */
    char *external;    /* the file that has its weights, as it was named; NULL: none */
    char *writer;      /* what made the file: "Keras 2.7.0, tensorflow"; NULL: not said */
    char *opens_in;    /* which programs open a file that is saved from it; NULL: not known */
    char *knowledge;   /* what it was chosen with, a stranger's text; NULL: none */
    const void *image; /* the file in memory, borrowed, or NULL: the file at path */
    size_t image_size;
};

/* architecture: NULL, or a whole model (.h5, .keras) or a JSON file that says the layers of a
 * weights-only file. Without it that of a weights-only file is looked for beside it (net_beside.h),
 * else it is tried as the lab's DeepID. */
struct model *model_open(const char *path, const char *architecture, struct error *err);
/* How a net's file is to be read. */
struct model_options {
    const char *architecture;
    struct image_size size; /* of the images, where the file leaves it open; 0: not said */
    bool *any_size;         /* set where that alone is missing; NULL: nobody asks */
    const char *external;   /* a file with weights of an ONNX net that lie outside it; NULL: none */
};
struct model *model_open_with(
    const char *path, const struct model_options *options, struct error *err);
struct model *model_open_image(
    const char *name, const void *bytes, size_t size, struct error *err); /* bytes are borrowed */
/* Reads a file of our own in this process and forgets it: for sandbox_prepare. */
void model_rehearse(const char *name, const void *bytes, size_t size);
void model_destroy(struct model *model);

/* Can `model` stand where `b` does: the same input and number of classes? */
bool model_fits(const struct model *model, const struct model *b, struct error *err);

/* Writes a file like the one `model` came from (same structure, attributes, dtype) with the
 * weights of `network`; values that did not change keep their bits. Atomic: a temporary file
 * beside it, fsync, rename. Refuses an existing file unless `force`, and another ending where
 * other programs tell the format by it. */
bool model_save(const struct model *model, const struct network *network, const char *path,
    bool force, struct error *err);
/* The same with what is known in place of what the file says. */
bool model_save_known(const struct model *model, const struct network *network,
    const char *knowledge, const char *path, bool force, struct error *err);

/* How a file that is saved from the one at `path` ends, so that others open it: ".keras",
 * ".weights.h5" or ".h5"; NULL is the demo. And how much of the name comes before its own ending.
 */
const char *model_ending(const char *path);
int model_stem(const char *path);
bool model_is_name(const char *path); /* it ends as nets do */

/* Lists what a file holds (layers with class and shapes, also those we cannot run); options NULL:
 * the usual. False with the
 * reason, as model_open gives it, where it is a net that cannot be run; the listing is written
 * then, too. */
bool model_inspect(
    const char *path, const struct model_options *options, FILE *out, struct error *err);

#endif
