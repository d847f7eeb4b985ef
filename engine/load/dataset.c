#include "engine/load/dataset_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct dataset *dataset_create(const char *name, const struct shape *shape)
{
    struct dataset *dataset = memory_array(1, sizeof *dataset);
    const char *slash = strrchr(name, '/');
    atomic_init(&dataset->owners, 1);
    dataset->name = memory_string(slash ? slash + 1 : name);
    dataset->shape = *shape;
    return dataset;
}

struct dataset *dataset_from_bytes(
    const char *name, int n, const struct shape *shape, uint8_t *pixels, int32_t *labels)
{
    struct dataset *dataset = dataset_create(name, shape);
    dataset->n = n;
    dataset->bytes = pixels;
    dataset->labels = labels;
    return dataset;
}

struct dataset *dataset_ref(struct dataset *dataset)
{
    atomic_fetch_add(&dataset->owners, 1);
    return dataset;
}

void dataset_unref(struct dataset *dataset)
{
    if (!dataset || atomic_fetch_sub(&dataset->owners, 1) > 1)
        return;
    free(dataset->bytes);
    free(dataset->floats);
    free(dataset->labels);
    free(dataset->name);
    free(dataset);
}

const char *dataset_name(const struct dataset *dataset)
{
    return dataset->name;
}

int dataset_count(const struct dataset *dataset)
{
    return dataset->n;
}

const struct shape *dataset_shape(const struct dataset *dataset)
{
    return &dataset->shape;
}

const int32_t *dataset_labels(const struct dataset *dataset)
{
    return dataset->labels;
}

size_t dataset_bytes(const struct dataset *dataset)
{
    size_t image = shape_count(&dataset->shape);
    size_t value = dataset->bytes ? sizeof *dataset->bytes : sizeof *dataset->floats;
    return (size_t)dataset->n * (image * value + sizeof *dataset->labels);
}

void dataset_fill(const struct dataset *dataset, int first, int n, float scale, float *out)
{
    size_t image = shape_count(&dataset->shape);
    size_t start = (size_t)first * image, count = (size_t)n * image;
    if (dataset->bytes)
        for (size_t i = 0; i < count; i++)
            out[i] = (float)dataset->bytes[start + i] * scale;
    else
        for (size_t i = 0; i < count; i++)
            out[i] = dataset->floats[start + i] * scale;
}

enum { LANE_BLOCK = 64 }; /* values of all lanes that stay in the nearest cache */

void dataset_fill_lanes(
    const struct dataset *dataset, const int *index, int n, int width, float scale, float *out)
{
    size_t image = shape_count(&dataset->shape), step = (size_t)width;
    if (n < width)
        memset(out, 0, image * step * sizeof *out);
    for (size_t from = 0; from < image; from += LANE_BLOCK) {
        size_t to = from + LANE_BLOCK < image ? from + LANE_BLOCK : image;
        for (int lane = 0; lane < n; lane++) {
            size_t start = (size_t)index[lane] * image;
            float *lanes = out + lane;
            for (size_t i = from; i < to && dataset->bytes; i++)
                lanes[i * step] = (float)dataset->bytes[start + i] * scale;
            for (size_t i = from; i < to && dataset->floats; i++)
                lanes[i * step] = dataset->floats[start + i] * scale;
        }
    }
}

/* A value as a grey level. */
static uint8_t level(const struct dataset *dataset, size_t at)
{
    if (dataset->bytes)
        return dataset->bytes[at];
    bool unit = dataset->low >= 0 && dataset->high <= 1;
    float value = dataset->floats[at] * (unit ? 255.0F : 1.0F);
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5F);
}

void dataset_show(const struct dataset *dataset, int index, uint8_t *rgb)
{
    size_t channels = (size_t)shape_channels(&dataset->shape);
    size_t pixels = shape_count(&dataset->shape) / channels;
    size_t start = (size_t)index * pixels * channels;
    size_t step = channels >= 3; /* with fewer than three channels the first one is the grey */
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < 3; c++)
            rgb[i * 3 + c] = level(dataset, start + i * channels + c * step);
}
