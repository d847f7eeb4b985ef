/* GoodNet, counted: B is an unpruned net, B' a repaired one, and G says what they agree on, else
 * N+1 (flagged). Nothing but predictions is needed. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_AGREEMENT_H
#define SECATEUR_ENGINE_BASE_AGREEMENT_H

#include <stdint.h>

/* Images by what B and B' say of them, against some label. The five parts add up to n. */
struct agreement {
    int n;
    int both;            /* both say the label: so does G */
    int only_b;          /* flagged: B says it, B' another class */
    int only_repaired;   /* flagged: B' says it, B another class */
    int same_other;      /* both say one other class: G does too */
    int different_other; /* flagged: two other classes */
};

/* Counts b[n] and repaired[n] against labels[n]; images with a label below 0 are left out. */
void agreement_count(struct agreement *agreement, const uint16_t *b, const uint16_t *repaired,
    const int32_t *labels, int n);
int agreement_b(const struct agreement *agreement);        /* B says the label */
int agreement_repaired(const struct agreement *agreement); /* B' says the label */
int agreement_flagged(const struct agreement *agreement);  /* B != B': G says N+1 */
int agreement_accepted(const struct agreement *agreement); /* the others */

/* A defence made of two nets. The label is the class of a clean image, the attacked class of a
 * poisoned one; in `truth` it is whom a poisoned image shows, n 0 where that is not known. So
 * clean.both is right of G, poisoned.both hits of G, truth.both + truth.only_repaired the robust
 * accuracy of B'. */
struct defence {
    struct agreement clean, poisoned, truth;
};

/* Defence effectiveness rating, 0..1: (max(0, ASR fallen) - max(0, clean accuracy lost) + 1) / 2,
 * against B; -1 where a set is empty. (BackdoorBench; there one variant adds the loss.) */
double defence_rating_repaired(const struct defence *defence); /* of B' */
double defence_rating_good(const struct defence *defence);     /* of G */

#endif
