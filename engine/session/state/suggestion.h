/* What an examination of the layers suggests, and in which words, from what it found alone: no net,
 * no images. Thread: any. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_SUGGESTION_H
#define SECATEUR_ENGINE_SESSION_STATE_SUGGESTION_H

#include "engine/measures/worth.h"

#include <stdbool.h>
#include <stddef.h>

struct suggestion {
    bool poisoned;      /* there are poisoned images */
    bool surrogate;     /* they carry an inverted trigger: no oracle */
    struct worth worth; /* counts before and after; of.attack: poisoned images that count */
    /* The layer with the largest share of channels that are never active. */
    const char *never_active_layer;
    double never_active; /* 0..1 of n_never_active_of channels */
    int n_never_active_of;
    /* The best repair of any layer; criterion NULL: none keeps the clean accuracy. */
    const char *layer, *criterion;
    int n_clean;              /* that there are; worth.of.clean of them were looked at */
    int n_channels, n_pruned; /* the first so many of the criterion's order */
};

bool suggestion_has_evidence(const struct suggestion *found); /* counted on poisoned images */
bool suggestion_has_attack(const struct suggestion *found);   /* something to take out */
bool suggestion_has_repair(const struct suggestion *found);   /* and something that
                                                                 at least halves it */
/* What it comes to, in a sentence or two; says when it is oracle knowledge. */
void suggestion_say(const struct suggestion *found, char *text, size_t size);

#endif
