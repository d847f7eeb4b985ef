/* What GoodNet does with clean and poisoned images, for each repaired net that was compared. */
#include "engine/api/detection.h"
#include "engine/measures/number.h"
#include "views/charts/bars.h"
#include "views/facts/goodnet.h"
#include "views/figures/figure.h"

#include <stdio.h>

enum { NETS_MAX = 8, N_PARTS = 3 };

/* Right or hit, another class, flagged. */
static void parts_of(const struct goodnet_counts *a, int part[N_PARTS])
{
    part[0] = a->both;
    part[1] = a->same_other;
    part[2] = goodnet_flagged(a);
}

struct defences {
    const struct detection *detection;
    enum detection_data data;
    int n; /* nets shown, the first ones */
};

static const struct goodnet_counts *agreement_of(
    const struct defences *d, int net, enum image_set set)
{
    const struct defence *defence = &d->detection->nets[net].defence[d->data];
    return set == SET_CLEAN ? &defence->clean : &defence->poisoned;
}

static void add_rows(struct csv *csv, const struct defences *d)
{
    static const char *const sets[] = {"clean", "poisoned"};
    static const char *const parts[] = {"as_labelled", "other_class", "flagged"};
    csv_printf(csv, "net,data,set,answer,count,n,percent\n");
    for (int i = 0; i < d->n; i++)
        for (int set = 0; set < N_SETS; set++) {
            const struct goodnet_counts *a = agreement_of(d, i, (enum image_set)set);
            int part[N_PARTS];
            parts_of(a, part);
            for (int k = 0; a->n > 0 && k < N_PARTS; k++) {
                csv_text(csv, d->detection->nets[i].name);
                csv_printf(csv, ",%s,%s,%s,%d,%d,%.17g\n",
                    d->data == DATA_TEST ? "test" : "validation", sets[set], parts[k], part[k],
                    a->n, number_percent(part[k], a->n));
            }
        }
}

static const struct bars_key keys[] = {
    {.label = "clean: right", .role = ROLE_CLEAN},
    {.label = "poisoned: hit", .role = ROLE_ATTACK, .fill = FILL_HATCHED},
    {.label = "another class", .role = ROLE_PRUNED},
    {.label = "flagged", .role = ROLE_GOOD, .fill = FILL_EMPTY},
};

static void draw_row(struct canvas *canvas, struct canvas_box box, const struct goodnet_counts *a,
    enum image_set set)
{
    int part[N_PARTS];
    double x = box.x;
    parts_of(a, part);
    for (int k = 0; k < N_PARTS; k++) {
        const struct bars_key *key = &keys[k == 0 ? (int)set : k + 1];
        double width = box.width * part[k] / a->n;
        bars_draw(canvas, (struct canvas_box){x, box.y, width, box.height}, key->role, key->fill);
        x += width;
    }
    char text[16];
    snprintf(text, sizeof text, "%.1f", number_percent(part[2], a->n));
    canvas_text(canvas, ROLE_TEXT, canvas->width - 4, box.y + box.height / 2, ALIGN_RIGHT, text);
}

static void draw_axis(struct canvas *canvas, struct canvas_box region, const char *label)
{
    struct canvas_style style = {ROLE_FRAME, LINE_SOLID, 0.5};
    double y = region.y + region.height;
    canvas_rule(canvas, style, region.x, y, region.x + region.width, y);
    for (int i = 0; i <= 5; i++) {
        char text[8];
        double x = region.x + region.width * i / 5;
        snprintf(text, sizeof text, "%d", 20 * i);
        canvas_rule(canvas, style, x, y, x, y + 2);
        canvas_text(canvas, ROLE_FAINT, x, y + 0.9 * canvas->line, ALIGN_CENTRE, text);
    }
    canvas_text(
        canvas, ROLE_TEXT, region.x + region.width / 2, y + 2 * canvas->line, ALIGN_CENTRE, label);
}

/* A name that is too long keeps its end: files differ there. */
static void draw_name(struct canvas *canvas, double y, double room, const char *name)
{
    char text[DETECTION_NAME + 8];
    const char *end = name;
    snprintf(text, sizeof text, "%s", name);
    while (canvas_text_width(canvas, text) > room && *end) {
        end++;
        while (((unsigned char)*end & 0xc0) == 0x80)
            end++;
        snprintf(text, sizeof text, "…%s", end);
    }
    canvas_text(canvas, ROLE_TEXT, 4, y, ALIGN_LEFT, text);
}

static void draw(struct canvas *canvas, const struct defences *d, double row)
{
    static const char *const sets[] = {"clean", "poisoned"};
    double line = canvas->line, label = 20 * canvas->em, name = canvas->width > 330 ? label : 0;
    struct canvas_box region = {4 + name + 10 * canvas->em, 1.5 * line, 0, 0};
    region.width = canvas->width - region.x - 6.5 * canvas->em;
    double y = region.y;
    canvas_text(canvas, ROLE_TEXT, canvas->width - 4, 0.7 * line, ALIGN_RIGHT, "flagged (%)");
    for (int i = 0; i < d->n; i++) {
        bool own_line = name == 0;
        char net[GOODNET_NAME];
        draw_name(canvas, y + (own_line ? 0.5 * line : row), own_line ? 26 * canvas->em : name - 8,
            goodnet_name(&d->detection->nets[i], net));
        y += own_line ? line : 0;
        for (int set = 0; set < N_SETS; set++, y += row) {
            const struct goodnet_counts *a = agreement_of(d, i, (enum image_set)set);
            struct canvas_box box = {region.x, y + 1, region.width, row - 2.5};
            canvas_text(canvas, ROLE_FAINT, region.x - 0.8 * canvas->em, y + row / 2, ALIGN_RIGHT,
                sets[set]);
            if (a->n > 0)
                draw_row(canvas, box, a, (enum image_set)set);
        }
        y += 0.4 * line;
    }
    region.height = y - region.y;
    draw_axis(canvas, region,
        d->data == DATA_TEST ? "GoodNet's answers for test images (%)"
                             : "GoodNet's answers for validation images (%)");
    bars_legend(canvas, keys, 4, 4, y + 3.3 * line, canvas->width - 8);
}

static bool make(struct figure *f, struct error *err)
{
    const double row = 12, line = 10.5;
    struct defences d = {.detection = f->snapshot->detection};
    if (!d.detection || d.detection->n_nets == 0)
        return fail_as(err, ERROR_FAILED, "no repaired net is compared yet: run detect");
    d.data = d.detection->n[DATA_TEST][SET_CLEAN] > 0 ? DATA_TEST : DATA_VALIDATION;
    d.n = d.detection->n_nets < NETS_MAX ? d.detection->n_nets : NETS_MAX;
    figure_name(f, "goodnet", "%s", "");
    figure_tell(f,
        "Answers of GoodNet, made of the unpruned net and each repaired net, for clean and "
        "poisoned %s images: the class on which both nets agree, else N+1 (flagged).",
        d.data == DATA_TEST ? "test" : "validation");
    double names = figure_width(f) > 330 ? 0.4 * line : 1.4 * line;
    if (!figure_begin(f, 6.6 * line + d.n * (2 * row + names), err))
        return false;
    add_rows(&f->csv, &d);
    draw(f->canvas, &d, row);
    return true;
}

const struct export export_goodnet = {
    .name = "goodnet",
    .view = "goodnet",
    .help = "what GoodNet accepts and flags",
    .title = "What GoodNet accepts and flags",
    .make = make,
};
