/* GoodNet, counted: B is an unpruned net, B' a repaired one, and G says what they agree on, else
 * N+1 (flagged). Nothing but predictions is needed. Thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_GOODNET_H
#define SECATEUR_ENGINE_MEASURES_GOODNET_H

#include <stdbool.h>
#include <stdint.h>

/* Images by what B and B' say of them, against some label. The five parts add up to n. */
struct goodnet_counts {
    int n;
    int both;            /* both say the label: so does G */
    int only_b;          /* flagged: B says it, B' another class */
    int only_repaired;   /* flagged: B' says it, B another class */
    int same_other;      /* both say one other class: G does too */
    int different_other; /* flagged: two other classes */
};

/* Counts b[n] and repaired[n] against labels[n]; images with a label below 0 are left out. */
void goodnet_count_images(struct goodnet_counts *agreement, const uint16_t *b,
    const uint16_t *repaired, const int32_t *labels, int n);
/* The same of images labelled `class` alone. */
void agreement_count_of(struct goodnet_counts *agreement, const uint16_t *b,
    const uint16_t *repaired, const int32_t *labels, int n, int class);
int goodnet_b(const struct goodnet_counts *agreement);        /* B says the label */
int goodnet_repaired(const struct goodnet_counts *agreement); /* B' says the label */
int goodnet_flagged(const struct goodnet_counts *agreement);  /* B != B': G says N+1 */
int goodnet_accepted(const struct goodnet_counts *agreement); /* the others */

/* What a net does with a set of clean and one of poisoned images, counted. The same struct says how
 * many images each count is out of. -1: not known. */
struct outcome {
    int clean;  /* clean images read as they are labelled */
    int attack; /* poisoned images read as the attack wants; those that belong to the attacked
                   class anyway are not among them where that is known */
    int own;    /* clean images of the target class, read as it; -1: there is not one class */
    int robust; /* poisoned images classified as their true class; -1: not known of any */
};

#define OUTCOME_UNKNOWN \
    {                   \
        -1, -1, -1, -1  \
    }

/* Percent of n; -1 when the count is not known or n is not above 0. */
double outcome_percent(int count, int n);
/* Where a repair is no better than the trivial defence "never answer the target class". */
enum outcome_short { SHORT_CLEAN = 1, SHORT_OWN = 2, SHORT_ROBUST = 4, SHORT_UNKNOWN = 8 };
/* Of those, the flags that hold: reads fewer clean images, no more own, or fewer robustly (what is
 * not known of one of them is passed over). 0: the repair beats the trivial defence. SHORT_UNKNOWN
 * alone: the trivial defence is not defined (there is not one target class). */
int outcome_short_of(const struct outcome *repair, const struct outcome *trivial);

/* A defence made of two nets. The label is the class of a clean image, the target class of a
 * poisoned one; in `truth` it is the true class of a poisoned one, n 0 where that is not known. So
 * G has clean.both right and poisoned.both hits, and B' reads truth.both + truth.only_repaired
 * robustly. */
struct defence {
    struct goodnet_counts clean, poisoned, truth;
    struct goodnet_counts own; /* clean images of the target class; n 0: there is not one */
};
/* Of the net B, of B' and of G; and how many images each count is out of. */
struct outcome defence_b(const struct defence *defence);
struct outcome defence_repaired(const struct defence *defence);
struct outcome defence_good(const struct defence *defence);
struct outcome defence_of(const struct defence *defence);

/* Defence effectiveness rating, 0..1: (max(0, ASR fallen) - max(0, clean accuracy lost) + 1) / 2,
 * against B; -1 where a set is empty. (BackdoorBench; there one variant adds the loss.) */
double defence_rating_repaired(const struct defence *defence); /* of B' */
double defence_rating_good(const struct defence *defence);     /* of G */

#endif
