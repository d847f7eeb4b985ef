/* A snapshot and what it owns or holds references of. Thread: made by the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SNAPSHOT_PRIVATE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SNAPSHOT_PRIVATE_H

#include "engine/session/machine/fields.h"

struct held {
    struct snapshot snapshot; /* first: pointers to it are pointers to the whole */
    const struct description *description;
    const struct channel_activation *activations;
    struct branch_line *branches;
    const struct order **orders;  /* [n_branches] */
    const struct round ***rounds; /* [n_branches][n_rounds] */
    struct site_line *sites;
    struct what_if *what_if;
    const struct inspection *inspection;
    const struct explanation *explanation[N_SETS];
    const struct scatter *scatter;
    const struct detection *detection;
    const struct suspects *suspects;
    const struct inverted_trigger *forming;
    const struct criteria_comparison *compared;
    struct criterion_line *criteria;
    struct repair_line *repairs;
    struct threshold *thresholds;
    struct message *messages;
};

struct held *snapshot_create(void); /* counted; empty */

#endif
