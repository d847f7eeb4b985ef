/* Shapes of tensors, for one image (the batch is never part of a shape); channels come last.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_NN_TENSOR_TENSOR_H
#define SECATEUR_ENGINE_NN_TENSOR_TENSOR_H

#include <stdbool.h>
#include <stddef.h>

enum { SHAPE_RANK_MAX = 4, SHAPE_TEXT = 64 };

struct shape {
    int rank; /* 1 for units, 3 for [height, width, channels] */
    int dim[SHAPE_RANK_MAX];
};

struct shape shape_units(int units);
struct shape shape_image(int height, int width, int channels);
/* How a row of values is shown: as a square of 1 or 3 channels where it can be, else a line. */
struct shape shape_of_picture(int values);
/* The same values as [height, width, channels]: a row of units, a plane without channels. */
struct shape shape_as_image(const struct shape *shape);
size_t shape_count(const struct shape *shape); /* values of one image */
int shape_channels(const struct shape *shape); /* the last dimension */
bool shape_equal(const struct shape *a, const struct shape *b);
/* Writes "55x47x3" into text[SHAPE_TEXT] and returns it. */
const char *shape_text(const struct shape *shape, char *text);

#endif
