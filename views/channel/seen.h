/* What a net sees, laid over the image it sees: the image in grey, heat in colours that grow
 * lighter, so that it is seen without colour too. Thread: any. */
#ifndef SECATEUR_VIEWS_CHANNEL_SEEN_H
#define SECATEUR_VIEWS_CHANNEL_SEEN_H

#include <stdint.h>

/* A map or the heat of pixels, [height][width], lies over the whole image; `most` is shown at full
 * strength, 0 and below not at all. */
struct seen_heat {
    const float *heat;
    int height, width;
    float most;
};

/* rgb[height, width, 3], in place. */
void seen_lay_over(uint8_t *rgb, int width, int height, const struct seen_heat *heat);

#endif
