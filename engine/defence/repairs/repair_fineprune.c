/* Fine-pruning: first the channels of the last convolution that clean images leave most quiet are
 * pruned, as many as the accuracy on the clean images allows, then the net is tuned; what was
 * pruned stays pruned. */
#include "engine/base/memory.h"
#include "engine/defence/repairs/reading.h"
#include "engine/defence/repairs/tuning.h"
#include "engine/prune/sites/prune_site.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 21 };            /* the first one prunes */
static const double LOSS = 0.04; /* of the clean images, that pruning may cost */

struct pruning {
    const struct repair_job *job;
    struct network *before; /* as the job's network was given */
    const struct prune_site *site;
    struct reading_unit *units;
    int *order; /* quietest first */
};

static void sort(struct pruning *pruning)
{
    for (int i = 0; i < pruning->site->n_channels; i++) {
        int at = i;
        for (; at > 0 && pruning->units[pruning->order[at - 1]].mean > pruning->units[i].mean; at--)
            pruning->order[at] = pruning->order[at - 1];
        pruning->order[at] = i;
    }
}

/* Prunes the first n of the order, and no others. */
static void prune(struct pruning *pruning, int n)
{
    const struct repair_job *job = pruning->job;
    for (int i = 0; i < pruning->site->n_channels; i++) {
        int channel = pruning->order[i];
        if (i < n)
            prune_site_prune(pruning->site, job->network, channel);
        else
            prune_site_restore(pruning->site, job->network, pruning->before, channel);
    }
}

/* By bisection: clean accuracy falls as more is pruned, all but for a few images. */
static bool prune_quiet(struct pruning *pruning, int rounds, struct error *err)
{
    const struct repair_job *job = pruning->job;
    int none = 0, all = pruning->site->n_channels, step = 0, steps = 1;
    for (int i = all; i > 1; i /= 2)
        steps++;
    int needed =
        (int)ceil(reading_correct(job->network, job->pool, &job->images) - LOSS * job->images.n);
    while (all - none > 1) {
        int n = none + (all - none) / 2;
        prune(pruning, n);
        if (reading_correct(job->network, job->pool, &job->images) >= needed)
            none = n;
        else
            all = n;
        step = step < steps ? step + 1 : steps;
        struct repair_progress progress = {
            .round = 1, .rounds = rounds, .step = step, .steps = steps, .doing = "pruning"};
        progress.loss = NAN;
        if (!repair_goes_on(job, &progress, err))
            return false;
    }
    prune(pruning, none);
    return true;
}

static bool run(const struct repair_job *job, struct error *err)
{
    struct tuning_recipe recipe = tuning_defaults(job->network);
    int rounds = job->rounds > 0 ? job->rounds : ROUNDS;
    if (!tuning_possible(job, err))
        return false;
    struct prune_sites *sites = prune_sites_find(job->network);
    int at = prune_sites_default(sites, job->network);
    struct pruning pruning = {.job = job, .before = network_clone(job->network)};
    struct repair_report report = {.round = 1, .rounds = rounds, .loss = NAN, .mask = -1};
    bool good = true;
    if (sites->n > 0) {
        pruning.site = &sites->site[at];
        pruning.units = memory_array((size_t)pruning.site->n_channels, sizeof *pruning.units);
        pruning.order = memory_array((size_t)pruning.site->n_channels, sizeof(int));
        reading_units(job->network, job->pool, &job->images, pruning.site->measured, pruning.units);
        sort(&pruning);
        good = prune_quiet(&pruning, rounds, err);
    }
    if (good && (!job->round || job->round(job->context, &report)) && rounds > 1)
        good = tuning_run(job, &recipe, 2, rounds, err);
    free(pruning.units);
    free(pruning.order);
    network_destroy(pruning.before);
    prune_sites_destroy(sites);
    return good;
}

const struct repair repair_fineprune = {
    .name = "fineprune",
    .help = "prunes the channels that clean images leave quiet, then tunes; pruned stay pruned",
    .source = "Liu, Dolan-Gavitt, Garg (Fine-Pruning), RAID 2018",
    .rounds = ROUNDS,
    .run = run,
};
