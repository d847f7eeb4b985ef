/* The images that activate a channel most, each with the channel's map over it. */
#include "engine/api/inspection.h"
#include "engine/base/memory.h"
#include "views/cells/picture.h"
#include "views/channel/channel_sheet.h"
#include "views/channel/seen.h"

#include <stdlib.h>

static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
static const char *const names[] = {"clean", "poisoned"};

static void draw_picture(const struct pane *pane, const struct channel_sheet *sheet,
    enum image_set set, const struct inspection_image *seen)
{
    const struct snapshot *s = sheet->snapshot;
    const struct inspection *in = s->inspection;
    uint8_t *rgb = memory_array((size_t)s->width * (size_t)s->height, 3);
    struct area area = {0, 0, pane->columns - 1, pane->rows - 1};
    snapshot_image(s, set, seen->image, rgb);
    if (in->height * in->width > 1 && sheet->input->view_state->seen != SEEN_IMAGE)
        seen_lay_over(rgb, s->width, s->height,
            &(struct seen_heat){seen->map, in->height, in->width, in->strongest_most});
    struct area fit = picture_fit(area, s->width, s->height);
    fit.column = 0;
    picture_draw(pane, fit, rgb, s->width, s->height);
    bool wide = pane->columns > 16;
    pane_printf(pane, 0, fit.rows, ROLE_TEXT, wide ? "#%d %.3g class %d" : "#%d %.3g", seen->image,
        (double)seen->mean, s->labels[set] ? (int)s->labels[set][seen->image] : -1);
    free(rgb);
}

/* One row of them: as many as fit. */
static void draw_set(const struct pane *pane, const struct channel_sheet *sheet, enum image_set set)
{
    const struct snapshot *s = sheet->snapshot;
    const struct inspection *in = s->inspection;
    pane_printf(pane, 0, 0, roles[set], "%s", names[set]);
    if (in->n_strongest[set] == 0) {
        pane_printf(pane, 10, 0, ROLE_FAINT, "no %s images: -%c FILE brings them", names[set],
            set == SET_CLEAN ? 'c' : 'p');
        return;
    }
    if (!(in->most[set] > in->least[set])) {
        pane_printf(
            pane, 10, 0, ROLE_FAINT, "%.3g on every image: none activates it more", in->most[set]);
        return;
    }
    struct area room = {0, 0, pane->columns, pane->rows - 2};
    struct area fit = picture_fit(room, s->width, s->height);
    int wide = fit.columns + 1 > 13 ? fit.columns + 1 : 13, n = pane->columns / wide;
    n = n < in->n_strongest[set] ? n : in->n_strongest[set];
    for (int i = 0; i < n; i++) {
        struct pane tile = pane_part(pane, (struct area){i * wide, 1, wide, pane->rows - 1});
        draw_picture(&tile, sheet, set, &in->strongest[set][i]);
    }
}

void channel_sheet_pictures(const struct channel_sheet *sheet)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    const struct inspection *in = s->inspection;
    int channel = sheet->channels->order[sheet->channels->cursor];
    int at = pane_printf(pane, 1, 0, ROLE_KEY, "channel %d", channel);
    bool known = in && in->channel == channel;
    if (!known) {
        pane_text(pane, at + 2, 0, ROLE_FAINT, "press i for the images that activate it most");
        return;
    }
    bool mapped = in->height * in->width > 1;
    const char *over = mapped ? "" : ": a unit has no map, one value for the whole image";
    at = pane_printf(pane, at + 2, 0, ROLE_TEXT, "images with the largest mean%s", over);
    if (mapped && pane->columns >= 80)
        pane_printf(pane, at, 0, ROLE_FAINT, ", %s",
            sheet->input->view_state->seen == SEEN_IMAGE ? "without its map" : "its map over them");
    int each = (pane->rows - 1) / 2;
    for (int set = 0; set < N_SETS; set++) {
        struct pane part =
            pane_part(pane, (struct area){1, 1 + set * each, pane->columns - 1, each});
        if (part.rows >= 4 || in->n_strongest[set] == 0)
            draw_set(&part, sheet, (enum image_set)set);
    }
}
