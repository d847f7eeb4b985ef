/* Criterion rnp: masks of Reconstructive Neuron Pruning (train/channel_masks.h). */
#include "engine/prune/criteria/criterion.h"

const struct criterion criterion_rnp = {
    .name = "rnp",
    .help = "mask that makes a net read clean images again once it unlearned them (RNP), least "
            "first",
    .source = "Li et al.: Reconstructive Neuron Pruning, ICML 2023",
    .data = CRITERION_CLEAN,
    .descending = false,
    .scaling = SCALING_NONE,
    .evidence = EVIDENCE_RNP,
    .rule = RULE_AT_MOST,
    .threshold = 0.2,
};
