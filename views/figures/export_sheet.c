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
    const char *name, *heading;
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
    {"clean", "clean", SET_CLEAN, any},
    {"poisoned", "poisoned", SET_POISONED, any},
    {"flipped", "no longer hit", SET_POISONED, flipped},
    {"flagged", "clean, flagged", SET_CLEAN, disagreed},
};
enum { FLIPPED = 2, FLAGGED, N_ROWS = sizeof rows / sizeof *rows };

struct sheet {
    int across, n[N_ROWS], total[N_ROWS]; /* shown, of how many */
    int right;                            /* of the flipped ones, -1: true classes are not known */
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

/* No longer hit is not yet right: how many are read as their true class. */
static void count_right(struct sheet *sheet, const struct figure *f)
{
    const struct snapshot *s = f->snapshot;
    const uint16_t *before = branches_unpruned(s)->predicted[SET_POISONED];
    const uint16_t *after = s->rounds[f->round]->predicted[SET_POISONED];
    sheet->right = 0;
    for (int i = 0; before && after && i < s->n_images[SET_POISONED] && sheet->right >= 0; i++) {
        int person = faces_person(s, (struct face){SET_POISONED, i});
        if (!flipped(s->labels[SET_POISONED][i], before[i], after[i]))
            continue;
        sheet->right = person < 0 ? -1 : sheet->right + (person == after[i]);
    }
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

/* Which images a row has, and whose answers stand below them. */
static void draw_heading(
    struct canvas *canvas, const struct figure *f, const struct sheet *sheet, int r, double y)
{
    double line = canvas->line;
    char text[64];
    bool all = rows[r].takes == any, clean = rows[r].set == SET_CLEAN;
    canvas_text(canvas, ROLE_STRONG, 4, y + 0.6 * line, ALIGN_LEFT, rows[r].heading);
    snprintf(text, sizeof text, all ? "read by B" : clean ? "B ≠ %s" : "read by %s", f->net);
    if (!all && !clean && canvas_text_width(canvas, text) > label_width(canvas) - 4)
        snprintf(text, sizeof text, "by %s", f->net);
    canvas_text(canvas, ROLE_FAINT, 4, y + 1.6 * line, ALIGN_LEFT, text);
    if (all)
        return;
    snprintf(text, sizeof text, "%d of %d", sheet->total[r], f->snapshot->n_images[rows[r].set]);
    canvas_text(canvas, ROLE_FAINT, 4, y + 2.6 * line, ALIGN_LEFT, text);
    snprintf(text, sizeof text, "right: %d of %d", sheet->right, sheet->total[r]);
    if (!clean && sheet->right >= 0)
        canvas_text(canvas, ROLE_FAINT, 4, y + 3.6 * line, ALIGN_LEFT, text);
}

static void draw_row(struct canvas *canvas, const struct figure *f, const struct sheet *sheet,
    int r, double y, double width)
{
    const struct snapshot *s = f->snapshot;
    double line = canvas->line, step = width + 3, height = width * s->height / s->width;
    uint8_t *rgb = memory_array((size_t)s->width * (size_t)s->height, 3);
    char text[48];
    draw_heading(canvas, f, sheet, r, y);
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

static void tell(struct figure *f, const struct sheet *sheet)
{
    char pruned[64], flips[128] = "", right[64] = "", flags[128] = "";
    figure_pruned(f, pruned, sizeof pruned);
    if (sheet->right >= 0)
        snprintf(right, sizeof right, ", %d of them are read as their true class", sheet->right);
    if (sheet->n[FLIPPED] > 0)
        snprintf(flips, sizeof flips, " No longer hit: %d poisoned images%s.",
            sheet->total[FLIPPED], right);
    if (sheet->n[FLAGGED] > 0)
        snprintf(flags, sizeof flags, " Flagged: clean images on which B and %s differ.", f->net);
    bool lower = *flips || *flags;
    figure_tell(f,
        "Images and how they are classified; an arrow where that is not their class. B is the "
        "unpruned net%s%s%s%s%s.%s%s",
        lower ? ", " : "", lower ? f->net : "", lower ? " " : "", lower ? pruned : "",
        lower ? ", which answers in the lower rows" : "", flips, flags);
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
    step = fmax(step, 4.2 * line); /* lines of a heading */
    int shown = 0;
    for (int r = 0; r < N_ROWS; r++) {
        choose(&sheet, f, r);
        shown += sheet.n[r] > 0;
    }
    count_right(&sheet, f);
    if (shown == 0)
        return fail_as(err, ERROR_FAILED, "the predictions of round %d are not known", f->round);
    figure_name(f, "sheet", "_round%d", f->round);
    tell(f, &sheet);
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
    .of = EXPORT_NET,
    .make = make,
};
