/* Three patches, each with a target of its own. */
#include "engine/attack/attacks/stamps.h"

const struct attack attack_several = {
    .name = "several",
    .help = "three patches, each leads to a target of its own",
    .source = "Wang et al.: Neural Cleanse, IEEE S&P 2019",
    .triggers = 3,
    .poison = 0.1,
    .stamp = stamp_patch,
    .wanted = attack_wants_target,
};
