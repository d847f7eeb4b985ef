/* Colours by median cut (Heckbert 1982) of a picture's own, then moved to the means of those that
 * are nearest to them. */
#include "app/graphics/graphics_palette.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3 };

/* A colour of the picture, and its pixels. */
struct colour {
    uint32_t rgb;
    int pixels, near; /* near: its place in the palette */
};

struct box {
    int first, n; /* of the colours */
    int channel;  /* shift of the one that varies most */
    double spread;
};

static uint32_t packed(const uint8_t *p)
{
    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static int part(uint32_t rgb, int shift)
{
    return (int)(rgb >> shift & 255);
}

static int by_rgb(const void *a, const void *b)
{
    uint32_t x = ((const struct colour *)a)->rgb, y = ((const struct colour *)b)->rgb;
    return (x > y) - (x < y);
}

static int by_part(const struct colour *a, const struct colour *b, int shift)
{
    int d = part(a->rgb, shift) - part(b->rgb, shift);
    return d ? d : by_rgb(a, b);
}

static int by_red(const void *a, const void *b)
{
    return by_part(a, b, 16);
}

static int by_green(const void *a, const void *b)
{
    return by_part(a, b, 8);
}

static int by_blue(const void *a, const void *b)
{
    return by_part(a, b, 0);
}

/* The picture's colours in their order, malloc'd: runs of pixels first, since they are fewer. */
static struct colour *list_colours(const uint8_t *rgb, int n, int *n_colours)
{
    struct colour *colour = NULL;
    int runs = 0, room = 0, kept = 0;
    for (int i = 0; i < n; i++) {
        uint32_t wanted = packed(rgb + 3L * i);
        if (runs == 0 || colour[runs - 1].rgb != wanted) {
            if (runs == room)
                colour = memory_grow(colour, (size_t)(room = 2 * room + 64), sizeof *colour);
            colour[runs++] = (struct colour){wanted, 0, 0};
        }
        colour[runs - 1].pixels++;
    }
    qsort(colour, (size_t)runs, sizeof *colour, by_rgb);
    for (int i = 0; i < runs; i++)
        if (kept > 0 && colour[kept - 1].rgb == colour[i].rgb)
            colour[kept - 1].pixels += colour[i].pixels;
        else
            colour[kept++] = colour[i];
    *n_colours = kept;
    return colour;
}

static struct box box_of(const struct colour *colour, int first, int n)
{
    struct box box = {first, n, 0, 0};
    double pixels = 0;
    for (int i = first; i < first + n; i++)
        pixels += colour[i].pixels;
    for (int shift = 0; shift <= 16; shift += 8) {
        double sum = 0, squares = 0;
        for (int i = first; i < first + n; i++) {
            double v = part(colour[i].rgb, shift);
            sum += v * colour[i].pixels;
            squares += v * v * colour[i].pixels;
        }
        double spread = n > 1 ? squares - sum * sum / pixels : 0;
        if (spread > box.spread) {
            box.spread = spread;
            box.channel = shift;
        }
    }
    return box;
}

/* In two where half of the pixels lie on each side; returns the second. */
static struct box cut(struct colour *colour, struct box *box)
{
    static int (*const orders[])(const void *, const void *) = {by_blue, by_green, by_red};
    int first = box->first, n = box->n, left = 1;
    double pixels = 0, sum;
    qsort(colour + first, (size_t)n, sizeof *colour, orders[box->channel / 8]);
    for (int i = first; i < first + n; i++)
        pixels += colour[i].pixels;
    sum = colour[first].pixels;
    while (left < n - 1 && sum + colour[first + left].pixels / 2.0 < pixels / 2)
        sum += colour[first + left++].pixels;
    *box = box_of(colour, first, left);
    return box_of(colour, first + left, n - left);
}

static int cut_all(struct colour *colour, int n, struct box box[GRAPHICS_COLOURS])
{
    int boxes = 1;
    box[0] = box_of(colour, 0, n);
    while (boxes < GRAPHICS_COLOURS) {
        int widest = 0;
        for (int i = 1; i < boxes; i++)
            widest = box[i].spread > box[widest].spread ? i : widest;
        if (box[widest].spread <= 0)
            break;
        box[boxes++] = cut(colour, &box[widest]);
    }
    return boxes;
}

/* Each colour of the palette becomes the mean of those that are its own. */
static void take_means(struct graphics_palette *palette, const struct colour *colour, int n)
{
    static const int shifts[3] = {16, 8, 0};
    double sum[GRAPHICS_COLOURS][4] = {{0}};
    for (int i = 0; i < n; i++) {
        double *own = sum[colour[i].near];
        for (int k = 0; k < 3; k++)
            own[k] += (double)part(colour[i].rgb, shifts[k]) * colour[i].pixels;
        own[3] += colour[i].pixels;
    }
    for (int c = 0; c < palette->n; c++)
        for (int k = 0; k < 3 && sum[c][3] > 0; k++)
            palette->rgb[c][k] = (uint8_t)lrint(sum[c][k] / sum[c][3]);
}

static void find_nearest(const struct graphics_palette *palette, struct colour *colour)
{
    int least = 3 * 256 * 256;
    for (int c = 0; c < palette->n; c++) {
        int r = part(colour->rgb, 16) - palette->rgb[c][0];
        int g = part(colour->rgb, 8) - palette->rgb[c][1];
        int b = part(colour->rgb, 0) - palette->rgb[c][2];
        int distance = r * r + g * g + b * b;
        if (distance < least) {
            least = distance;
            colour->near = c;
        }
    }
}

static void choose(struct graphics_palette *palette, struct colour *colour, int n)
{
    struct box box[GRAPHICS_COLOURS];
    palette->n = n <= GRAPHICS_COLOURS ? n : cut_all(colour, n, box);
    for (int c = 0; c < palette->n; c++)
        for (int i = 0; i < (n <= GRAPHICS_COLOURS ? 1 : box[c].n); i++)
            colour[n <= GRAPHICS_COLOURS ? c : box[c].first + i].near = c;
    take_means(palette, colour, n);
    for (int round = 0; round < ROUNDS && n > GRAPHICS_COLOURS; round++) {
        for (int i = 0; i < n; i++)
            find_nearest(palette, &colour[i]);
        if (round + 1 < ROUNDS)
            take_means(palette, colour, n);
    }
    qsort(colour, (size_t)n, sizeof *colour, by_rgb);
}

void graphics_palette_make(
    struct graphics_palette *palette, const uint8_t *rgb, int width, int height)
{
    int n = width * height, n_colours;
    struct colour *colour = list_colours(rgb, n, &n_colours);
    const struct colour *last = NULL;
    *palette = (struct graphics_palette){.index = memory_array((size_t)n, 1)};
    choose(palette, colour, n_colours);
    for (int i = 0; i < n; i++) {
        struct colour wanted = {packed(rgb + 3L * i), 0, 0};
        if (!last || last->rgb != wanted.rgb)
            last = bsearch(&wanted, colour, (size_t)n_colours, sizeof *colour, by_rgb);
        palette->index[i] = (uint8_t)last->near;
    }
    free(colour);
}

void graphics_palette_finish(struct graphics_palette *palette)
{
    free(palette->index);
    palette->index = NULL;
}
