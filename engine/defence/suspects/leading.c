/* Of many classes, those whose masks lead the others by a step. Leans on outlier.h. */
#include "engine/defence/suspects/leading.h"

#include "engine/base/memory.h"
#include "engine/defence/suspects/outlier.h"

#include <stdlib.h>

/* Between the last that stands out and the next. */
static const double STEP = 0.72;

static int smaller_mask_first(const void *a, const void *b)
{
    const struct leading_mask *one = a, *two = b;
    return one->mask != two->mask ? (one->mask > two->mask) - (one->mask < two->mask)
                                  : one->class - two->class;
}

static double median_of(const struct leading_mask *masks, int n)
{
    double *sizes = memory_array((size_t)n + 1, sizeof *sizes);
    for (int i = 0; i < n; i++)
        sizes[i] = masks[i].mask;
    double median = n > 0 ? outlier_scale_of(sizes, n).median : -1;
    free(sizes);
    return median;
}

int leading_find(struct leading_mask *masks, int n, double stands, int most, double *usual)
{
    int n_chosen = 0, leading = 0;
    for (int i = 0; i < n; i++)
        n_chosen += !masks[i].compared;
    qsort(masks, (size_t)n, sizeof *masks, smaller_mask_first);
    double middle = median_of(masks, n);
    for (int i = 0; i + 1 < n_chosen && i < most && !masks[i].compared; i++)
        if (masks[i].mask <= stands * middle && masks[i].mask <= STEP * masks[i + 1].mask)
            leading = i + 1;
    if (n - n_chosen < LEADING_COMPARED)
        leading = 0;
    *usual = median_of(masks + leading, n - leading);
    return leading;
}
