/* A kind of file that holds a net. A new one is a file format_NAME.c with
 * `const struct net_format net_format_NAME`, and its name in the list of this room's meson.build.
 * Files are data from strangers: read, list and save run in the sandbox's child, no code in a file
 * is run, and sizes that a file declares are checked before memory is taken.
 * Thread: one, that of the HDF5 library. */
#ifndef SECATEUR_ENGINE_IO_NETS_NET_FORMAT_H
#define SECATEUR_ENGINE_IO_NETS_NET_FORMAT_H

#include "engine/base/image_size.h"
#include "engine/io/files/source.h"
#include "engine/io/nets/net_content.h"

#include <stdio.h>

struct net_request {
    struct source source;
    const char *architecture; /* a file that says the layers; NULL: the net's own file does */
    const char *beside;       /* such a file, for weights alone where none is named; NULL: none */
    const char *external;     /* weights of the net that lie in another file; NULL: none named */
    struct image_size size;   /* of images, where the file leaves it open; 0: not said */
};

/* What is known of the net when its file is listed. */
struct net_known {
    const struct network *network; /* NULL: it cannot be run */
    const char *layers;            /* as read gave them, or NULL */
};

struct net_save {
    const struct source *source;   /* the file that the net came from */
    const char *layers;            /* as read gave them, or NULL */
    const struct network *network; /* what is saved: the same layers, other weights */
    const char *external;          /* as of net_request: they come inside */
    const char *knowledge;         /* NET_KNOWLEDGE; NULL: as the source has it */
};

/* What a saved net was chosen with, as text: the name of an attribute that others pass over. */
#define NET_KNOWLEDGE "secateur_knowledge"

struct net_format {
    /* How its files end, NULL behind the last. A saved file ends as its source, else as the first.
     * must_end: other programs tell the format by it, so that no other ending is written. */
    const char *const *endings;
    const char *const *more_endings; /* that such files have, but none is given; NULL: no more */
    bool must_end;
    bool external; /* weights may lie in another file */
    /* By the first bytes. Formats are asked in the order of the list; NULL: the format of files
     * that no other recognises, which says what such a file is. One format has NULL, wherever it
     * stands. */
    bool (*recognises)(const struct source *source);
    /* The layers, and a network of them with all weights; content is zeroed. Where the size of
     * images is open and none is said, it sets content->any_size and fails; where the file fixes
     * another one than is said, it fails. */
    bool (*read)(const struct net_request *request, struct net_content *content, struct error *err);
    /* Lists layers with classes, shapes and weights, behind the name of the file; is_net: it is a
     * net, if perhaps none that can be run. Names are escaped (escape_terminal). */
    bool (*list)(const struct source *source, const struct net_known *known, FILE *out,
        bool *is_net, struct error *err);
    /* The new file: the source with only those values changed that differ; malloc'd. */
    void *(*save)(const struct net_save *save, size_t *size, struct error *err);
};

/* The format of a file; never NULL. */
const struct net_format *net_format_of(const struct source *source);
/* The longest ending of formats (format NULL: of all) that the path has; NULL: none. */
const char *net_format_ending(const struct net_format *format, const char *path);

#endif
