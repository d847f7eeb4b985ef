/* A made-up snapshot for drawing: a DeepID-like net, 60 rounds shaped like the published curve.
 * It also stands in for the engine's snapshot_*() functions, so link it instead of the session.
 * Owner: the caller. */
#ifndef SECATEUR_TESTS_SCREENS_SAMPLE_H
#define SECATEUR_TESTS_SCREENS_SAMPLE_H

#include "engine/api/snapshot.h"

struct sample_options {
    int n_images; /* of each set */
    int n_rounds; /* known rounds, the unpruned net among them: 0..61 */
    int position;
    bool no_poisoned;
    bool scanned;
    enum phase phase;
    bool what_if;   /* every second channel that is left was asked */
    bool detected;  /* a net from a file, a perfect and a blind detector */
    bool suspects;  /* were searched */
    bool outliers;  /* the order is by clp: 3 channels far from the rest */
    bool compared;  /* criteria were, at the site */
    bool repaired;  /* the present branch is a repair of class 0 */
    int n_branches; /* kept side by side, 0..4; the present one is the last but one */
};

struct snapshot *sample_create(const struct sample_options *options);
void sample_destroy(struct snapshot *snapshot);

#endif
