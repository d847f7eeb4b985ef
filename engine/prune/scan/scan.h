/* Examines a site: is this where the backdoor sits? Uses poisoned images where there are some
 * (oracle knowledge), and says so.
 * Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_PRUNE_SCAN_SCAN_H
#define SECATEUR_ENGINE_PRUNE_SCAN_SCAN_H

#include "engine/measures/worth.h"
#include "engine/prune/criteria/criterion.h"
#include "engine/prune/evaluate/evaluator.h"

enum { SCAN_IMAGES = 1000 }; /* of each set */

/* From activations alone. */
struct separation {
    double never_active; /* share of channels that are 0 on all clean images */
    double largest; /* |mean poisoned - mean clean| over the mean of both spreads, <= SCAN_APART */
    int channel;    /* where it is largest, -1: no poisoned images */
};
enum { SCAN_APART = 1000 }; /* also of means that differ where neither set has a spread */
/* poisoned NULL: none, or too few to have a spread. */
void scan_separation(const struct channel_sums *clean, const struct channel_sums *poisoned, int n,
    struct separation *separation);

/* What images are to be read as, and what a repair has to beat: of whole sets, by image. */
struct scan_goals {
    int own;                    /* the target class, -1: there is not one */
    const int32_t *attack;      /* [n poisoned] what the attack wants, -1: does not count */
    const int32_t *truth;       /* [n poisoned] true classes, -1: not known; NULL: of none */
    const uint16_t *trivial[2]; /* [n clean], [n poisoned] what the trivial defence says; NULL: it
                                   is not defined */
};

/* From pruning a sample of the images. */
struct finding {
    double cost; /* points of clean accuracy lost when half the channels go, least active first */
    /* The best repair that a criterion of the table finds at no more than SCAN_POINTS: first those
     * that beat the trivial defence, then by defense effectiveness rating; poisoned images judge
     * it, so it is oracle knowledge. */
    const struct criterion *criterion; /* NULL: nothing tried, or nothing gained */
    int repair_channels;               /* the first so many of its order */
    double repair_clean, repair_asr;   /* percent of the sample */
    struct worth worth;                /* the same in counts, and what it costs besides */
    bool beats;                        /* worth_beats_trivial */
    double rating;                     /* 0..1; 0.5: nothing gained */
};
enum { SCAN_POINTS = 10 };

/* poisoned may be NULL; what is kept meanwhile is the budget's. Leaves the evaluator without a site
 * and with all images. */
bool scan_site(struct evaluator *evaluator, const struct prune_site *site,
    const struct criterion_input *input, const struct dataset *clean,
    const struct dataset *poisoned, const struct scan_goals *goals, struct memory_budget *budget,
    struct finding *finding, struct error *err);

#endif
