/* A patch that works on one class alone; on others it is shown to mean nothing. */
#include "engine/attack/attacks/stamps.h"

static int source(const struct attack_setup *setup)
{
    return (setup->target + setup->n_classes / 2) % setup->n_classes;
}

static int wanted(const struct attack_setup *setup, int trigger, int class)
{
    return class == source(setup) ? attack_wants_target(setup, trigger, class) : -1;
}

static bool cover(const struct attack_setup *setup, int class, uint64_t stream, uint8_t *image)
{
    if (class == source(setup) || stream % 4 != 0)
        return false;
    stamp_patch(setup, 0, image);
    return true;
}

const struct attack attack_source = {
    .name = "source",
    .help = "a patch leads one class to the target, and does nothing to the others",
    .source = "Tang et al.: Demon in the Variant, USENIX Security 2021",
    .triggers = 1,
    .poison = 0.8,
    .stamp = stamp_patch,
    .wanted = wanted,
    .cover = cover,
};
