/* Copies a trigger, and undoes the scaling of pixels to show it. */
#include "engine/session/state/trigger_picture.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

struct picture {
    struct inverted_trigger trigger; /* first: what others see */
    float *mask, *pattern;
    uint8_t *rgb;
};

static void finish(void *object)
{
    struct picture *picture = object;
    free(picture->mask);
    free(picture->pattern);
    free(picture->rgb);
}

static uint8_t level(const struct picture_scale *scale, int channel, float value)
{
    const struct pixel_scaling *scaling = &scale->scaling;
    int at = scaling->n == 1 ? 0 : channel;
    double pixel = ((double)value - scaling->offset[at]) / scaling->scale[at];
    double range = (double)scale->most - (double)scale->least;
    double grey = range > 0 ? 255 * (pixel - (double)scale->least) / range : 0;
    return grey > 0 ? (uint8_t)(grey < 255 ? grey + 0.5 : 255) : 0;
}

/* With fewer than three channels the first one is the grey, as in pictures of images. */
static void paint(struct picture *picture, const struct picture_scale *scale)
{
    const struct inverted_trigger *t = &picture->trigger;
    for (int i = 0; i < t->height * t->width; i++)
        for (int c = 0; c < 3; c++) {
            int from = t->channels < 3 ? 0 : scale->scaling.reversed ? t->channels - 1 - c : c;
            picture->rgb[i * 3 + c] =
                level(scale, from, t->pattern[(size_t)i * (size_t)t->channels + (size_t)from]);
        }
}

static float *copy(const float *from, size_t n)
{
    float *to = memory_floats(n);
    memcpy(to, from, n * sizeof *to);
    return to;
}

struct inverted_trigger *trigger_picture_create(const struct shape *shape,
    const struct picture_scale *scale, const struct inversion_trigger *trigger)
{
    struct picture *picture = refcount_create(sizeof *picture, finish);
    size_t channels = shape->rank > 2 ? (size_t)shape->dim[2] : 1, values = shape_count(shape);
    picture->mask = copy(trigger->mask, values / channels);
    picture->pattern = copy(trigger->pattern, values);
    picture->rgb = memory_array(3 * values / channels, 1);
    picture->trigger = (struct inverted_trigger){
        .height = shape->rank > 1 ? shape->dim[0] : 1,
        .width = shape->dim[shape->rank > 1],
        .channels = (int)channels,
        .mask = picture->mask,
        .pattern = picture->pattern,
        .rgb = picture->rgb,
        .size = trigger->size,
        .hits = trigger->hits,
    };
    paint(picture, scale);
    return &picture->trigger;
}
