/* Inverted triggers, a row each: the pattern where the mask covers, the mask, a clean image before
 * and after. The table has every pixel of them. */
#include "engine/api/suspects.h"
#include "engine/base/memory.h"
#include "views/facts/suspects.h"
#include "views/facts/trigger.h"
#include "views/figures/figure.h"
#include "views/files/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 4, COLUMNS = 4, LABEL = 13 /* digits wide */ };

static const enum trigger_picture columns[COLUMNS] = {
    TRIGGER_ALONE, TRIGGER_MASK, TRIGGER_IMAGE, TRIGGER_STAMPED};

struct rows {
    int n;
    const struct suspect *suspect[ROWS_MAX];
};

/* The class under the cursor, then the most suspicious of the others; in detail only one. */
static void choose(struct rows *rows, const struct figure *f)
{
    int most = f->view_state->detail ? 1 : ROWS_MAX;
    const struct suspects *suspects = f->snapshot->suspects;
    const struct suspect *cursor =
        suspects_at(suspects, suspects_cursor(f->snapshot, f->view_state));
    if (cursor->trigger)
        rows->suspect[rows->n++] = cursor;
    for (int i = 0; i < suspects->n && rows->n < most; i++)
        if (suspects->suspect[i].trigger && &suspects->suspect[i] != cursor)
            rows->suspect[rows->n++] = &suspects->suspect[i];
}

static void add_pixels(struct csv *csv, const struct inverted_trigger *t)
{
    for (int i = 0; i < t->height * t->width; i++)
        csv_printf(csv, "%d,%d,%d,%.9g,%d,%d,%d\n", t->target, i / t->width, i % t->width,
            (double)t->mask[i], t->rgb[3 * i], t->rgb[3 * i + 1], t->rgb[3 * i + 2]);
}

static void draw_row(struct canvas *canvas, const struct snapshot *s, const struct suspect *suspect,
    double y, double width)
{
    const struct inverted_trigger *t = suspect->trigger;
    double line = canvas->line, height = width * t->height / t->width;
    int image = trigger_image(s, t);
    uint8_t *rgb = memory_array((size_t)t->height * (size_t)t->width, 3);
    char text[48];
    snprintf(text, sizeof text, "class %d", suspect->class);
    canvas_text(canvas, ROLE_STRONG, 4, y + 0.6 * line, ALIGN_LEFT, text);
    snprintf(text, sizeof text, "index %.1f", suspect->outlier);
    canvas_text(canvas, ROLE_FAINT, 4, y + 1.6 * line, ALIGN_LEFT, text);
    snprintf(text, sizeof text, "%.1f pixels", t->size);
    canvas_text(canvas, ROLE_FAINT, 4, y + 2.6 * line, ALIGN_LEFT, text);
    snprintf(text, sizeof text, "hits %.0f %%", 100 * t->hits);
    canvas_text(canvas, ROLE_FAINT, 4, y + 3.6 * line, ALIGN_LEFT, text);
    for (int i = 0; i < COLUMNS; i++) {
        struct canvas_box box = {4 + LABEL * canvas->em + i * (width + 3), y, width, height};
        trigger_paint(s, t, columns[i], image, rgb);
        canvas_image(canvas, box, rgb, t->width, t->height);
    }
    free(rgb);
}

static void draw(struct canvas *canvas, const struct snapshot *s, const struct rows *rows,
    double width, double step)
{
    for (int i = 0; i < COLUMNS; i++)
        canvas_text(canvas, ROLE_FAINT, 4 + LABEL * canvas->em + i * (width + 3) + width / 2,
            3 + 0.5 * canvas->line, ALIGN_CENTRE, trigger_picture_name(columns[i]));
    for (int i = 0; i < rows->n; i++)
        draw_row(canvas, s, rows->suspect[i], 3 + 1.2 * canvas->line + i * step, width);
}

static bool make(struct figure *f, struct error *err)
{
    const struct suspects *suspects = f->snapshot->suspects;
    struct rows rows = {0};
    const double line = 10.5, em = 4.8;
    if (!suspects || suspects_listed(suspects) == 0)
        return fail_as(err, ERROR_FAILED, "no suspects were searched: F (:scan) does it");
    choose(&rows, f);
    if (rows.n == 0)
        return fail_as(
            err, ERROR_FAILED, "no trigger was inverted: that needs clean images (--clean FILE)");
    const struct inverted_trigger *t = rows.suspect[0]->trigger;
    double width = (figure_width(f) - 8 - LABEL * em + 3) / COLUMNS - 3;
    double step = width * t->height / t->width + 5;
    step = step < 4.5 * line ? 4.5 * line : step;
    file_stem(f->stem, sizeof f->stem, "trigger_class%d", rows.suspect[0]->class);
    figure_tell(f,
        "Triggers inverted from the net and %d clean images, no poisoned one: the pattern where "
        "the mask covers, the mask (white: it covers), a clean image and the image with the "
        "trigger. Pixels: sum of the mask. A small compact mask is a sign of a backdoor, not a "
        "proof.",
        suspects->n_images);
    if (!figure_begin(f, 1.2 * line + rows.n * step + 4, err))
        return false;
    csv_printf(&f->csv, "class,row,column,mask,red,green,blue\n");
    for (int i = 0; i < rows.n; i++)
        add_pixels(&f->csv, rows.suspect[i]->trigger);
    draw(f->canvas, f->snapshot, &rows, width, step);
    return true;
}

const struct export export_trigger = {
    .name = "trigger",
    .view = "suspects",
    .help = "inverted triggers: pattern, mask, stamped on an image",
    .title = "Inverted triggers",
    .make = make,
};
