/* Resizes the images of a set, one after the other. Leans on the insides of sets. */
#include "engine/io/convert/dataset_resize.h"

#include "engine/base/memory.h"
#include "engine/io/images/dataset_private.h"
#include "engine/io/pictures/picture_resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void note_range(struct dataset *to, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to->low = values[i] < to->low ? values[i] : to->low;
        to->high = values[i] > to->high ? values[i] : to->high;
    }
}

static bool append(struct dataset *to, const float *values, uint8_t *bytes, struct error *err)
{
    size_t count = shape_count(&to->shape);
    note_range(to, values, count);
    picture_round(values, count, bytes);
    return spill_rows_append(
        to->spill_rows, to->floats ? (const void *)values : (const void *)bytes, 1, err);
}

static bool resize_all(const struct dataset *set, struct dataset *to, struct error *err)
{
    float *from = memory_floats(shape_count(&set->shape));
    float *values = memory_floats(shape_count(&to->shape));
    uint8_t *bytes = memory_array(shape_count(&to->shape), 1);
    bool good = true;
    for (int i = 0; i < set->n && good; i++) {
        dataset_fill(set, i, 1, 1, from);
        picture_resize(from, &set->shape, values, &to->shape);
        good = append(to, values, bytes, err);
        to->n += good;
    }
    free(from);
    free(values);
    free(bytes);
    return good && dataset_check(set, err);
}

struct dataset *dataset_resize(const struct dataset *set, int height, int width, struct error *err)
{
    struct shape shape = set->shape;
    if (shape.rank < 2) {
        fail(err, "%s: holds rows of values, which have no size in pixels", set->name);
        return NULL;
    }
    shape.dim[0] = height;
    shape.dim[1] = width;
    struct dataset *to = dataset_create(set->name, &shape);
    struct memory_budget *budget = memory_budget_create(SIZE_MAX, NULL);
    to->floats = set->floats;
    to->low = INFINITY;
    to->high = -INFINITY;
    to->said = memory_string(dataset_said(set));
    to->labels = memory_array((size_t)set->n, sizeof *to->labels);
    memcpy(to->labels, set->labels, (size_t)set->n * sizeof *to->labels);
    to->spill_rows = spill_rows_create(budget, shape_count(&shape) * dataset_item(to));
    memory_budget_unref(budget);
    if (resize_all(set, to, err))
        return to;
    dataset_unref(to);
    return NULL;
}
