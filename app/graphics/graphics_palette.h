/* Few colours for a picture. Pure. Owner: the caller. Thread: any. */
#ifndef SECATEUR_APP_GRAPHICS_GRAPHICS_PALETTE_H
#define SECATEUR_APP_GRAPHICS_GRAPHICS_PALETTE_H

#include <stdint.h>

enum { GRAPHICS_COLOURS = 256 };

struct graphics_palette {
    int n;
    uint8_t rgb[GRAPHICS_COLOURS][3];
    uint8_t *index; /* [height][width] the colour of each pixel */
};

/* Of rgb[height][width][3]: its own colours where they are few enough, else means of near ones. */
void graphics_palette_make(
    struct graphics_palette *palette, const uint8_t *rgb, int width, int height);
void graphics_palette_finish(struct graphics_palette *palette);

#endif
