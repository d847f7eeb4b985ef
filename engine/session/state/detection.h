/* A detection while it is put together. Thread: the session's, until it is shared. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_DETECTION_H
#define SECATEUR_ENGINE_SESSION_STATE_DETECTION_H

#include "engine/api/detection.h"
#include "engine/defence/detectors/comparison.h"
#include "engine/session/state/attack.h"

/* A detection and what it owns or holds. */
struct found {
    struct detection detection; /* first */
    const void *holds;          /* counted: what the names belong to */
    struct detection_net *nets;
    struct detector_result *detectors;
};

struct found *detection_create(int n_nets, const void *holds); /* counted; nets are empty */
/* Once for every score of the comparison, before anything is noted. */
void detection_begin(struct found *found, const struct comparison *comparison);
/* Takes the predictions of a set, and counts what the detectors' scores say: clean validation
 * first, it sets the thresholds. Sorts the scores. `expected` points into the description. */
void detection_note(struct found *found, enum detection_data data, struct findings findings[N_SETS],
    const struct expected *expected);

#endif
