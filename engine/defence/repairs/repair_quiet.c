/* Prunes quiet connections and nothing else: it takes no time and hardly any accuracy, and it is
 * how other repairs begin. */
#include "engine/defence/repairs/quiet.h"

#include <math.h>

static const double SHARE = 0.05; /* of what varies in the outputs of a Dense layer */

static bool run(const struct repair_job *job, struct error *err)
{
    struct repair_progress progress = {
        .round = 1, .rounds = 1, .step = 1, .steps = 1, .doing = "pruning", .loss = NAN};
    struct repair_report report = {.round = 1, .rounds = 1, .loss = NAN, .mask = -1};
    if (!repair_goes_on(job, &progress, err))
        return false;
    quiet_prune(job->network, job->pool, &job->images, SHARE);
    if (job->round)
        job->round(job->context, &report);
    return true;
}

const struct repair repair_quiet = {
    .name = "quiet",
    .help = "prunes the connections that clean images leave quiet",
    .source =
        "Liu, Dolan-Gavitt, Garg (Fine-Pruning), RAID 2018, for connections; own measurements",
    .rounds = 1,
    .run = run,
};
