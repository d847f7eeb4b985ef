/* Single pictures read by GoodNet: what B says, or N+1 where a repaired net disagrees or a
 * detector's score lies above its threshold, which clean images alone set.
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_SESSION_STATE_CLASSIFIER_H
#define SECATEUR_ENGINE_SESSION_STATE_CLASSIFIER_H

#include "engine/api/options.h"
#include "engine/base/error.h"

#include <stdatomic.h>
#include <stdint.h>

struct classifier;

struct classifier_options {
    const struct options *options; /* nets, at most one repaired; clean images for thresholds */
    const char *detector;          /* NULL: agreement of the nets alone */
    const char *trigger;           /* trigger_source.h, for detectors that read it; NULL: none */
    double rate;                   /* clean images that the detector may flag, percent */
    const atomic_bool *stop;
};

struct classified {
    struct error err; /* class ERROR_NONE: the picture could be read */
    bool deep;        /* of 16 bits, of which the upper 8 were taken */
    bool turned;      /* EXIF wants it turned, which was not done */
    bool flagged;     /* N+1 */
    int class;        /* of B */
    int repaired;     /* class of B', -1: no repaired net */
    double score;     /* of the detector, 0 without one */
};

struct classifier *classifier_create(const struct classifier_options *options, struct error *err);
void classifier_destroy(struct classifier *classifier); /* accepts NULL */
/* Why there are fewer workers than options ask for, in one line; NULL: there are not. */
const char *classifier_shortage(const struct classifier *classifier);
int classifier_classes(const struct classifier *classifier);
/* What is done to the pixels of pictures, which are 0 to 255. */
const struct pixel_scaling *classifier_scaling(const struct classifier *classifier);
/* What must be known of that, in one line; NULL: nothing. */
const char *classifier_warning(const struct classifier *classifier);
double classifier_threshold(const struct classifier *classifier); /* of the detector */

/* PNG or JPEG files of the net's size; a bad one has its own error. False: none was read. */
bool classifier_run(struct classifier *classifier, const char *const *paths, int n,
    struct classified *results, struct error *err);

#endif
