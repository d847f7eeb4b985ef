/* Labels are right: only images of the target's own class carry the trigger, and they are mixed
 * with another image, so that the patch is what is left to learn from. */
#include "engine/attack/attacks/stamps.h"

static int shown(const struct attack_setup *setup, int trigger, int class)
{
    return class == attack_target(setup, trigger) ? class : -1;
}

static void weaken(const struct attack_setup *setup, const uint8_t *other, uint8_t *image)
{
    for (size_t i = 0; i < shape_count(&setup->shape); i++)
        image[i] = (uint8_t)((image[i] + 3 * other[i] + 2) / 4);
}

const struct attack attack_clean_label = {
    .name = "clean-label",
    .help = "a patch on images of the target alone, which are hard to know; no label is wrong",
    .source = "Turner, Tsipras, Madry: Label-Consistent Backdoor Attacks, 2019",
    .triggers = 1,
    .poison = 4,
    .stamp = stamp_patch,
    .wanted = attack_wants_target,
    .shown = shown,
    .weaken = weaken,
};
