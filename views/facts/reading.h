/* What the activations of one channel say of a backdoor, as a rule with a name and its words.
 * Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_READING_H
#define SECATEUR_VIEWS_FACTS_READING_H

#include "engine/api/snapshot.h"

enum reading {
    READING_FEW,     /* fewer than two images of a set: there is no spread to compare with */
    READING_DORMANT, /* zero on every image of both sets */
    READING_AWAKE,   /* zero on every clean image, and not on poisoned ones */
    READING_ALONE,   /* it alone tells the sets apart: AUC at most 0.05 or at least 0.95 */
    READING_EXCITED, /* higher on poisoned images by more than the spread of the clean ones */
    READING_QUIETED, /* lower by more than that */
    READING_HIGHER,  /* higher, within the spread */
    READING_LOWER,   /* lower, within the spread */
    READING_SAME,    /* within a tenth of the mean and of the spread */
};

/* Of a channel over n images of each set; auc as of an inspection, -1: not known. */
enum reading reading_of(const struct channel_activation *channel, const int n[N_SETS], double auc);
const char *reading_words(enum reading reading);

#endif
