/* Mutations of what a reader sends (engine/io/sandbox/frame.h). The first byte says to whom. */
#include "tests/fuzz/mutators/mutate.h"

#include "engine/io/sandbox/frame.h"

#include <string.h>

enum { FRAMES = 512, HEAD = sizeof(struct frame) };

static size_t find_frames(const struct fuzz_input *input, size_t at[FRAMES], size_t all[FRAMES])
{
    size_t n = 0, place = 1;
    while (n < FRAMES && place + HEAD <= input->size) {
        struct frame frame;
        memcpy(&frame, input->bytes + place, HEAD);
        if (frame.size > input->size - place - HEAD)
            break;
        at[n] = place;
        all[n++] = HEAD + frame.size;
        place += HEAD + frame.size;
    }
    return n;
}

/* A number in what is sent: counts have four bytes, lengths eight. */
static void change_number(struct fuzz_input *input, size_t at, size_t size, struct random *random)
{
    size_t width = random_below(random, 3) ? 4 : 8;
    if (size < width)
        return;
    at += mutate_below(random, size / 4 * 4 - width + 4) / 4 * 4;
    uint64_t value = mutate_likely(random);
    if (random_below(random, 3) == 0)
        value = input->bytes[at] + random_below(random, 5) - 2;
    if (at + width <= input->size)
        mutate_put(input->bytes + at, width, value, false);
}

static void change_frame(struct fuzz_input *input, size_t at, size_t all, struct random *random)
{
    uint64_t size =
        random_below(random, 2) ? mutate_likely(random) : all - HEAD + random_below(random, 9) - 4;
    switch (random_below(random, 8)) {
    case 0:
        mutate_put(input->bytes + at, 8, FRAME_DATA + random_below(random, 4), false);
        break;
    case 1:
        mutate_put(input->bytes + at + 8, 8, size, false);
        break;
    case 2: /* longer or shorter, and rightly so */
        if (size < FUZZ_MOST / 2 && size > all - HEAD &&
            mutate_splice(input, at + all, 0, input->bytes, size - (all - HEAD)))
            mutate_put(input->bytes + at + 8, 8, size, false);
        break;
    default:
        change_number(input, at + HEAD, all - HEAD, random);
    }
}

void mutate_frames(struct fuzz_input *input, struct random *random)
{
    size_t at[FRAMES], all[FRAMES], n = find_frames(input, at, all);
    size_t one = mutate_below(random, n), two = mutate_below(random, n);
    uint32_t way = random_below(random, 10);
    if (n == 0 || way == 0)
        mutate_bytes(input, random);
    else if (way == 1)
        mutate_splice(input, at[two], 0, input->bytes + at[one], all[one]);
    else if (way == 2)
        mutate_splice(input, at[one], all[one], NULL, 0);
    else
        change_frame(input, at[one], all[one], random);
}
