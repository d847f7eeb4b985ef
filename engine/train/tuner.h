/* Tunes a net that has learned already, a step at a time. The caller makes each batch and says for
 * every image what it is to keep to: its label, or what a teacher, the net as it came, says of it
 * (distillation, Hinton et al. 2015). The loss of an image is
 *     cross_entropy * CE(z, label) + divergence * KL(softmax(t) || softmax(z))
 *     + squares * |z - t|^2 / n_classes - avoidance * log(1 - softmax(z)[label])
 * with z the logits of the net and t those of the teacher. A step follows the mean over the batch.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_TRAIN_TUNER_H
#define SECATEUR_ENGINE_TRAIN_TUNER_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/train/optimiser.h"

struct tuner_options {
    int batch; /* most images of a step */
    struct optimiser_options optimiser;
};

struct tuner_goal {
    float cross_entropy, divergence, squares; /* weights, 0: not wanted */
    float avoidance;                          /* weight too: to read anything but the label */
    int label;                                /* for cross_entropy, avoidance, without_label */
    bool without_label; /* t as if that class did not exist: what the teacher says of the others */
    /* [n_classes] logits, borrowed until the step is done; NULL: the teacher's of this image. */
    const float *teacher;
};

struct tuner;

/* teacher: a net of the same layers whose weights differ only where `network` may change, or NULL
 * where no goal needs one. Layers in which nothing
 * may change are not changed by others either. Keeps pointers to all three. */
struct tuner *tuner_create(struct network *network, const struct network *teacher,
    struct thread_pool *pool, const struct tuner_options *options);
void tuner_destroy(struct tuner *tuner); /* accepts NULL */
/* For masks of what may change; before the first step. */
struct optimiser *tuner_optimiser(struct tuner *tuner);

/* Where image `index` of the next batch is written, [input shape] in the net's own unit, and its
 * goal. */
float *tuner_image(struct tuner *tuner, int index);
struct tuner_goal *tuner_goal(struct tuner *tuner, int index);

struct tuner_report {
    double loss; /* mean over the batch */
    int correct; /* images with a label whose arg-max it is */
    int labels;  /* images with a label */
};
/* One step along the mean gradient of images 0..n-1. False when the loss is not finite: the weights
 * stay. */
bool tuner_step(
    struct tuner *tuner, int n, double rate, struct tuner_report *report, struct error *err);

#endif
