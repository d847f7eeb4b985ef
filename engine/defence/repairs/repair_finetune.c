/* Fine-tuning on labels with small turns, shifts and sizes, half of each batch as adversarial
 * copies: the net cannot keep a shortcut through a small pattern. It needs no suspected class, and
 * is the one that works when every class is led to the next (all-to-all). */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/defence/repairs/repair.h"
#include "engine/train/adversary.h"
#include "engine/train/augment.h"
#include "engine/train/tuner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, COPIES = BATCH / 2, ROUNDS = 60, ASCENTS = 3 };
static const double RATE = 0.02, MOMENTUM = 0.9, RADIUS = 0.1, RISE = 0.3;

/* One cycle: up to the rate over the first part, and down to 0 (Smith 2018). */
static double one_cycle(int step, int steps)
{
    const double pi = 3.14159265358979323846;
    double along = (double)step / steps;
    if (along < RISE)
        return RATE * (0.04 + 0.96 * 0.5 * (1 - cos(pi * along / RISE)));
    return RATE * 0.5 * (1 + cos(pi * (along - RISE) / (1 - RISE)));
}

struct tuning {
    const struct repair_job *job;
    struct tuner *tuner;
    struct adversary *adversary;
    struct augment_options augment;
    struct random random;
    int32_t labels[BATCH];
    float *scratch; /* one image */
    int step, steps;
};

static bool step(struct tuning *tuning, double *loss, struct error *err)
{
    const struct repair_job *job = tuning->job;
    const struct shape *shape = &job->network->layers[job->network->input].shape;
    size_t size = shape_count(shape);
    for (int i = 0; i < BATCH; i++) {
        size_t from = random_below(&tuning->random, (uint32_t)job->images.n);
        float *image = tuner_image(tuning->tuner, i);
        memcpy(image, job->images.pixels + from * size, size * sizeof *image);
        augment_image(&tuning->augment, &tuning->random, shape, image, tuning->scratch);
        tuning->labels[i] = job->images.labels[from];
        *tuner_goal(tuning->tuner, i) =
            (struct tuner_goal){.cross_entropy = 1, .label = tuning->labels[i]};
    }
    adversary_move(tuning->adversary, COPIES, tuning->labels, job->seed + (uint64_t)tuning->step,
        tuner_image(tuning->tuner, 0));
    struct tuner_report report;
    double rate = one_cycle(tuning->step++, tuning->steps);
    bool good = tuner_step(tuning->tuner, BATCH, rate, &report, err);
    *loss += report.loss;
    return good;
}

static bool run_rounds(struct tuning *tuning, int rounds, struct error *err)
{
    const struct repair_job *job = tuning->job;
    int per_round = (job->images.n + BATCH - 1) / BATCH;
    tuning->steps = per_round * rounds;
    for (int round = 1; round <= rounds; round++) {
        double loss = 0;
        for (int i = 0; i < per_round; i++) {
            double before = loss;
            if (!step(tuning, &loss, err))
                return false;
            struct repair_progress progress = {
                round, rounds, i + 1, per_round, "tuning", loss - before, NULL};
            if (!repair_goes_on(job, &progress, err))
                return false;
        }
        struct repair_report report = {
            .round = round, .rounds = rounds, .loss = loss / per_round, .mask = -1};
        if (job->round && !job->round(job->context, &report))
            return true;
    }
    return true;
}

static bool run(const struct repair_job *job, struct error *err)
{
    struct tuning tuning = {.job = job, .augment = {.shift = 2, .turn = 10, .zoom = 0.1}};
    struct tuner_options tuner = {.batch = BATCH, .optimiser = optimiser_sgd(MOMENTUM)};
    struct adversary_options adversary = {
        .low = job->low, .high = job->high, .radius = RADIUS, .steps = ASCENTS, .batch = COPIES};
    tuning.tuner = tuner_create(job->network, NULL, job->pool, &tuner);
    tuning.adversary = adversary_create(job->network, job->pool, &adversary);
    tuning.scratch = memory_floats(shape_count(&job->network->layers[job->network->input].shape));
    random_init(&tuning.random, job->seed, 1);
    bool good = run_rounds(&tuning, job->rounds > 0 ? job->rounds : ROUNDS, err);
    free(tuning.scratch);
    adversary_destroy(tuning.adversary);
    tuner_destroy(tuning.tuner);
    return good;
}

const struct repair repair_finetune = {
    .name = "finetune",
    .help = "fine-tuning on turned, shifted and adversarial copies of the clean images",
    .source = "Liu et al., RAID 2018; Madry et al., ICLR 2018; Zeng et al. (I-BAU), ICLR 2022",
    .rounds = ROUNDS,
    .run = run,
};
