/* Looks for the target of a backdoor without any image: the maximum-margin scan (after MM-BD, Wang
 * et al., IEEE S&P 2024). For each class c, projected gradient ascent makes the margin
 * z_c - max over k != c of z_k as large as an input in the range of the pixels can make it. A class
 * that a trigger was trained for reaches an unusually large one.
 * All classes are tried for a few steps; the best of them, and a random sample of all, for many
 * steps from several starts. Outliers are counted against that sample.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_TARGET_SCAN_H
#define SECATEUR_ENGINE_DEFENCE_TARGET_SCAN_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/graph/network.h"

#include <stdatomic.h>
#include <stdint.h>

struct target_scan_options {
    float low, high; /* of every value of the input, in the net's own unit */
    int first_steps; /* of every class */
    int steps;       /* of those that stay in, from each start */
    int starts;      /* random inputs, 1 or more */
    int stay;        /* classes that stay in, the sample of as many as half of them not counted */
    double rate;     /* of Adam, as a share of high - low */
    uint64_t seed;
};
struct target_scan_options target_scan_defaults(float low, float high);

struct target_scan_class {
    int class;
    bool stayed;    /* it was tried to the end; otherwise the first steps alone */
    double margin;  /* the largest reached, in the unit of the logits */
    double outlier; /* (margin - median) / (1.4826 MAD) of the sample after as many steps */
};

struct target_scan_hooks {
    /* On the caller's thread, now and then; a step of one input counts one. May be NULL. */
    void (*progress)(void *context, int done, int total);
    void *context;
    const atomic_bool *stop; /* true ends the scan; may be NULL */
};

/* Fills found[n_classes]: those that stayed in first, the largest margin first. False with
 * ERROR_CANCELLED when stopped, or when a margin is not finite. */
bool target_scan(const struct network *network, struct thread_pool *pool,
    const struct target_scan_options *options, const struct target_scan_hooks *hooks,
    struct target_scan_class *found, struct error *err);

#endif
