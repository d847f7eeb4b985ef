/* What the activations of one channel say of a backdoor, as a rule with a name and its words.
 * Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_CHANNEL_VERDICT_H
#define SECATEUR_VIEWS_FACTS_CHANNEL_VERDICT_H

#include "engine/api/snapshot.h"

enum channel_verdict {
    CHANNEL_FEW,     /* fewer than two images of a set: there is no spread to compare with */
    CHANNEL_SILENT,  /* zero on every image of both sets */
    CHANNEL_AWAKE,   /* zero on every clean image, and not on poisoned ones */
    CHANNEL_ALONE,   /* it alone tells the sets apart: AUC at most 0.05 or at least 0.95 */
    CHANNEL_EXCITED, /* higher on poisoned images by more than the spread of the clean ones */
    CHANNEL_QUIETED, /* lower by more than that */
    CHANNEL_HIGHER,  /* higher, within the spread */
    CHANNEL_LOWER,   /* lower, within the spread */
    CHANNEL_SAME,    /* within a tenth of the mean and of the spread */
};

/* Of a channel over n images of each set; auc as of an inspection, -1: not known. */
enum channel_verdict channel_verdict_of(
    const struct channel_activation *channel, const int n[N_SETS], double auc);
const char *channel_verdict_words(enum channel_verdict verdict);

#endif
