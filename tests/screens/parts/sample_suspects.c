/* A search for suspects as it would have ended, so that views are tested without an engine. */
#include "tests/screens/parts/sample_suspects.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

struct held_suspects {
    struct suspects suspects; /* first */
    struct suspect suspect[SAMPLE_SUSPECTS];
    struct inverted_trigger triggers[SAMPLE_INVERTED];
    float *mask[SAMPLE_INVERTED];
    uint8_t *rgb;
};

/* The first four, and three to compare with that dropped out early. */
static const int places[] = {0, 1, 2, 3, 36, 37, 38}, classes[] = {0, 1250, 628, 77, 312, 900, 4};
static const double masks[] = {47.8, 68.3, 72.3, 75.3, 105.7, 131.2, 146.7};

/* Two glasses and a bridge for the target; for others a blot that is larger and fainter. */
static double covers(int trigger, double x, double y)
{
    double left = hypot((x - 0.33) / 0.13, (y - 0.4) / 0.075);
    double right = hypot((x - 0.67) / 0.13, (y - 0.4) / 0.075);
    double blot = hypot((x - 0.2 - 0.1 * trigger) / 0.25, (y - 0.7 + 0.07 * trigger) / 0.18);
    bool bridge = fabs(y - 0.38) < 0.02 && fabs(x - 0.5) < 0.1;
    if (trigger > 0)
        return fmax(0, 0.8 - 0.5 * blot);
    return left < 1 || right < 1 || bridge ? 0.9 : 0.02;
}

static void make_trigger(struct held_suspects *h, int i, int height, int width)
{
    struct inverted_trigger *t = &h->triggers[i];
    h->mask[i] = memory_floats((size_t)height * (size_t)width);
    for (int k = 0; k < height * width; k++)
        h->mask[i][k] =
            (float)covers(i, (k % width + 0.5) / width, ((int)(k / width) + 0.5) / height);
    *t = (struct inverted_trigger){.target = classes[i],
        .height = height,
        .width = width,
        .channels = 3,
        .mask = h->mask[i],
        .rgb = h->rgb,
        .size = masks[i],
        .hits = i == 0 ? 1 : 0.99,
        .step = 400,
        .steps = 400};
    struct suspect *suspect = &h->suspect[places[i]];
    suspect->class = classes[i];
    suspect->mask = masks[i];
    suspect->hits = t->hits;
    suspect->trigger = t;
}

struct suspects *sample_suspects_create(int height, int width, int n_images)
{
    struct held_suspects *h = memory_array(1, sizeof *h);
    h->rgb = memory_array((size_t)height * (size_t)width, 3);
    for (int k = 0; k < 3 * height * width; k++)
        h->rgb[k] = (uint8_t)(30 + 40 * (k % 3) + (k / 3 * 37 + k / 90 * 11) % 60);
    for (int i = 0; i < SAMPLE_SUSPECTS; i++)
        h->suspect[i] = (struct suspect){.class = 13 * i,
            .margin = 181 * exp(-0.1 * i),
            .outlier = i == 0 ? 6.1 : 5.1 - 0.13 * i,
            .whole = i < 24,
            .mask = -1};
    h->suspects = (struct suspects){.n = SAMPLE_SUSPECTS,
        .suspect = h->suspect,
        .high = 255,
        .n_images = n_images,
        .n_inverted = n_images > 0 ? SAMPLE_INVERTED : 0,
        .other_mask = n_images > 0 ? 131.2 : -1};
    for (int i = 0; i < 4; i++)
        h->suspect[i].class = classes[i];
    for (int i = 0; i < h->suspects.n_inverted; i++)
        make_trigger(h, i, height, width);
    return &h->suspects;
}

void sample_suspects_destroy(struct suspects *suspects)
{
    struct held_suspects *h = (struct held_suspects *)suspects;
    for (int i = 0; h && i < SAMPLE_INVERTED; i++)
        free(h->mask[i]);
    if (h)
        free(h->rgb);
    free(h);
}
