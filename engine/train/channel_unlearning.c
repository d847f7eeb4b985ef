/* Takes out of a net what it knows of clean images, before masks are learnt. Leans on the tuner. */
#include "engine/train/channel_unlearning.h"

#include "engine/base/random.h"
#include "engine/train/tuner.h"

#include <string.h>

enum { UNLEARNING_STEPS = 1000 };
static const double UNLEARNT = 0.2; /* share of images still right */

/* Climbs until hardly an image of a batch is read right; with momentum it would overshoot. */
bool channel_unlearning(struct network *network, struct thread_pool *pool,
    const struct channel_unlearning_options *options, struct error *err)
{
    struct tuner_options tuning = {.batch = options->batch, .optimiser = optimiser_sgd(0)};
    struct tuner *tuner = tuner_create(network, NULL, pool, &tuning);
    size_t image = shape_count(&network->layers[network->input].shape);
    struct tuner_report report = {.correct = options->batch};
    struct random random;
    bool good = true;
    random_init(&random, options->seed, 12);
    for (int s = 0; good && s < UNLEARNING_STEPS && report.correct > UNLEARNT * options->batch;
         s++) {
        for (int i = 0; i < options->batch; i++) {
            uint32_t from = random_below(&random, (uint32_t)options->n);
            memcpy(tuner_image(tuner, i), options->pixels + from * image, image * sizeof(float));
            *tuner_goal(tuner, i) =
                (struct tuner_goal){.cross_entropy = -1, .label = options->labels[from]};
        }
        good = tuner_step(tuner, options->batch, options->rate, &report, err);
        if (good && options->progress && !options->progress(options->context, 0, options->steps))
            good = fail_as(err, ERROR_CANCELLED, "learning masks of channels was cancelled");
    }
    tuner_destroy(tuner);
    return good;
}
