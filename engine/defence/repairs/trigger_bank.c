/* A ring of masks and patterns. Leans on inversion. */
#include "engine/defence/repairs/trigger_bank.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 8, BATCH = 16 }; /* triggers of a class; images of a step */
/* Cross-entropy for each pixel that is covered, at first: high, and with long steps of Adam, so
 * that few steps make the mask small. */
static const double MASK_WEIGHT = 0.2, RATE = 0.3;

struct trigger_bank {
    struct repair_job job;
    const struct shape *shape;
    size_t places, values; /* of an image */
    int32_t *wanted;       /* [images] */
    int size, n;           /* of the ring; triggers that were added */
    struct banked *triggers;
    float **masks, **patterns;
};

struct trigger_bank *trigger_bank_create(const struct repair_job *job)
{
    struct trigger_bank *bank = memory_array(1, sizeof *bank);
    bank->job = *job;
    bank->shape = &job->network->layers[job->network->input].shape;
    bank->values = shape_count(bank->shape);
    bank->places = bank->values / (size_t)bank->shape->dim[2];
    bank->wanted = memory_array((size_t)job->images.n, sizeof *bank->wanted);
    bank->size = KEPT * (1 + job->n_more);
    bank->triggers = memory_array((size_t)bank->size, sizeof *bank->triggers);
    bank->masks = memory_array((size_t)bank->size, sizeof *bank->masks);
    bank->patterns = memory_array((size_t)bank->size, sizeof *bank->patterns);
    for (int i = 0; i < bank->size; i++) {
        bank->masks[i] = memory_floats(bank->places);
        bank->patterns[i] = memory_floats(bank->values);
    }
    return bank;
}

void trigger_bank_destroy(struct trigger_bank *bank)
{
    if (!bank)
        return;
    for (int i = 0; i < bank->size; i++) {
        free(bank->masks[i]);
        free(bank->patterns[i]);
    }
    free(bank->masks);
    free(bank->patterns);
    free(bank->triggers);
    free(bank->wanted);
    free(bank);
}

static void keep(struct trigger_bank *bank, int target, const struct inversion_trigger *found)
{
    int at = bank->n++ % bank->size;
    memcpy(bank->masks[at], found->mask, bank->places * sizeof(float));
    memcpy(bank->patterns[at], found->pattern, bank->values * sizeof(float));
    bank->triggers[at] = (struct banked){target, *found};
    bank->triggers[at].trigger.mask = bank->masks[at];
    bank->triggers[at].trigger.pattern = bank->patterns[at];
}

bool trigger_bank_add(struct trigger_bank *bank, int target, int steps,
    struct repair_progress progress, struct repair_report *report, struct error *err)
{
    const struct repair_job *job = &bank->job;
    for (int i = 0; i < job->images.n; i++)
        bank->wanted[i] = target;
    struct inversion_images images = {job->images.n, job->images.pixels, bank->wanted};
    struct inversion_options options = inversion_defaults(job->low, job->high);
    options.seed = job->seed * 1000 + (uint64_t)bank->n + 1;
    options.weight = MASK_WEIGHT;
    options.rate = RATE;
    options.batch = BATCH;
    struct inversion *inversion = inversion_create(job->network, job->pool, &images, &options);
    struct inversion_trigger found = inversion_trigger(inversion);
    int before = progress.step;
    bool good = true;
    for (int i = 0; good && i < steps; i++) {
        good = inversion_step(inversion, err);
        found = inversion_trigger(inversion);
        progress.step = before + i + 1;
        progress.trigger = &found;
        good = good && repair_goes_on(job, &progress, err);
    }
    keep(bank, target, &found);
    report->mask = found.size;
    report->hits = found.hits;
    inversion_destroy(inversion);
    return good;
}

struct banked trigger_bank_last(const struct trigger_bank *bank)
{
    return bank->triggers[(bank->n - 1) % bank->size];
}

struct banked trigger_bank_any(const struct trigger_bank *bank, struct random *random)
{
    int there = bank->n < bank->size ? bank->n : bank->size;
    return bank->triggers[random_below(random, (uint32_t)there)];
}
