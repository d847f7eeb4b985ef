/* Every round of pruning, and the nets of the thresholds. */
#include "app/options/verb.h"

#include "app/options/options.h"
#include "app/results/results.h"
#include "app/options/files.h"
#include "app/headless/headless.h"
#include "engine/base/atomic_write.h"
#include "engine/base/escape.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdlib.h>

static void tell_round(void *context, const struct snapshot *snapshot, int round)
{
    const struct results *results = context;
    if (results->sweep_round)
        results->sweep_round(stdout, snapshot, round);
}

static bool write_csv(
    const char *path, const struct snapshot *snapshot, bool force, struct error *err)
{
    char *table = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&table, &size);
    if (!out)
        memory_run_out();
    results_find("csv")->sweep_begin(out, snapshot);
    for (int i = 0; i < snapshot->n_rounds; i++)
        results_find("csv")->sweep_round(out, snapshot, i);
    if (fclose(out) != 0)
        memory_run_out();
    bool good = atomic_write(path, table, size, force, err);
    free(table);
    return good;
}

static bool any_crossed(const struct snapshot *s)
{
    for (int i = 0; i < s->n_thresholds; i++)
        if (s->thresholds[i].round >= 0)
            return true;
    return false;
}

static bool keep(struct headless *headless, const char *csv, bool force, struct error *err)
{
    if (any_crossed(headless_snapshot(headless)) &&
        !headless_run(headless, &(struct command){.kind = COMMAND_SAVE_KEPT}, err))
        return false;
    const struct snapshot *s = headless_snapshot(headless);
    if (!write_csv(csv, s, force, err))
        return false;
    for (int i = 0; i < s->n_thresholds; i++)
        if (s->thresholds[i].saved[0])
            escape_line(stderr, "wrote %s", s->thresholds[i].saved);
    if (any_crossed(s) && s->opens_in)
        escape_line(stderr, "they open in %s", s->opens_in);
    escape_line(stderr, "wrote %s", csv);
    return true;
}

static bool sweep(struct headless *headless, const struct arguments *arguments, const char *csv,
    struct error *err)
{
    const struct results *results = results_find(arguments->format);
    if (results->sweep_begin)
        results->sweep_begin(stdout, headless_snapshot(headless));
    headless_watch(headless, tell_round, (void *)(uintptr_t)results);
    if (!headless_run(headless, &(struct command){.kind = COMMAND_RUN}, err))
        return false;
    if (options_have_tests(&arguments->options) &&
        !headless_run(headless, &(struct command){.kind = COMMAND_TEST}, err))
        return false;
    if (csv && !keep(headless, csv, arguments->options.force, err))
        return false;
    if (results->sweep_end)
        results->sweep_end(stdout, headless_snapshot(headless));
    return true;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const char *out = arguments->options.out;
    char *csv = out ? memory_format("%s/sweep.csv", out) : NULL;
    struct headless *headless = NULL;
    bool good = !out || (folder_make(out, 0777, err) &&
                            files_may_write(csv, arguments->options.force, err));
    if (good)
        headless = headless_create(&arguments->options, err);
    good = headless && sweep(headless, arguments, csv, err);
    headless_destroy(headless);
    free(csv);
    return good;
}

const struct verb verb_sweep = {
    .name = "sweep",
    .can = WORKS_ON_NET | SHARES | PRUNES | KEEPS_NETS | PRINTS | WRITES,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "prune all channels, one per round, and print each round",
    .about = "Prunes channel after channel to the end and prints what each round did, then the\n"
             "repaired net of each threshold. With --out DIR those nets and sweep.csv are written\n"
             "there.",
    .examples =
        {
            {"secateur sweep", "the built-in demo"},
            {"secateur sweep net.h5 -c valid.h5 -p bd_valid.h5 --format json > sweep.json",
                "for scripts"},
            {"secateur sweep net.h5 -c valid.h5 -p bd_valid.h5 -t 2,4,10 --out repaired",
                "save the nets of the thresholds"},
        },
    .run = run_verb,
};
