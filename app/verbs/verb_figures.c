/* All figures and tables of a sweep and of the suggested repair. */
#include "app/options/verb.h"

#include "app/options/options.h"
#include "app/report/provenance.h"
#include "app/report/tables.h"
#include "app/options/files.h"
#include "app/headless/headless.h"
#include "engine/base/escape.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"
#include "views/cells/view_state.h"
#include "views/figures/exports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A moment of the run. */
enum moment { SWEPT, REPAIRED, COMPARED, N_MOMENTS };

/* The set: which export, of which moment, under what name. */
static const struct {
    const char *stem, *export;
    enum moment moment;
    bool crossed; /* of the round of the last threshold that was reached */
} set[] = {
    {"curves", "curves", SWEPT, false},
    {"loss", "loss", SWEPT, false},
    {"tradeoff", "tradeoff", SWEPT, false},
    {"thresholds", "thresholds", SWEPT, false},
    {"activations", "activations", SWEPT, true},
    {"channels", "channels", SWEPT, true},
    {"confusion", "confusion", SWEPT, true},
    {"sheet", "sheet", SWEPT, true},
    {"goodnet", "goodnet", SWEPT, false},
    {"roc", "roc", SWEPT, false},
    {"suggested_curves", "curves", COMPARED, false},
    {"suggested_channels", "channels", REPAIRED, false},
    {"suggested_sheet", "sheet", REPAIRED, false},
    {"suggested_goodnet", "goodnet", REPAIRED, false},
    {"suggested_roc", "roc", REPAIRED, false},
    {"branches", "branches", COMPARED, false},
};
enum { N_SET = sizeof set / sizeof *set };

static const struct {
    const char *stem, *table;
    enum moment moment;
} tables[] = {
    {"table_layers", "table-layers", SWEPT},
    {"table_thresholds", "table-thresholds", SWEPT},
    {"table_goodnet", "table-goodnet", SWEPT},
    {"suggested_table_goodnet", "table-goodnet", REPAIRED},
};
enum { N_TABLES = sizeof tables / sizeof *tables };

struct figures {
    const struct arguments *arguments;
    struct headless *headless;
    struct provenance *provenance;
    const struct snapshot *moment[N_MOMENTS]; /* NULL: there was none */
};

static bool check_endings(
    const struct arguments *arguments, const char *stem, const char *endings, struct error *err)
{
    for (const char *c = endings; *c; c += *c == ',') {
        int length = (int)strcspn(c, ",");
        char *path = memory_format("%s/%s.%.*s", arguments->options.out, stem, length, c);
        bool good = files_may_write(path, arguments->options.force, err);
        free(path);
        if (!good)
            return false;
        c += length;
    }
    return true;
}

/* Before long work: the folder takes files, and none of ours is there. */
static bool check(const struct arguments *arguments, struct error *err)
{
    const char *folder = arguments->options.out;
    char endings[64];
    if (!folder_make(folder, 0777, err))
        return false;
    if (access(folder, W_OK | X_OK) != 0)
        return fail_as(err, ERROR_OUTPUT, "%s: %s", folder, strerror(errno));
    snprintf(endings, sizeof endings, "%s,csv,tex", arguments->figure_formats);
    for (int i = 0; i < N_SET; i++)
        if (!check_endings(arguments, set[i].stem, endings, err))
            return false;
    for (int i = 0; i < N_TABLES; i++)
        if (!check_endings(arguments, tables[i].stem, "csv,md,tex", err))
            return false;
    return true;
}

static bool run(struct figures *f, enum command_kind kind, int number, struct error *err)
{
    return headless_run(f->headless, &(struct command){.kind = kind, .number = number}, err);
}

static void keep(struct figures *f, enum moment moment)
{
    f->moment[moment] = headless_snapshot(f->headless);
    snapshot_ref(f->moment[moment]);
}

/* GoodNet and detectors say nothing where attacks cannot be counted. */
static bool detect(struct figures *f, struct error *err)
{
    return headless_snapshot(f->headless)->n_images[SET_POISONED] == 0 ||
           run(f, COMMAND_DETECT, options_have_tests(&f->arguments->options), err);
}

static bool measure(struct figures *f, struct error *err)
{
    bool tests = options_have_tests(&f->arguments->options);
    if (!run(f, COMMAND_EXAMINE, 0, err) || !run(f, COMMAND_RUN, 0, err) ||
        !run(f, COMMAND_JUMP, 0, err) || (tests && !run(f, COMMAND_TEST, 0, err)) ||
        !detect(f, err) || !run(f, COMMAND_JUMP, headless_snapshot(f->headless)->n_rounds - 1, err))
        return false;
    keep(f, SWEPT);
    int best = f->moment[SWEPT]->suggested;
    const struct site_line *site = best >= 0 ? &f->moment[SWEPT]->sites[best] : NULL;
    if (!site || !site->repair_criterion || site->repair_channels <= 0)
        return true;
    const struct command repair = {.kind = COMMAND_REPAIR, .number = -1, .text = "prune"};
    if (!headless_run(f->headless, &repair, err) || !detect(f, err))
        return false;
    keep(f, REPAIRED);
    if (!run(f, COMMAND_RUN, 0, err))
        return false;
    keep(f, COMPARED);
    return true;
}

/* The round of the last threshold that was reached, else the one that stands. */
static int crossed(const struct snapshot *s)
{
    int round = -1;
    for (int i = 0; i < s->n_thresholds; i++)
        round = s->thresholds[i].round > 0 ? s->thresholds[i].round : round;
    return round;
}

/* Is what the layers suggest another way of pruning? */
static bool differs(const struct snapshot *a, const struct snapshot *b)
{
    return a->site != b->site || strcmp(a->criterion, b->criterion) != 0 ||
           a->descending != b->descending;
}

/* Where the suggestion took the place of the first way of pruning, that stands beside it again. */
static void join(struct snapshot *joint, struct branch_line lines[2], const struct figures *f)
{
    const struct snapshot *both[] = {f->moment[SWEPT], f->moment[COMPARED]};
    for (int i = 0; i < 2; i++)
        lines[i] = (struct branch_line){.site = both[i]->site,
            .criterion = both[i]->criterion,
            .descending = both[i]->descending,
            .n_rounds = both[i]->n_rounds,
            .position = both[i]->position,
            .rounds = both[i]->rounds,
            .known = both[i]->known,
            .parent = -1};
    *joint = *both[1];
    joint->branches = lines;
    joint->n_branches = 2;
    joint->branch = 1;
}

static struct export_request request_of(const struct figures *f, const char *stem)
{
    struct export_request request = {.folder = f->arguments->options.out,
        .stem = stem,
        .formats = f->arguments->figure_formats,
        .size = f->arguments->figure_size,
        .style = f->arguments->figure_style,
        .version = SECATEUR_VERSION,
        .force = f->arguments->options.force};
    provenance_tell(f->provenance, &request);
    return request;
}

/* What does not apply is left out, and said; a file that cannot be written ends it. */
static bool told(bool good, const char *stem, const char *path, const struct error *err)
{
    if (good)
        escape_line(stdout, "%s", path);
    else if (err->class == ERROR_FAILED)
        escape_line(stderr, "skipped %s: %s", stem, err->text);
    return good || err->class == ERROR_FAILED;
}

static bool write_figure(const struct figures *f, int index, struct error *err)
{
    const struct snapshot *s = f->moment[set[index].moment];
    struct view_state view_state = {
        .viewed = set[index].crossed ? crossed(s) : -1, .axis = AXIS_FULL};
    char path[EXPORT_PATH];
    struct snapshot joint;
    struct branch_line lines[2];
    if (set[index].moment == COMPARED && s->n_branches < 2 && differs(f->moment[SWEPT], s)) {
        join(&joint, lines, f);
        s = &joint;
    }
    struct export_request request = request_of(f, set[index].stem);
    request.snapshot = s;
    request.view_state = &view_state;
    bool good = exports_write(exports_find(set[index].export), &request, path, err);
    return told(good, set[index].stem, path, err);
}

static bool write_table(const struct figures *f, int index, struct error *err)
{
    char path[EXPORT_PATH];
    struct view_state view_state = {.viewed = -1};
    struct export_request request = request_of(f, tables[index].stem);
    request.snapshot = f->moment[tables[index].moment];
    request.view_state = &view_state;
    bool good = tables_write(tables_find(tables[index].table), &request, path, err);
    return told(good, tables[index].stem, path, err);
}

static bool write_all(const struct figures *f, struct error *err)
{
    for (int i = 0; i < N_SET; i++)
        if (f->moment[set[i].moment] && !write_figure(f, i, err))
            return false;
    for (int i = 0; i < N_TABLES; i++)
        if (f->moment[tables[i].moment] && !write_table(f, i, err))
            return false;
    return true;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct figures f = {.arguments = arguments};
    if (!arguments->options.out)
        return fail_as(err, ERROR_USAGE, "figures needs --out DIR, the folder for the figures");
    if (!check(arguments, err))
        return false;
    struct options options = arguments->options;
    options.out = NULL; /* no net is saved */
    f.headless = headless_create(&options, err);
    bool good = f.headless && measure(&f, err);
    if (good) {
        f.provenance = provenance_create(arguments, err);
        good = f.provenance && write_all(&f, err);
    }
    provenance_destroy(f.provenance);
    for (int i = 0; i < N_MOMENTS; i++)
        snapshot_unref(f.moment[i]);
    headless_destroy(f.headless);
    return good;
}

const struct verb verb_figures = {
    .name = "figures",
    .can = WORKS_ON_NET | PRUNES | KEEPS_NETS | COMPARES_NETS | WRITES | DRAWS,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "prune to the end and write every figure, its numbers and captions",
    .about = "Prunes one layer to the end, compares the repaired net of each threshold with the\n"
             "original net, applies the suggested repair, and writes the figures of both into\n"
             "--out. Each has a CSV of its numbers and a .tex with its caption. A figure that\n"
             "these images do not allow is skipped, with a message.",
    .examples =
        {
            {"secateur figures --out figures", "the built-in demo"},
            {"secateur figures net.h5 -c valid.h5 -p bd_valid.h5 --figure-size 180mm "
             "--figure-format pdf,svg --out figures",
                "your own net, two columns wide"},
        },
    .run = run_verb,
};
