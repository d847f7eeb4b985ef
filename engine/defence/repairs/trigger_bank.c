/* A ring of masks and patterns. Leans on inversion. */
#include "engine/defence/repairs/trigger_bank.h"

#include "engine/base/memory.h"
#include "engine/defence/repairs/quick_inversion.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 8 }; /* triggers of a class */

struct trigger_bank {
    struct repair_job job;
    const struct shape *shape;
    size_t places, values; /* of an image */
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
    const struct shape shape = shape_as_image(bank->shape);
    bank->places = bank->values / (size_t)shape.dim[2];
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
    const struct quick_inversion how = {.network = job->network,
        .images = &job->images,
        .class = target,
        .steps = steps,
        .seed = job->seed * 1000 + (uint64_t)bank->n + 1};
    struct inversion *inversion = quick_inversion_run(&how, job, progress, err);
    if (!inversion)
        return false;
    const struct inversion_trigger found = inversion_trigger(inversion);
    keep(bank, target, &found);
    report->mask = found.size;
    report->hits = found.hits;
    inversion_destroy(inversion);
    return true;
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
