/* Compares the ranges of two image sets. Bounds are wide, as a refusal of good images would be
 * worse than a second look at the numbers. */
#include "engine/io/images/dataset_alike.h"

#include "engine/base/memory.h"
#include "engine/io/images/dataset_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BYTE_MAX = 255 };
/* A unit's largest value, with rounding; the least that is no unit. */
static const double UNIT = 1.001, MORE_THAN_UNIT = 2;
/* Bytes beside normalised values (-2.1..2.6) are 96 times as large; dark ones may be less. */
static const double FAR = 32;
/* Share of the level: noise goes below 0 by less, x - 0.5 and normalised values by more. */
static const double BELOW = 0.35;

struct range {
    bool bytes;
    double low, high;
};

static void note_bytes(const uint8_t *values, size_t count, struct range *range)
{
    for (size_t i = 0; i < count; i++) {
        range->low = values[i] < range->low ? values[i] : range->low;
        range->high = values[i] > range->high ? values[i] : range->high;
    }
}

/* Of bytes all are read where the range is told, else until one is larger than 1: then they are
 * taken for 0 to 255. */
static struct range range_of(const struct dataset *set, bool told)
{
    float low, high;
    if (dataset_range(set, &low, &high))
        return (struct range){false, (double)low, (double)high};
    struct range range = {true, BYTE_MAX, 0};
    size_t count = shape_count(dataset_shape(set));
    uint8_t *scratch = memory_array(count, 1);
    dataset_hold(set);
    for (int i = 0; i < dataset_count(set) && (told || range.high <= 1); i++)
        note_bytes(dataset_view(set, i, 0, count, scratch), count, &range);
    dataset_release(set);
    free(scratch);
    if (!told && range.high > 1)
        range = (struct range){true, 0, BYTE_MAX};
    return range;
}

static double largest(const struct range *range)
{
    return fmax(-range->low, range->high);
}

/* A unit beside bytes, or normalised values beside bytes. */
static bool is_scaled(const struct range *small, const struct range *large)
{
    if (small->low >= 0 && small->high <= UNIT && large->low >= 0)
        return large->high > MORE_THAN_UNIT;
    return !(small->bytes && large->bytes) && largest(large) > FAR &&
           largest(large) > FAR * largest(small);
}

/* What white is in values that do not go below 0. */
static double level(const struct range *range)
{
    if (range->high <= MORE_THAN_UNIT)
        return 1;
    return range->high <= FAR ? range->high : fmax(range->high, BYTE_MAX);
}

static bool is_shifted(const struct range *plain, const struct range *shifted)
{
    return plain->low >= 0 && shifted->low < -BELOW * level(plain);
}

/* -1..1, to its very ends, beside values that go far beyond at both. */
static bool is_wider(const struct range *even, const struct range *wide)
{
    const double exact = 1e-3, far = 1.5;
    return even->low < 0 && fabs(even->high + even->low) <= exact * even->high &&
           wide->low < far * even->low && wide->high > far * even->high;
}

/* One value alone tells nothing. */
static bool are_apart(const struct range *a, const struct range *b)
{
    if (a->low >= a->high || b->low >= b->high)
        return false;
    return is_scaled(a, b) || is_scaled(b, a) || is_shifted(a, b) || is_shifted(b, a) ||
           is_wider(a, b) || is_wider(b, a);
}

static bool is_of_255(const struct range *unit, const struct range *whole)
{
    return unit->low >= 0 && unit->high <= UNIT && whole->low >= 0 && whole->high > FAR &&
           whole->high <= BYTE_MAX;
}

static bool fail_range(const struct dataset *clean, const struct dataset *other, struct error *err)
{
    const struct range a = range_of(clean, true), b = range_of(other, true);
    const struct dataset *unit = is_of_255(&a, &b) ? clean : is_of_255(&b, &a) ? other : NULL;
    return fail(err,
        "%.80s: its values are %s %.4g..%.4g, those of %.80s %s %.4g..%.4g: one rule of pixels "
        "cannot serve both; %s%.80s%s",
        dataset_name(other), b.bytes ? "bytes" : "floats", b.low, b.high, dataset_name(clean),
        a.bytes ? "bytes" : "floats", a.low, a.high, unit ? "multiply " : "prepare ",
        dataset_name(unit ? unit : other), unit ? " by 255" : " in the same way");
}

bool dataset_alike(const struct dataset *clean, const struct dataset *other, struct error *err)
{
    if (!clean || !other)
        return true;
    const struct range a = range_of(clean, false), b = range_of(other, false);
    return !are_apart(&a, &b) || fail_range(clean, other, err);
}

bool dataset_is_unit(const struct dataset *set)
{
    const struct range range = range_of(set, false);
    return range.low >= 0 && range.high > 0 && range.high <= UNIT;
}

struct dataset *dataset_to_unit(const struct dataset *bytes, struct error *err)
{
    const struct shape *shape = dataset_shape(bytes);
    size_t count = shape_count(shape), n = (size_t)dataset_count(bytes);
    struct dataset *unit = dataset_create(dataset_name(bytes), shape);
    struct memory_budget *budget = memory_budget_create(SIZE_MAX, NULL);
    float *values = memory_floats(count);
    bool good = true;
    unit->floats = true;
    unit->high = 1;
    unit->labels = memory_array(n + 1, sizeof *unit->labels);
    memcpy(unit->labels, bytes->labels, n * sizeof *unit->labels);
    unit->spill_rows = spill_rows_create(budget, count * sizeof *values);
    for (; good && unit->n < dataset_count(bytes); unit->n += good) {
        dataset_fill(bytes, unit->n, 1, 1, values);
        for (size_t k = 0; k < count; k++)
            values[k] /= BYTE_MAX;
        good = spill_rows_append(unit->spill_rows, values, 1, err);
    }
    memory_budget_unref(budget);
    free(values);
    if (good)
        return unit;
    dataset_unref(unit);
    return NULL;
}
