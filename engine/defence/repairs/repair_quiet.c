/* Prunes quiet connections, then tunes: what a trigger speaks through is gone at once, and random
 * patches and veils teach the net to read the rest without it. It needs no suspected class. */
#include "engine/defence/repairs/quiet.h"
#include "engine/defence/repairs/tuning.h"

enum { ROUNDS = 21 }; /* the first one prunes */

static bool run(const struct repair_job *job, struct error *err)
{
    struct tuning_recipe recipe = tuning_defaults(job->network);
    int rounds = job->rounds > 0 ? job->rounds : ROUNDS;
    bool ends = false;
    if (!tuning_possible(job, err) || !quiet_round(job, rounds, &ends, err))
        return false;
    return ends || rounds == 1 || tuning_run(job, &recipe, 2, rounds, err);
}

const struct repair repair_quiet = {
    .name = "quiet",
    .help = "prunes connections that clean images leave quiet, then tunes on disturbed images",
    .source = "own; after Liu, Dolan-Gavitt, Garg, RAID 2018, and Zhong et al., AAAI 2020",
    .rounds = ROUNDS,
    .run = run,
};
