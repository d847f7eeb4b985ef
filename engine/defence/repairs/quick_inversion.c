/* The steps of an inversion. Leans on suspects/inversion.h. */
#include "engine/defence/repairs/quick_inversion.h"

#include "engine/base/memory.h"

#include <stdlib.h>

enum { BATCH = 16 }; /* images of a step */
/* Cross-entropy for each pixel that is covered, at first: high, and with long steps of Adam, so
 * that few steps make the mask small. */
static const double MASK_WEIGHT = 0.2, RATE = 0.3;

struct inversion *quick_inversion_run(const struct quick_inversion *how,
    const struct repair_job *job, struct repair_progress progress, struct error *err)
{
    int n = how->images->n, before = progress.step;
    int32_t *wanted = memory_array((size_t)n, sizeof *wanted);
    for (int i = 0; i < n; i++)
        wanted[i] = how->class;
    struct inversion_images images = {n, how->images->pixels, wanted};
    struct inversion_options options = inversion_defaults(job->low, job->high);
    options.seed = how->seed;
    options.weight = MASK_WEIGHT;
    options.rate = RATE;
    options.batch = BATCH;
    struct inversion *inversion = inversion_create(how->network, job->pool, &images, &options);
    bool good = true;
    for (int i = 0; good && i < how->steps; i++) {
        good = inversion_step(inversion, err);
        const struct inversion_trigger found = inversion_trigger(inversion);
        progress.step = before + i + 1;
        progress.trigger = &found;
        good = good && repair_goes_on(job, &progress, err);
    }
    free(wanted);
    if (good)
        return inversion;
    inversion_destroy(inversion);
    return NULL;
}
