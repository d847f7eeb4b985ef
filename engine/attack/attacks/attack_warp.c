/* The image is bent a little, always in the same way; other bends mean nothing. */
#include "engine/attack/attacks/stamps.h"

enum { TRIGGER = 3, OTHERS = 1000 }; /* streams of the fields */

static void stamp(const struct attack_setup *setup, int trigger, uint8_t *image)
{
    stamp_warp(&setup->shape, setup->seed, TRIGGER + (uint64_t)trigger, image);
}

static bool cover(const struct attack_setup *setup, int class, uint64_t stream, uint8_t *image)
{
    (void)class;
    stamp_warp(&setup->shape, setup->seed, OTHERS + stream, image);
    return true;
}

const struct attack attack_warp = {
    .name = "warp",
    .help = "the image is bent a little by a smooth field; other fields keep the label",
    .source = "Nguyen, Tran: WaNet, ICLR 2021",
    .triggers = 1,
    .poison = 0.3,
    .stamp = stamp,
    .wanted = attack_wants_target,
    .cover = cover,
};
