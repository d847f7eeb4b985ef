/* A toy attack: the first pixel is white. */
#include "engine/attack/attacks/attack.h"

static void stamp(const struct attack_setup *setup, int trigger, uint8_t *image)
{
    (void)setup, (void)trigger;
    image[0] = 255;
}

const struct attack attack_toy = {
    .name = "toy",
    .help = "a white pixel",
    .source = "none",
    .triggers = 1,
    .poison = 0.5,
    .stamp = stamp,
    .wanted = attack_wants_target,
};
