#include "app/verbs/verbs.h"

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
           fail_as(err, ERROR_USAGE, "%s says how to prune, but the repaired net is given: %s",
               flag, options->repaired[0]);
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

bool verb_goodnet_run(const struct arguments *arguments, struct error *err)
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
