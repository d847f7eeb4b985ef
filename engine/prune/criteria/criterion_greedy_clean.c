/* Criterion greedy-clean: leave-one-out round by round, on clean accuracy (prune/scan/greedy.h). */
#include "engine/prune/criteria/criterion.h"

const struct criterion criterion_greedy_clean = {
    .name = "greedy-clean",
    .help = "each round the channel that costs least clean accuracy; slow",
    .source = "leave-one-out, as pruning by brute force",
    .data = CRITERION_CLEAN,
    .descending = false,
    .scaling = SCALING_REFUSED,
    .evidence = EVIDENCE_GREEDY_CLEAN,
};
