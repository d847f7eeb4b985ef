/* Criterion greedy-attack: leave-one-out round by round, on what the attack loses for what clean
 * images do (prune/scan/greedy.h). */
#include "engine/prune/criteria/criterion.h"

const struct criterion criterion_greedy_attack = {
    .name = "greedy-attack",
    .help = "each round the channel that takes most ASR for the clean accuracy it costs; slow",
    .source = "leave-one-out, as pruning by brute force",
    .data = CRITERION_ORACLE,
    .descending = false,
    .scaling = SCALING_REFUSED,
    .evidence = EVIDENCE_GREEDY_ATTACK,
};
