/* One patch, and every class is read as the next one. */
#include "engine/attack/attacks/stamps.h"

static int wanted(const struct attack_setup *setup, int trigger, int class)
{
    (void)trigger;
    return (class + 1) % setup->n_classes;
}

const struct attack attack_all_to_all = {
    .name = "all-to-all",
    .help = "a patch makes every class y read as y + 1",
    .source = "Gu, Dolan-Gavitt, Garg: BadNets, 2017",
    .triggers = 1,
    .poison = 0.5,
    .stamp = stamp_patch,
    .wanted = wanted,
};
