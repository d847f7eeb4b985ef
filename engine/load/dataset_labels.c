/* Labels as integers, as floats, or one-hot. */
#include "engine/load/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/load/h5.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE_VALUES = 1 << 17 };

struct h5_data *dataset_open_data(struct h5 *h5, const char *name, struct error *err)
{
    if (h5_kind(h5, name) != H5_KIND_NONE)
        return h5_data_open(h5, name, err);
    char contents[H5_CONTENTS];
    fail(err, "%s: /%s is missing (the file holds: %s)", h5_name(h5), name,
        h5_contents(h5, contents));
    return NULL;
}

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
    struct h5_data *data;
    const char *place;
    size_t width; /* values of one image */
    int n_classes;
};

static bool take_label(const struct label_reader *reader, int index, const double *row,
    int32_t *label, struct error *err)
{
    double value = reader->width > 1 ? one_hot(row, reader->width) : row[0];
    double limit = reader->n_classes > 0 ? reader->n_classes : INT32_MAX;
    if (reader->width > 1 && value < 0)
        return fail(
            err, "%s: row %d is not one-hot: it needs one 1 among zeros", reader->place, index);
    if (!(value >= 0 && value < limit))
        return fail(
            err, "%s: label %d is %g, expected 0..%.0f", reader->place, index, value, limit - 1);
    *label = (int32_t)value;
    return *label == value ||
           fail(err, "%s: label %d is %g, expected a whole number", reader->place, index, value);
}

static bool read_pieces(
    const struct label_reader *reader, int n, int32_t *labels, struct error *err)
{
    int step = PIECE_VALUES / (int)reader->width + 1;
    double *rows = memory_array((size_t)step * reader->width, sizeof *rows);
    bool good = true;
    for (int first = 0; good && first < n; first += step) {
        int count = n - first < step ? n - first : step;
        good = h5_read(reader->data, (uint64_t)first, (uint64_t)count, H5_TYPE_F64, rows, err);
        for (int i = 0; good && i < count; i++)
            good = take_label(
                reader, first + i, rows + (size_t)i * reader->width, &labels[first + i], err);
    }
    free(rows);
    return good;
}

static bool check_shape(struct label_reader *reader, uint64_t n_images, struct error *err)
{
    enum { WIDTH_MAX = 1 << 20 };
    char text[H5_SHAPE_TEXT];
    const struct h5_shape *shape = h5_data_shape(reader->data);
    reader->width = shape->rank == 2 ? shape->dim[1] : 1;
    if (shape->rank < 1 || shape->rank > 2 || reader->width < 1 || reader->width > WIDTH_MAX)
        return fail(err, "%s: shape is %s, expected [n] or [n, classes]", reader->place,
            h5_shape_text(shape, text));
    if (shape->dim[0] != n_images)
        return fail(err, "%s: has %llu labels for %llu images", reader->place,
            (unsigned long long)shape->dim[0], (unsigned long long)n_images);
    return true;
}

int32_t *dataset_read_labels(
    struct h5 *h5, const char *name, uint64_t n_images, int n, int n_classes, struct error *err)
{
    struct label_reader reader = {.n_classes = n_classes};
    reader.data = dataset_open_data(h5, name, err);
    if (!reader.data)
        return NULL;
    char *place = memory_format("%s: /%s", h5_name(h5), name);
    reader.place = place;
    int32_t *labels = NULL;
    if (check_shape(&reader, n_images, err))
        labels = memory_try((size_t)n, sizeof *labels, place, err);
    if (labels && !read_pieces(&reader, n, labels, err)) {
        free(labels);
        labels = NULL;
    }
    free(place);
    h5_data_close(reader.data);
    return labels;
}
