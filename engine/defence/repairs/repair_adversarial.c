/* Adversarial tuning: quiet connections are pruned, then the net is tuned with random patches, and
 * with copies that were moved to where it errs: it can rest neither on a small pattern nor on a
 * faint one. It needs no suspected class, and works as well when every class is led to the next
 * (all-to-all). */
#include "engine/defence/repairs/quiet.h"
#include "engine/defence/repairs/tuning.h"

#include <math.h>

enum { ROUNDS = 21 };             /* the first one prunes */
static const double SHARE = 0.05; /* of what varies in the outputs of a Dense layer */

static bool run(const struct repair_job *job, struct error *err)
{
    struct tuning_recipe recipe = tuning_defaults(job->network);
    recipe.copies = recipe.batch / 4;
    int rounds = job->rounds > 0 ? job->rounds : ROUNDS;
    struct repair_progress progress = {
        .round = 1, .rounds = rounds, .step = 1, .steps = 1, .doing = "pruning", .loss = NAN};
    struct repair_report report = {.round = 1, .rounds = rounds, .loss = NAN, .mask = -1};
    if (!repair_goes_on(job, &progress, err))
        return false;
    quiet_prune(job->network, job->pool, &job->images, SHARE);
    if (job->round && !job->round(job->context, &report))
        return true;
    return rounds == 1 || tuning_run(job, &recipe, 2, rounds, err);
}

const struct repair repair_adversarial = {
    .name = "adversarial",
    .help = "tuning on clean images that are moved to where the net errs; no target needed",
    .source = "Madry et al., ICLR 2018; Zhong et al., AAAI 2020; Liu et al., RAID 2018",
    .rounds = ROUNDS,
    .run = run,
};
