/* Labels as integers, as floats, or one-hot; counted from 0, or from 1 as MATLAB does. */
#include "engine/io/images/dataset_layout.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE_VALUES = 1 << 17, WIDTH_MAX = 1 << 20 };

/* The place of the single 1 in a row of zeros, or -1. */
static double one_hot(const double *row, size_t length)
{
    double place = -1;
    for (size_t i = 0; i < length; i++) {
        if (row[i] == 0)
            continue;
        if (row[i] != 1 || place >= 0)
            return -1;
        place = (double)i;
    }
    return place;
}

struct label_reader {
    struct array *array;
    const char *place;
    int axis;     /* that counts the images */
    size_t width; /* values of one image */
    int n_classes;
};

static bool take_label(const struct label_reader *reader, int index, const double *row,
    int32_t *label, struct error *err)
{
    double value = reader->width > 1 ? one_hot(row, reader->width) : row[0];
    double limit = reader->n_classes > 0 ? reader->n_classes : INT32_MAX;
    bool from_one = reader->width == 1 && value == limit; /* unless another is 0 */
    if (reader->width > 1 && value < 0)
        return fail(
            err, "%s: row %d is not one-hot: it needs one 1 among zeros", reader->place, index);
    if (!(value >= 0 && value < limit) && !from_one)
        return fail(
            err, "%s: label %d is %g, expected 0..%.0f", reader->place, index, value, limit - 1);
    *label = (int32_t)value;
    return *label == value ||
           fail(err, "%s: label %d is %g, expected a whole number", reader->place, index, value);
}

/* Row i of a piece of n; where the images lie along the second axis it is a column. */
static const double *row_of(
    const struct label_reader *reader, const double *piece, int n, int i, double *scratch)
{
    if (reader->axis == 0)
        return piece + (size_t)i * reader->width;
    for (size_t k = 0; k < reader->width; k++)
        scratch[k] = piece[k * (size_t)n + (size_t)i];
    return scratch;
}

static bool read_pieces(
    const struct label_reader *reader, int n, int32_t *labels, struct error *err)
{
    int step = PIECE_VALUES / (int)reader->width + 1;
    double *rows = memory_array((size_t)step * reader->width, sizeof *rows);
    double *scratch = memory_array(reader->width, sizeof *scratch);
    bool good = true;
    for (int first = 0; good && first < n; first += step) {
        int count = n - first < step ? n - first : step;
        good = array_read(
            reader->array, reader->axis, (uint64_t)first, (uint64_t)count, H5_TYPE_F64, rows, err);
        for (int i = 0; good && i < count; i++)
            good = take_label(reader, first + i, row_of(reader, rows, count, i, scratch),
                &labels[first + i], err);
    }
    free(rows);
    free(scratch);
    return good;
}

/* [n], [n, 1], [1, n], [n, classes]; as MATLAB has it also [classes, n]. */
bool dataset_labels_fit(const struct array *array, uint64_t n, struct label_layout *layout)
{
    const struct h5_shape *shape = array_shape(array);
    bool turned = array_turned(array) != NULL;
    int first = turned ? shape->rank - 1 : 0, second = turned ? 0 : 1;
    *layout = (struct label_layout){first, 1};
    if (shape->rank != 2)
        return shape->rank == 1 && shape->dim[0] == n;
    uint64_t width = shape->dim[second];
    if (shape->dim[first] != n) {
        bool row = shape->dim[first] == 1 || turned;
        *layout = (struct label_layout){second, (size_t)shape->dim[first]};
        return row && width == n && shape->dim[first] >= 1 && shape->dim[first] <= WIDTH_MAX;
    }
    layout->width = (size_t)width;
    return width >= 1 && width <= WIDTH_MAX;
}

/* Labels 1..n that begin with 1 and reach n count from 1; n alone is no class. */
static bool count_from_zero(
    const struct label_reader *reader, int32_t *labels, int n, bool *from_one, struct error *err)
{
    int32_t low = INT32_MAX, high = -1;
    int last = 0;
    for (int i = 0; i < n; i++) {
        low = labels[i] < low ? labels[i] : low;
        last = labels[i] > high ? i : last;
        high = labels[i] > high ? labels[i] : high;
    }
    *from_one = reader->n_classes > 0 && high == reader->n_classes && low == 1;
    if (reader->n_classes > 0 && high == reader->n_classes && !*from_one)
        return fail(err, "%s: label %d is %d, expected 0..%d", reader->place, last, high,
            reader->n_classes - 1);
    for (int i = 0; i < n && *from_one; i++)
        labels[i]--;
    return true;
}

int32_t *dataset_read_labels(struct array *label, const struct label_layout *layout,
    const char *place, int n, int n_classes, bool *from_one, struct error *err)
{
    const struct label_reader reader = {label, place, layout->axis, layout->width, n_classes};
    int32_t *labels = memory_try((size_t)n, sizeof *labels, place, err);
    if (labels && read_pieces(&reader, n, labels, err) &&
        count_from_zero(&reader, labels, n, from_one, err))
        return labels;
    free(labels);
    return NULL;
}
