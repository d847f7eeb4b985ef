/* Shapes: how many values, which channels, as text. */
#include "engine/nn/tensor/tensor.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

struct shape shape_units(int units)
{
    return (struct shape){.rank = 1, .dim = {units}};
}

struct shape shape_image(int height, int width, int channels)
{
    return (struct shape){.rank = 3, .dim = {height, width, channels}};
}

struct shape shape_of_picture(int values)
{
    for (int channels = 1; channels <= 3; channels += 2) {
        int side = (int)lround(sqrt((double)values / channels));
        if (side > 1 && side <= INT_MAX / side / channels && side * side * channels == values)
            return shape_image(side, side, channels);
    }
    return shape_image(1, values, 1);
}

struct shape shape_as_image(const struct shape *shape)
{
    if (shape->rank == 1)
        return shape_image(1, shape->dim[0], 1);
    return shape->rank == 2 ? shape_image(shape->dim[0], shape->dim[1], 1) : *shape;
}

size_t shape_count(const struct shape *shape)
{
    size_t count = 1;
    for (int i = 0; i < shape->rank; i++)
        count *= (size_t)shape->dim[i];
    return count;
}

int shape_channels(const struct shape *shape)
{
    return shape->rank > 0 ? shape->dim[shape->rank - 1] : 1;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    bool equal = a->rank == b->rank;
    for (int i = 0; equal && i < a->rank; i++)
        equal = a->dim[i] == b->dim[i];
    return equal;
}

const char *shape_text(const struct shape *shape, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < shape->rank && at < SHAPE_TEXT; i++)
        at += (size_t)snprintf(text + at, SHAPE_TEXT - at, i ? "x%d" : "%d", shape->dim[i]);
    return text;
}
