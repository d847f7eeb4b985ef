/* Image sets in the lab's layout. */
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/base/atomic_write.h"
#include "engine/io/hdf5/h5_make.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 256 << 10 };

/* Images first..first+n-1 with channels first, of values of `item` bytes each. */
static void to_planes(
    const struct dataset *dataset, int first, int n, size_t item, char *scratch, char *out)
{
    size_t image = shape_count(&dataset->shape);
    size_t channels = (size_t)dataset_channels(&dataset->shape);
    size_t pixels = image / channels;
    dataset_hold(dataset);
    for (int k = first; k < first + n; k++) {
        const char *from = dataset_view(dataset, k, 0, image, scratch);
        for (size_t c = 0; c < channels; c++)
            for (size_t i = 0; i < pixels; i++, out += item)
                memcpy(out, from + (i * channels + c) * item, item);
    }
    dataset_release(dataset);
}

/* [n, channels, height, width], cut into chunks of some images. */
static struct h5_shape stored_shape(const struct dataset *dataset, size_t item)
{
    const struct shape *image = &dataset->shape;
    struct h5_shape shape = {.rank = image->rank + 1, .dim = {(uint64_t)dataset->n}};
    for (int i = 0; i < image->rank; i++)
        shape.dim[1 + (image->rank == 3 ? (i + 1) % 3 : i)] = (uint64_t)image->dim[i];
    shape.chunk_rows = 1 + CHUNK_BYTES / (shape_count(image) * item);
    return shape;
}

static bool write_images(struct h5 *h5, const struct dataset *dataset, struct error *err)
{
    enum h5_type type = dataset->floats ? H5_TYPE_F32 : H5_TYPE_U8;
    size_t item = dataset_item(dataset), image = shape_count(&dataset->shape);
    struct h5_shape shape = stored_shape(dataset, item);
    if (!h5_add_data(h5, "data", &shape, type, err))
        return false;
    int step = (int)shape.chunk_rows;
    char *piece = memory_array((size_t)step * image, item), *scratch = memory_array(image, item);
    struct h5_data *data = h5_data_open(h5, "data", err);
    bool good = data != NULL;
    for (int first = 0; good && first < dataset->n; first += step) {
        int n = dataset->n - first < step ? dataset->n - first : step;
        to_planes(dataset, first, n, item, scratch, piece);
        good = dataset_check(dataset, err) &&
               h5_write(data, (uint64_t)first, (uint64_t)n, type, piece, err);
    }
    h5_data_close(data);
    free(piece);
    free(scratch);
    return good;
}

static bool write_labels(struct h5 *h5, const struct dataset *dataset, struct error *err)
{
    struct h5_shape shape = {.rank = 1, .dim = {(uint64_t)dataset->n}};
    if (!h5_add_data(h5, "label", &shape, H5_TYPE_I64, err))
        return false;
    int64_t *labels = memory_array((size_t)dataset->n, sizeof *labels);
    for (int i = 0; i < dataset->n; i++)
        labels[i] = dataset->labels[i];
    struct h5_data *data = h5_data_open(h5, "label", err);
    bool good = data && h5_write(data, 0, shape.dim[0], H5_TYPE_I64, labels, err);
    h5_data_close(data);
    free(labels);
    return good;
}

static bool write_floats(struct h5 *h5, const char *name, const struct shape *of, int rank,
    const float *values, struct error *err)
{
    struct h5_shape shape = {.rank = rank};
    for (int i = 0; i < rank; i++)
        shape.dim[i] = (uint64_t)of->dim[i];
    if (!h5_add_data(h5, name, &shape, H5_TYPE_F32, err))
        return false;
    struct h5_data *data = h5_data_open(h5, name, err);
    bool good = data && h5_write(data, 0, shape.dim[0], H5_TYPE_F32, values, err);
    h5_data_close(data);
    return good;
}

/* The inverted trigger itself, so that it can be laid on other images. */
static bool write_trigger(struct h5 *h5, const struct dataset *dataset, struct error *err)
{
    const struct shape *shape = &dataset->shape;
    return !dataset->mask || shape->rank != 3 ||
           (write_floats(h5, SURROGATE_MASK, shape, 2, dataset->mask, err) &&
               write_floats(h5, SURROGATE_PATTERN, shape, 3, dataset->pattern, err));
}

static bool write_note(struct h5 *h5, const struct dataset *dataset, struct error *err)
{
    char note[SURROGATE_NOTE];
    return !dataset->surrogate || h5_add_string(h5, "", SURROGATE_ATTRIBUTE,
                                      surrogate_write(dataset->surrogate, note), true, err);
}

bool dataset_write(const struct dataset *dataset, const char *path, bool force, struct error *err)
{
    size_t size;
    void *bytes = NULL;
    if (!atomic_write_check(path, force, err))
        return false;
    struct h5 *h5 = h5_create(path, err);
    if (h5 && write_images(h5, dataset, err) && write_labels(h5, dataset, err) &&
        write_note(h5, dataset, err) && write_trigger(h5, dataset, err))
        bytes = h5_bytes(h5, &size, err);
    bool good = bytes && atomic_write(path, bytes, size, force, err);
    free(bytes);
    h5_close(h5);
    return good;
}
