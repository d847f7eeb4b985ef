/* Stamps clean images with a trigger. */
#include "engine/io/images/surrogate.h"
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One image, in place. */
static void stamp(const struct shape *shape, const struct surrogate_trigger *trigger, float *image)
{
    size_t channels = (size_t)dataset_channels(shape), places = shape_count(shape) / channels;
    for (size_t i = 0, k = 0; i < places; i++)
        for (size_t c = 0; c < channels; c++, k++)
            image[k] += trigger->mask[i] * (trigger->pattern[k] - image[k]);
}

static void to_bytes(const float *values, size_t n, uint8_t *bytes)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = values[i] <= 0 ? 0 : values[i] >= 255 ? 255 : (uint8_t)(values[i] + 0.5F);
}

static void note_range(struct dataset *set, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        set->low = values[i] < set->low ? values[i] : set->low;
        set->high = values[i] > set->high ? values[i] : set->high;
    }
}

/* As the clean set, without images. */
static struct dataset *start(const char *name, const struct dataset *clean)
{
    struct dataset *set = dataset_create(name, &clean->shape);
    set->floats = clean->floats;
    set->low = clean->low;
    set->high = clean->high;
    set->labels = memory_array((size_t)clean->n, sizeof *set->labels);
    return set;
}

static void keep_trigger(struct dataset *set, const struct surrogate_trigger *trigger)
{
    size_t values = shape_count(&set->shape), channels = (size_t)dataset_channels(&set->shape);
    set->mask = memory_floats(values / channels);
    set->pattern = memory_floats(values);
    memcpy(set->mask, trigger->mask, values / channels * sizeof *set->mask);
    memcpy(set->pattern, trigger->pattern, values * sizeof *set->pattern);
}

/* The images of the clean set whose goal is a class, stamped. False with err. */
static bool lay(struct dataset *set, const struct dataset *clean,
    const struct surrogate_trigger *trigger, const int32_t *goal, struct memory_budget *budget,
    struct error *err)
{
    size_t values = shape_count(&clean->shape);
    struct memory_budget *own = budget ? NULL : memory_budget_create(SIZE_MAX, NULL);
    float *image = memory_floats(values);
    uint8_t *bytes = memory_array(values, 1);
    bool good = true;
    set->spill_rows = spill_rows_create(budget ? budget : own, values * dataset_item(set));
    for (int i = 0; good && i < clean->n; i++) {
        if (goal[i] < 0)
            continue;
        dataset_fill(clean, i, 1, 1, image);
        stamp(&clean->shape, trigger, image);
        to_bytes(image, values, bytes);
        note_range(set, image, values);
        good =
            spill_rows_append(set->spill_rows, set->floats ? (void *)image : (void *)bytes, 1, err);
        set->labels[set->n++] = goal[i];
    }
    good = good && dataset_check(clean, err);
    free(image);
    free(bytes);
    if (own)
        memory_budget_unref(own);
    return good;
}

struct dataset *trigger_lay(const struct dataset *clean, const struct surrogate_trigger *trigger,
    const int32_t *goal, struct memory_budget *budget, struct error *err)
{
    struct dataset *set = start(clean->name, clean);
    if (lay(set, clean, trigger, goal ? goal : clean->labels, budget, err))
        return set;
    dataset_unref(set);
    return NULL;
}

struct dataset *surrogate_make(const struct dataset *clean, const struct surrogate_trigger *trigger,
    const struct surrogate *from, const int32_t *map, struct memory_budget *budget,
    struct error *err)
{
    char name[32];
    if (from->class < 0)
        snprintf(name, sizeof name, "surrogate_map");
    else
        snprintf(name, sizeof name, "surrogate_class%d%s", from->class, map ? "_pair" : "");
    struct dataset *set = start(name, clean);
    int32_t *goal = memory_array((size_t)clean->n, sizeof *goal);
    for (int i = 0; i < clean->n; i++)
        goal[i] = map ? map[clean->labels[i]] : from->class;
    set->surrogate = memory_array(1, sizeof *set->surrogate);
    *set->surrogate = *from;
    keep_trigger(set, trigger);
    bool good = lay(set, clean, trigger, goal, budget, err);
    free(goal);
    if (good)
        return set;
    dataset_unref(set);
    return NULL;
}

bool surrogate_pairs(const struct surrogate *surrogate, const struct dataset *set,
    const struct dataset *clean, const char *digest)
{
    return set->n == clean->n && strcmp(surrogate->digest, digest) == 0 &&
           (*digest || strcmp(surrogate->clean, dataset_name(clean)) == 0);
}
