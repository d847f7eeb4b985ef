/* Criterion entropy: channels with two humps over mixed images (prune/scan/entropy.h). */
#include "engine/prune/criteria/criterion.h"

const struct criterion criterion_entropy = {
    .name = "entropy",
    .help = "entropy of the values before the activation function over mixed images (EP), least "
            "first",
    .source = "Zheng, Tang, Li, Liu: Pre-activation Distributions, NeurIPS 2022",
    .data = CRITERION_MIXTURE,
    .descending = false,
    .scaling = SCALING_STANDARD,
    .evidence = EVIDENCE_ENTROPY,
    .rule = RULE_OUTLIERS,
    .threshold = 3,
};
