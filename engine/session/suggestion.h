/* What a scan suggests, and in which words, from what it found alone: no net, no images.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_SESSION_SUGGESTION_H
#define SECATEUR_ENGINE_SESSION_SUGGESTION_H

#include <stdbool.h>
#include <stddef.h>

struct suggestion {
    int n_clean, n_poisoned;         /* images that judged it; 0: none */
    double clean_before, asr_before; /* percent of them, before anything is pruned */
    /* The layer with the largest share of silent channels. */
    const char *silent_layer;
    double silent; /* 0..1 of n_silent_of channels */
    int n_silent_of;
    /* The best repair of any layer; criterion NULL: none lowers the attack success. */
    const char *layer, *criterion;
    int n_channels, n_pruned; /* the first so many of the criterion's order */
    double clean_after, asr_after;
};

bool suggestion_has_evidence(const struct suggestion *found); /* poisoned images judged it */
bool suggestion_has_attack(const struct suggestion *found);   /* something to take out */
bool suggestion_has_repair(const struct suggestion *found);   /* and something that helps */
/* What it comes to, in a sentence or two; says when it is oracle knowledge. */
void suggestion_say(const struct suggestion *found, char *text, size_t size);

#endif
