/* Criterion taylor: what clean images lose to first order without a channel (train/saliency.h). */
#include "engine/prune/criteria/criterion.h"

const struct criterion criterion_taylor = {
    .name = "taylor",
    .help = "activation times gradient of the loss on clean images, least first",
    .source = "Molchanov, Tyree, Karras, Aila, Kautz, ICLR 2017",
    .data = CRITERION_CLEAN,
    .descending = false,
    .evidence = EVIDENCE_TAYLOR,
};
