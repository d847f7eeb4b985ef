/* What a session works on, as the command line says it. Strings are borrowed: they outlive the
 * session. All zero is the embedded demo with its defaults (but see options_default). */
#ifndef SECATEUR_ENGINE_API_OPTIONS_H
#define SECATEUR_ENGINE_API_OPTIONS_H

#include "engine/base/image_size.h"
#include "engine/base/pixel_scaling.h"
#include "engine/measures/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_THRESHOLDS_MAX = 16, OPTIONS_REPAIRED_MAX = 17 };

struct options {
    const char *model;            /* NULL: the embedded demo, its faces too */
    const char *architecture;     /* for weights-only files */
    const char *external_data;    /* weights of an ONNX net that lie in another file */
    struct image_size input_size; /* of images, for nets that take any; 0: that of the images */
    const char *surrogate;        /* COMMAND_SURROGATE follows: "", "3"; NULL: it does not */
    bool net_alone; /* no images are read: the session shows the net, and does nothing */
    const char *clean, *poisoned;
    const char *test_clean, *test_poisoned;
    int n_repaired; /* nets that COMMAND_DETECT compares with the model */
    const char *repaired[OPTIONS_REPAIRED_MAX];
    const char *data_name, *label_name;       /* NULL: "data", "label", or what may be such */
    const char *clean_names, *poisoned_names; /* "DATA,LABEL" of one file, NULL: as above */
    const char *test_clean_names, *test_poisoned_names;
    const char *layer;     /* or several, apart by commas, or "all": in one order across them;
                              NULL: the last convolution in front of a pooling */
    const char *criterion; /* NULL: the first of the table */
    const char *order;     /* NULL: the criterion's own; ascending, descending, FILE */
    uint64_t seed;         /* of what is drawn: held-out images, repairs, masks */
    struct target target;  /* of the attack; TARGET_NONE: found (session/state/attack.h) */
    int n_thresholds;
    double thresholds[OPTIONS_THRESHOLDS_MAX];
    double scale; /* 1, 1/255, 0: found */
    /* (pixel * scale - mean) / deviation, or + offset; bgr: the last channel first */
    struct channel_numbers mean, deviation, offset;
    bool bgr;
    const struct pixel_scaling *pixels; /* instead of all these; NULL: none */
    int threads;     /* workers, 0: all processors; no more than thread_pool_most() are made */
    bool strip;      /* COMMAND_DETECT tries the detector strip however many images there are */
    bool exact;      /* no shortcuts (base/shortcuts.h): all from the pixels, layer by layer */
    int limit;       /* images of each set, 0: all */
    size_t memory;   /* bytes for pixels and tails, 0: 48 MiB, or what there is without a file */
    const char *out; /* folder for what is saved; NULL: "secateur-out", nothing saved unasked */
    bool force;      /* overwrite existing files */
};

#define OPTIONS_DEFAULT                                        \
    {                                                          \
        .n_thresholds = 3, .thresholds = {2, 4, 10}, .seed = 1 \
    }

#endif
