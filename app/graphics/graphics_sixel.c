/* Sixel by libsixel, which packs runs. Its own choice of colours drops three bits of each. */
#include "app/graphics/graphics_code.h"
#include "app/graphics/graphics_palette.h"
#include "engine/base/memory.h"

#include <sixel.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct gathered {
    char *bytes;
    size_t n;
};

static int gather(char *data, int size, void *context)
{
    struct gathered *to = context;
    to->bytes = memory_grow(to->bytes, to->n + (size_t)size + 1, 1);
    memcpy(to->bytes + to->n, data, (size_t)size);
    to->n += (size_t)size;
    to->bytes[to->n] = '\0';
    return size;
}

/* Whole pixels, never mixed. */
static uint8_t *enlarge(const uint8_t *index, int width, int height, int wide, int high)
{
    uint8_t *large = memory_array((size_t)wide * (size_t)high, 1);
    for (int y = 0; y < high; y++)
        for (int x = 0; x < wide; x++)
            large[(size_t)y * (size_t)wide + (size_t)x] =
                index[(size_t)(y * height / high) * (size_t)width + (size_t)(x * width / wide)];
    return large;
}

char *graphics_sixel_image(
    const uint8_t *rgb, int width, int height, int wide, int high, size_t *size)
{
    struct gathered to = {0};
    sixel_output_t *output = NULL;
    sixel_dither_t *dither = NULL;
    struct graphics_palette palette;
    graphics_palette_make(&palette, rgb, width, height);
    uint8_t *large = enlarge(palette.index, width, height, wide, high);
    bool good = SIXEL_SUCCEEDED(sixel_output_new(&output, gather, &to, NULL)) &&
                SIXEL_SUCCEEDED(sixel_dither_new(&dither, palette.n, NULL));
    if (good) {
        sixel_dither_set_palette(dither, palette.rgb[0]);
        sixel_dither_set_pixelformat(dither, SIXEL_PIXELFORMAT_PAL8);
        good = SIXEL_SUCCEEDED(sixel_encode(large, wide, high, 1, dither, output));
    }
    if (dither)
        sixel_dither_unref(dither);
    if (output)
        sixel_output_unref(output);
    free(large);
    graphics_palette_finish(&palette);
    *size = to.n;
    if (good && to.n > 0)
        return to.bytes;
    free(to.bytes);
    return NULL;
}

char *graphics_sixel_place(const char *image, struct area area)
{
    return memory_format("\0337\033[%d;%dH%s\0338", area.row + 1, area.column + 1, image);
}
