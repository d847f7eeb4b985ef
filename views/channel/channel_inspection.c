/* What was found about the channel: how its values lie, where, and the weights around it. */
#include "engine/api/inspection.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/cells/picture.h"
#include "views/channel/channel_sheet.h"
#include "views/cells/panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAP_WIDTH = 34, KERNEL_WIDTH = 26 };

static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
static const char *const names[] = {"clean", "poisoned"};

/* Bars of one set in `rows` rows of eighths, on a root scale so that few images show too. */
static void draw_bars(const struct pane *pane, const struct inspection *in, enum image_set set,
    int row, int rows, int columns)
{
    int counts[INSPECTION_BINS] = {0}, most = 1;
    for (int b = 0; b < INSPECTION_BINS; b++)
        counts[b * columns / INSPECTION_BINS] += in->bins[set][b];
    for (int x = 0; x < columns; x++)
        most = counts[x] > most ? counts[x] : most;
    for (int x = 0; x < columns; x++) {
        int eighths = (int)ceil(8.0 * rows * sqrt((double)counts[x] / most));
        for (int y = rows - 1; y >= 0 && eighths > 0; y--, eighths -= 8) {
            struct cell cell = theme_cell(pane->theme, roles[set]);
            cell.glyph = 0x2580 + (uint32_t)(eighths < 8 ? eighths : 8);
            pane_put(pane, 1 + x, row + y, cell);
        }
    }
}

/* Both sets over one axis. */
static void draw_spread(const struct pane *pane, const struct inspection *in)
{
    int columns = pane->columns > INSPECTION_BINS       ? INSPECTION_BINS
                  : pane->columns > INSPECTION_BINS / 2 ? INSPECTION_BINS / 2
                                                        : INSPECTION_BINS / 4;
    int sets = (in->n_images[SET_CLEAN] > 0) + (in->n_images[SET_POISONED] > 0);
    int each = sets > 0 ? (pane->rows - 2) / sets : 0, row = 1;
    pane_text(pane, 1, 0, ROLE_STRONG,
        columns < 40 ? "images by mean (root scale)"
                     : "images by their mean over positions (square-root scale)");
    each = each > 6 ? 6 : each;
    for (int set = 0; set < N_SETS && each > 0; set++) {
        if (in->n_images[set] == 0)
            continue;
        draw_bars(pane, in, (enum image_set)set, row, each, columns);
        if (pane->columns > columns + 10)
            pane_text(pane, columns + 2, row + each - 1, roles[set], names[set]);
        row += each;
    }
    pane_printf(pane, 1, row, ROLE_FAINT, "%.3g", in->low);
    pane_right(pane, columns + 1, row, ROLE_FAINT, "%.3g", in->high);
}

/* The value of a map at a place, 0 .. 1, or the difference from -1 to 1. */
static double map_value(const struct inspection *in, int which, int place)
{
    double scale = (double)in->map_most > 0 ? (double)in->map_most : 1;
    if (which < 2)
        return sqrt(fmax((double)in->map[which][place], 0) / scale);
    return ((double)in->map[SET_POISONED][place] - (double)in->map[SET_CLEAN][place]) / scale;
}

static uint32_t map_colour(const struct pane *pane, const struct inspection *in, int which, int p)
{
    double value = map_value(in, which, p);
    return which < 2 ? theme_activation(value) : theme_difference(pane->theme, value);
}

/* Means over images at each position: 0 .. most, or the difference from blue to orange. Two rows
 * of a map share a cell where there are too few of them and enough colours. */
static void draw_map(const struct pane *pane, const struct inspection *in, int column, int columns,
    int which, int rows)
{
    bool halves =
        in->height > rows && pane->view_state->depth >= DEPTH_256 && !pane->view_state->ascii;
    int room = halves ? 2 * rows : rows, high = in->height < room ? in->height : room;
    int wide = !halves && in->width * 2 <= columns - 1 ? 2 : 1;
    int across = in->width * wide < columns ? in->width : columns / wide;
    for (int i = 0; i < high * across; i++) {
        int y = i / across, x = i % across;
        int p = (y * in->height / high) * in->width + x * in->width / across;
        int below = ((y + 1) * in->height / high) * in->width + x * in->width / across;
        uint32_t colour = map_colour(pane, in, which, p);
        struct cell half = {.glyph = 0x2580, .fg = colour, .bg = CELL_DEFAULT};
        if (halves && y % 2 == 0) {
            if (y + 1 < high)
                half.bg = map_colour(pane, in, which, below);
            pane_put(pane, column + x, 2 + y / 2, half);
        }
        for (int k = 0; !halves && k < wide; k++)
            pane_shade(pane, column + x * wide + k, 2 + y, colour, fabs(map_value(in, which, p)));
    }
}

static void draw_maps(const struct pane *pane, const struct inspection *in)
{
    bool both = in->map[SET_CLEAN] && in->map[SET_POISONED];
    int each = pane->columns / 3;
    pane_printf(pane, 0, 0, ROLE_STRONG, "map %dx%d, mean over images", in->height, in->width);
    for (int which = 0; which < 3; which++) {
        if (which < 2 ? !in->map[which] : !both)
            continue;
        pane_text(pane, which * each, 1, which < 2 ? roles[which] : ROLE_TEXT,
            which < 2 ? names[which] : "change");
        draw_map(pane, in, which * each, each - 1, which, pane->rows - 2);
    }
}

/* The filter of a layer that sees the images, as colours around grey. */
static void draw_colours(const struct pane *pane, const struct inspection *in, int row)
{
    int n = in->kernel_height * in->kernel_width, inputs = in->kernel_inputs;
    uint8_t *rgb = memory_array((size_t)n, 3);
    float most = 0;
    for (int i = 0; i < n * inputs; i++)
        most = fmaxf(most, fabsf(in->kernel[i]));
    for (int i = 0; i < n * 3; i++) {
        float value = in->kernel[i / 3 * inputs + (inputs == 3 ? i % 3 : 0)];
        rgb[i] = (uint8_t)lrintf(127.5F + (most > 0 ? 127.5F * value / most : 0));
    }
    struct area area = {1, row, KERNEL_WIDTH - 2, pane->rows - row};
    area = picture_fit(area, in->kernel_width, in->kernel_height);
    area.column = 1;
    picture_draw(pane, area, rgb, in->kernel_width, in->kernel_height);
    free(rgb);
}

/* Else how much it takes from each input, left to right and down. */
static void draw_norms(const struct pane *pane, const struct inspection *in, int row)
{
    int inputs = in->kernel_inputs, n = in->kernel_height * in->kernel_width;
    int columns = KERNEL_WIDTH - 2, cells = columns * (pane->rows - row);
    int shown = inputs < cells ? inputs : cells;
    double *norms = memory_array((size_t)shown + 1, sizeof *norms), most = 0;
    for (int i = 0; i < inputs; i++)
        for (int k = 0; k < n; k++)
            norms[(long)i * shown / inputs] += pow((double)in->kernel[k * inputs + i], 2);
    for (int i = 0; i < shown; i++)
        most = fmax(most, norms[i]);
    for (int i = 0; i < shown && most > 0; i++) {
        double value = sqrt(norms[i] / most);
        pane_shade(pane, 1 + i % columns, row + i / columns, theme_activation(value), value);
    }
    free(norms);
}

static void draw_links(const struct pane *pane, const struct inspection *in, int column)
{
    int row = 0;
    char text[NUMBER_SIGNED];
    pane_text(pane, column, row++, ROLE_STRONG,
        in->into_classes ? "largest weights into classes" : "largest weights into the next layer");
    if (in->target_rank > 0)
        pane_printf(pane, column, row++, ROLE_ATTACK, "into the target class: %s, rank %d",
            number_signed(text, (double)in->target_weight, 4), in->target_rank);
    for (int i = 0; i < in->n_links && row < pane->rows; i++, row++) {
        const struct inspection_link *link = &in->links[i];
        int at =
            in->into_classes
                ? pane_printf(pane, column, row, ROLE_TEXT, "class %04d", link->channel)
                : pane_printf(pane, column, row, ROLE_TEXT, "%s ch %d", link->layer, link->channel);
        at = at < column + 18 ? column + 18 : at + 1;
        pane_printf(pane, at, row, ROLE_TEXT, "norm %.3f  sum %s", (double)link->norm,
            number_signed(text, (double)link->sum, 3));
    }
}

int channel_sheet_weights(const struct channel_sheet *sheet, int row, int channel)
{
    const struct inspection *in = sheet->snapshot->inspection;
    struct pane pane = *sheet->pane;
    int rows = pane.rows - row > 10 ? 10 : pane.rows - row;
    char bias[NUMBER_SIGNED];
    if (!in || in->channel != channel || rows < 3 || pane.columns < 2 * KERNEL_WIDTH)
        return row;
    pane = pane_part(sheet->pane, (struct area){0, row, pane.columns, rows});
    pane_printf(&pane, 1, 0, ROLE_STRONG, "%s", in->producer ? in->producer : "no weights");
    pane_printf(&pane, 1, 1, ROLE_TEXT, "L1 %.3g  bias %s", (double)in->kernel_l1,
        number_signed(bias, (double)in->bias, 3));
    if (in->kernel)
        pane_printf(&pane, 1, 2, ROLE_FAINT, "filter %dx%dx%d%s", in->kernel_height,
            in->kernel_width, in->kernel_inputs, in->sees_image ? "" : ", norms");
    if (in->kernel && rows > 3 && in->sees_image && in->kernel_height * in->kernel_width > 1)
        draw_colours(&pane, in, 3);
    else if (in->kernel && rows > 3)
        draw_norms(&pane, in, 3);
    draw_links(&pane, in, KERNEL_WIDTH + 1);
    return row + rows;
}

int channel_sheet_inspection(const struct channel_sheet *sheet, int row, int rows, int channel)
{
    const struct inspection *in = sheet->snapshot->inspection;
    const struct pane *pane = sheet->pane;
    if (!in || in->channel != channel) {
        pane_text(pane, 1, row, ROLE_FAINT, "press i for distributions, map and weights");
        return row + 1;
    }
    if (rows < 4)
        return row;
    bool mapped = in->height * in->width > 1 && pane->columns >= 2 * MAP_WIDTH;
    int room = pane->columns - INSPECTION_BINS - 4;
    room = !mapped ? 0 : room > 72 ? 72 : room > MAP_WIDTH ? room : MAP_WIDTH;
    struct pane part = pane_part(pane, (struct area){0, row, pane->columns - room, rows});
    draw_spread(&part, in);
    part = pane_part(pane, (struct area){pane->columns - room, row, room, rows});
    if (mapped)
        draw_maps(&part, in);
    return row + rows;
}
