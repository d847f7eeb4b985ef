/* Fine-tuning on the labels of turned, shifted, zoomed and patched clean images, along one cycle of
 * a high rate: a low one would stay beside the backdoor. */
#include "engine/defence/repairs/tuning.h"

enum { ROUNDS = 20 };

static bool run(const struct repair_job *job, struct error *err)
{
    struct tuning_recipe recipe = tuning_defaults(job->network);
    return tuning_run(job, &recipe, 1, job->rounds > 0 ? job->rounds : ROUNDS, err);
}

const struct repair repair_finetune = {
    .name = "finetune",
    .help = "fine-tuning on turned, shifted and patched clean images",
    .source = "Liu et al., RAID 2018; Smith & Topin, 2019; Zhong et al., AAAI 2020",
    .rounds = ROUNDS,
    .run = run,
};
