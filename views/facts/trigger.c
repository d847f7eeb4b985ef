/* Lays an inverted trigger over a clean image, over grey, or shows its parts. */
#include "views/facts/trigger.h"

#include <math.h>
#include <string.h>

enum { GREY = 128 };

const char *trigger_picture_name(enum trigger_picture picture)
{
    static const char *const names[] = {"trigger", "stamped", "image", "mask", "pattern"};
    return names[picture];
}

int trigger_image(const struct snapshot *s, const struct inverted_trigger *trigger)
{
    int n = s->n_images[SET_CLEAN];
    if (!s->labels[SET_CLEAN])
        return n > 0 ? 0 : -1;
    for (int i = 0; i < n; i++)
        if (s->labels[SET_CLEAN][i] != trigger->target)
            return i;
    return -1;
}

static uint8_t mixed(double mask, uint8_t below, uint8_t above)
{
    return (uint8_t)lrint((1 - mask) * below + mask * above);
}

void trigger_paint(const struct snapshot *s, const struct inverted_trigger *trigger,
    enum trigger_picture picture, int image, uint8_t *rgb)
{
    int pixels = trigger->height * trigger->width;
    bool same = trigger->height == s->height && trigger->width == s->width;
    memset(rgb, GREY, 3 * (size_t)pixels);
    if ((picture == TRIGGER_STAMPED || picture == TRIGGER_IMAGE) && image >= 0 && same)
        snapshot_image(s, SET_CLEAN, image, rgb);
    if (picture == TRIGGER_IMAGE)
        return;
    for (int i = 0; i < 3 * pixels; i++) {
        double mask = fmin(1, fmax(0, (double)trigger->mask[i / 3]));
        rgb[i] = picture == TRIGGER_MASK      ? (uint8_t)lrint(255 * mask)
                 : picture == TRIGGER_PATTERN ? trigger->rgb[i]
                                              : mixed(mask, rgb[i], trigger->rgb[i]);
    }
}
