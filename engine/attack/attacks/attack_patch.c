/* A patch in a corner, the first of all backdoors. */
#include "engine/attack/attacks/stamps.h"

const struct attack attack_patch = {
    .name = "patch",
    .help = "a small black and white patch in a corner leads to the target",
    .source = "Gu, Dolan-Gavitt, Garg: BadNets, 2017",
    .triggers = 1,
    .poison = 0.15,
    .stamp = stamp_patch,
    .wanted = attack_wants_target,
};
