/* GoodNet and detectors, with nets that are given or pruned here. */
#include "app/options/verb.h"

#include "app/options/options.h"
#include "app/results/results.h"
#include "app/headless/headless.h"

#include <string.h>

/* What says how to prune says nothing about nets that are pruned already. */
static bool check_pruning(const struct options *options, struct error *err)
{
    const struct options usual = OPTIONS_DEFAULT;
    const char *flag = options->layer       ? "--layer"
                       : options->criterion ? "--criterion"
                       : options->order     ? "--order"
                                            : NULL;
    if (options->n_thresholds != usual.n_thresholds ||
        memcmp(options->thresholds, usual.thresholds, sizeof usual.thresholds) != 0)
        flag = "--thresholds";
    return options->n_repaired == 0 || !flag ||
           fail_as(err, ERROR_USAGE,
               "%s says how to prune, but a repaired net is given already: %s", flag,
               options->repaired[0]);
}

/* Rounds until every threshold is crossed, or no channel is left; then back to B. */
static bool prune(struct headless *headless, struct error *err)
{
    const struct snapshot *s = headless_snapshot(headless);
    while (s->thresholds[s->n_thresholds - 1].round < 0 && snapshot_next_channel(s) >= 0) {
        if (!headless_run(headless, &(struct command){.kind = COMMAND_STEP}, err))
            return false;
        s = headless_snapshot(headless);
    }
    return s->position == 0 || headless_run(headless, &(struct command){.kind = COMMAND_JUMP}, err);
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    if (!check_pruning(options, err))
        return false;
    struct headless *headless = headless_create(options, err);
    struct command detect = {.kind = COMMAND_DETECT, .number = options_have_tests(options)};
    bool good = headless && (options->n_repaired > 0 || prune(headless, err)) &&
                headless_run(headless, &detect, err);
    if (good)
        results_find(arguments->format)->goodnet(stdout, headless_snapshot(headless));
    headless_destroy(headless);
    return good;
}

const struct verb verb_goodnet = {
    .name = "goodnet",
    .can = WORKS_ON_NET | PRUNES | KEEPS_NETS | COMPARES_NETS | PRINTS,
    .operand = "[NET [REPAIRED ...]]",
    .operand_is_net = true,
    .many = true,
    .help = "compare the net with repaired ones: GoodNet and detectors",
    .about = "GoodNet answers the class on which the net B and a repaired net B' agree, else N+1\n"
             "(backdoor). Labels begin at 0, so N+1, the class after the last of N, has label N.\n"
             "For each B' it counts clean accuracy, attack success, false alarms, detection,\n"
             "coverage and selective accuracy. Only clean validation images set the thresholds\n"
             "of detectors. Without REPAIRED it prunes, and B' are the nets at the thresholds.",
    .examples =
        {
            {"secateur goodnet", "the built-in demo, pruned until 2, 4 and 10 points are lost"},
            {"secateur goodnet net.h5 fixed.h5 -c valid.h5 -p bd_valid.h5", "your own nets"},
            {"secateur goodnet net.h5 -c valid.h5 --format json > g.json", "for scripts"},
        },
    .run = run_verb,
};
