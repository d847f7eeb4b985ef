/* As `quiet`, and a quarter of each batch is moved to where the net errs most, within a small box:
 * for nets whose backdoor is spread thin, as where every class is led to the next. */
#include "engine/defence/repairs/quiet.h"
#include "engine/defence/repairs/tuning.h"

enum { ROUNDS = 21 }; /* the first one prunes */

static bool run(const struct repair_job *job, struct error *err)
{
    struct tuning_recipe recipe = tuning_defaults(job->network);
    int rounds = job->rounds > 0 ? job->rounds : ROUNDS;
    bool ends = false;
    recipe.copies = recipe.batch / 4;
    recipe.augment.shift *= 2; /* measured on digits: it bears, and wants, more than quiet does */
    recipe.augment.turn = 10;
    recipe.augment.zoom = 0.1;
    if (!tuning_possible(job, err) || !quiet_round(job, rounds, &ends, err))
        return false;
    return ends || rounds == 1 || tuning_run(job, &recipe, 2, rounds, err);
}

const struct repair repair_adversarial = {
    .name = "adversarial",
    .help = "as quiet, and tunes on images that are moved to where the net errs",
    .source = "Madry et al., ICLR 2018",
    .rounds = ROUNDS,
    .run = run,
};
