/* Median and median absolute deviation. */
#include "engine/defence/suspects/outlier.h"

#include "engine/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

/* Sorts the values. The mean of the two in the middle where n is even. */
static double median_of(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct outlier_scale outlier_scale_of(const double *values, int n)
{
    assert(n > 0);
    double *sorted = memory_array((size_t)n, sizeof *sorted);
    memcpy(sorted, values, (size_t)n * sizeof *sorted);
    struct outlier_scale scale = {.median = median_of(sorted, n)};
    for (int i = 0; i < n; i++)
        sorted[i] = fabs(values[i] - scale.median);
    scale.deviation = 1.4826 * median_of(sorted, n);
    free(sorted);
    return scale;
}

double outlier_score(const struct outlier_scale *scale, double value)
{
    double distance = value - scale->median;
    if (scale->deviation > 0)
        return distance / scale->deviation;
    return distance > 0 ? INFINITY : distance < 0 ? -INFINITY : 0;
}
