/* Values counted from the other end. */
#include "engine/defence/suspects/negatives.h"

#include "engine/base/memory.h"

#include <string.h>

float *negatives_added(const struct shape *shape, const float *pixels, int n, float low, float high)
{
    size_t values = (size_t)n * shape_count(shape);
    float *both = memory_floats(2 * values);
    memcpy(both, pixels, values * sizeof *both);
    for (size_t i = 0; i < values; i++)
        both[values + i] = low + high - pixels[i];
    return both;
}
