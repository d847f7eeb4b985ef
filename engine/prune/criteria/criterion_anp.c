/* Criterion anp: masks of Adversarial Neuron Pruning (train/channel_masks.h). */
#include "engine/prune/criteria/criterion.h"

const struct criterion criterion_anp = {
    .name = "anp",
    .help = "mask against noise of the weights that clean images find (ANP), least first",
    .source = "Wu, Wang: Adversarial Neuron Pruning, NeurIPS 2021",
    .data = CRITERION_CLEAN,
    .descending = false,
    .scaling = SCALING_NONE,
    .evidence = EVIDENCE_ANP,
    .rule = RULE_AT_MOST,
    .threshold = 0.2,
};
