/* Inverts a trigger: finds a mask m and a pattern p, the same for all images, so that the net reads
 * x' = (1 - m) x + m p as the class that the attack wants, with a mask as small as possible
 * (Neural Cleanse, Wang et al., IEEE S&P 2019): minimise cross-entropy + weight * sum of m by Adam
 * over values u and v, with m and p the logistic of them, p over the range of the pixels. The
 * weight grows while enough images are hit and shrinks while too few are.
 * A step is one batch: the caller sees masks form, and may stop between steps.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_INVERSION_H
#define SECATEUR_ENGINE_DEFENCE_INVERSION_H

#include "engine/base/error.h"
#include "engine/defence/suspects/trigger_pass.h"

struct inversion_options {
    float low, high; /* of every value of the input, in the net's own unit */
    int batch;       /* images of a step */
    double rate;     /* of Adam */
    double hits;     /* share of images that a good mask must hit, 0..1 */
    double keep;     /* of the running share of hits at each step, 0..1 */
    double weight;   /* of the mask at first: cross-entropy for each pixel that is covered */
    uint64_t seed;
};
struct inversion_options inversion_defaults(float low, float high);

struct inversion;

/* Keeps pointers to the network, the pool and the images. The network may change between steps:
 * behind inversion_renew the search goes on against it. */
struct inversion *inversion_create(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct inversion_options *options);
/* Many inversions over the same passes (trigger_pass.h, made for this batch), which the caller
 * owns. Where each worker takes whole batches, step with inversion_step_alone. */
struct inversion *inversion_create_sharing(struct trigger_passes *passes,
    const struct inversion_images *images, const struct inversion_options *options);
void inversion_destroy(struct inversion *inversion); /* accepts NULL */

/* False when the loss is not finite any more. */
bool inversion_step(struct inversion *inversion, struct error *err);
/* On the worker's own thread: one inversion, one caller at a time. */
bool inversion_step_alone(struct inversion *inversion, int worker, struct error *err);
int inversion_steps(const struct inversion *inversion); /* so far */
/* Forgets the best mask, as the network has changed; goes on from where it stands. */
void inversion_renew(struct inversion *inversion);

/* What was found: the smallest mask that hit enough images, or where none did the latest one. */
struct inversion_trigger {
    const float *mask;    /* [height, width], 0..1 */
    const float *pattern; /* [input shape], in the net's own unit */
    double size;          /* sum of the mask, in pixels */
    double hits;          /* share of images hit around that step, 0..1 */
    bool good;            /* hits enough */
};
/* Borrowed until the next step. */
struct inversion_trigger inversion_trigger(const struct inversion *inversion);

/* image[input shape] with the trigger laid on, moved down and right by whole pixels (what leaves
 * the image is dropped), into out. */
void inversion_stamp(const struct shape *shape, const struct inversion_trigger *trigger, int down,
    int right, const float *image, float *out);

#endif
