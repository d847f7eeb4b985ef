/* Rows of faces with words: clean, poisoned, rescued from the attack, and what GoodNet flags. */
#include "engine/base/memory.h"
#include "views/facts/branches.h"
#include "views/facts/faces.h"
#include "views/figures/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ACROSS_MAX = 12 };

/* Which images a row has, seen with the unpruned net and with that of the round shown. */
struct row {
    const char *name, *about;
    enum image_set set;
    bool (*takes)(int label, int before, int after);
};

static bool any(int label, int before, int after)
{
    return label >= 0 && before >= 0 && after >= 0;
}

static bool flipped(int label, int before, int after)
{
    return before == label && after != label;
}

static bool disagreed(int label, int before, int after)
{
    (void)label;
    return before != after;
}

static const struct row rows[] = {
    {"clean", "B's answer", SET_CLEAN, any},
    {"poisoned", "B's answer", SET_POISONED, any},
    {"flipped", "attack undone", SET_POISONED, flipped},
    {"flagged", "clean, B ≠ B′", SET_CLEAN, disagreed},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

struct sheet {
    int across, n[N_ROWS], total[N_ROWS]; /* shown, of how many */
    int image[N_ROWS][ACROSS_MAX];
};

/* Spread evenly over those that there are: sets are often in the order of their classes. */
static void choose(struct sheet *sheet, const struct figure *f, int r)
{
    const struct snapshot *s = f->snapshot;
    const struct row *row = &rows[r];
    const uint16_t *before = branches_unpruned(s)->predicted[row->set];
    const uint16_t *after = s->rounds[f->round]->predicted[row->set];
    const int32_t *labels = s->labels[row->set];
    int n = s->n_images[row->set];
    for (int i = 0; before && after && labels && i < n; i++)
        sheet->total[r] += row->takes(labels[i], before[i], after[i]);
    if (sheet->total[r] == 0)
        return;
    int total = sheet->total[r], most = total < sheet->across ? total : sheet->across, met = 0;
    for (int i = 0; i < n && sheet->n[r] < most; i++)
        if (row->takes(labels[i], before[i], after[i]) && met++ >= (long)sheet->n[r] * total / most)
            sheet->image[r][sheet->n[r]++] = i;
}

static int answer(const struct figure *f, int r, int image)
{
    const struct snapshot *s = f->snapshot;
    const struct round *round = rows[r].takes == any ? branches_unpruned(s) : s->rounds[f->round];
    return round->predicted[rows[r].set][image];
}

static void add_rows(struct csv *csv, const struct figure *f, const struct sheet *sheet)
{
    const struct snapshot *s = f->snapshot;
    csv_printf(csv, "row,of,set,image,label,unpruned_says,round,pruned_says\n");
    for (int r = 0; r < N_ROWS; r++)
        for (int i = 0; i < sheet->n[r]; i++) {
            int image = sheet->image[r][i];
            enum image_set set = rows[r].set;
            csv_printf(csv, "%s,%d,%s,%d,%d,%d,%d,%d\n", rows[r].name, sheet->total[r],
                set == SET_CLEAN ? "clean" : "poisoned", image, (int)s->labels[set][image],
                branches_unpruned(s)->predicted[set][image], f->round,
                s->rounds[f->round]->predicted[set][image]);
        }
}

static double label_width(const struct canvas *canvas)
{
    return 12.5 * canvas->em;
}

static void draw_row(struct canvas *canvas, const struct figure *f, const struct sheet *sheet,
    int r, double y, double width)
{
    const struct snapshot *s = f->snapshot;
    double line = canvas->line, step = width + 3, height = width * s->height / s->width;
    uint8_t *rgb = memory_array((size_t)s->width * (size_t)s->height, 3);
    char text[48];
    canvas_text(canvas, ROLE_STRONG, 4, y + 0.6 * line, ALIGN_LEFT, rows[r].name);
    canvas_text(canvas, ROLE_FAINT, 4, y + 1.6 * line, ALIGN_LEFT, rows[r].about);
    snprintf(text, sizeof text, "%d of %d", sheet->total[r], s->n_images[rows[r].set]);
    if (rows[r].takes != any)
        canvas_text(canvas, ROLE_FAINT, 4, y + 2.6 * line, ALIGN_LEFT, text);
    for (int i = 0; i < sheet->n[r]; i++) {
        int image = sheet->image[r][i], says = answer(f, r, image);
        int label = s->labels[rows[r].set][image];
        struct canvas_box box = {4 + label_width(canvas) + i * step, y, width, height};
        snapshot_image(s, rows[r].set, image, rgb);
        canvas_image(canvas, box, rgb, s->width, s->height);
        snprintf(text, sizeof text, "%d→%d", label, says);
        if (rows[r].set == SET_POISONED || label == says || canvas_text_width(canvas, text) > step)
            snprintf(text, sizeof text, "%s%d", label == says ? "" : "→", says);
        canvas_text(
            canvas, ROLE_TEXT, box.x + width / 2, y + height + 0.6 * line, ALIGN_CENTRE, text);
    }
    free(rgb);
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    struct sheet sheet = {0};
    const double line = 10.5, em = 4.8, least = 28;
    if (!figure_measured(f, err))
        return false;
    if (s->width <= 0 || s->height <= 0)
        return fail_as(err, ERROR_FAILED, "the images have no size");
    double room = figure_width(f) - 8 - 12.5 * em;
    int across = (int)floor((room + 3) / (least + 3));
    sheet.across = across < 1 ? 1 : across > ACROSS_MAX ? ACROSS_MAX : across;
    double width = (room + 3) / sheet.across - 3, step = width * s->height / s->width + 1.5 * line;
    int shown = 0;
    for (int r = 0; r < N_ROWS; r++) {
        choose(&sheet, f, r);
        shown += sheet.n[r] > 0;
    }
    if (shown == 0)
        return fail_as(err, ERROR_FAILED, "the predictions of round %d are not known", f->round);
    figure_name(f, "sheet", "_round%d", f->round);
    figure_tell(f,
        "Images and how they are classified; an arrow where that is not their class. B is the "
        "unpruned net, B′ the net with %d channels pruned, which answers in the lower rows.",
        f->round + snapshot_base(s));
    if (!figure_begin(f, shown * step + 6, err))
        return false;
    add_rows(&f->csv, f, &sheet);
    double y = 3;
    for (int r = 0; r < N_ROWS; r++)
        if (sheet.n[r] > 0) {
            draw_row(f->canvas, f, &sheet, r, y, width);
            y += step;
        }
    return true;
}

const struct export export_sheet = {
    .name = "sheet",
    .view = "faces",
    .help = "rows of faces: clean, poisoned, flipped, flagged",
    .title = "Faces before and after",
    .make = make,
};
