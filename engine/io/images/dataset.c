/* An image set: who owns it, what it is, and its values as a net or a screen wants them. */
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/nn/forward/batched.h"

#include <stdlib.h>
#include <string.h>

struct dataset *dataset_create(const char *name, const struct shape *shape)
{
    struct dataset *dataset = memory_array(1, sizeof *dataset);
    size_t length = strlen(name);
    while (length > 1 && name[length - 1] == '/') /* a folder */
        length--;
    char *path = memory_format("%.*s", (int)length, name);
    const char *slash = strrchr(path, '/');
    atomic_init(&dataset->owners, 1);
    dataset->name = text_shown(slash && slash[1] ? slash + 1 : path);
    free(path);
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

bool dataset_keep(struct dataset *dataset, struct memory_budget *budget, struct error *err)
{
    struct spill_rows *spill_rows = spill_rows_create(budget, shape_count(&dataset->shape));
    if (!spill_rows_append(spill_rows, dataset->bytes, (size_t)dataset->n, err)) {
        spill_rows_destroy(spill_rows);
        return false;
    }
    free(dataset->bytes);
    dataset->bytes = NULL;
    dataset->spill_rows = spill_rows;
    return true;
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
    spill_rows_destroy(dataset->spill_rows);
    free(dataset->labels);
    free(dataset->said);
    free(dataset->surrogate);
    free(dataset->mask);
    free(dataset->pattern);
    free(dataset->name);
    free(dataset);
}

const char *dataset_name(const struct dataset *dataset)
{
    return dataset->name;
}

const char *dataset_said(const struct dataset *dataset)
{
    return dataset->said ? dataset->said : "";
}

bool dataset_from_one(const struct dataset *dataset)
{
    return strstr(dataset_said(dataset), DATASET_FROM_ONE) != NULL;
}

bool dataset_count_from_one(struct dataset *dataset, struct error *err)
{
    for (int i = 0; i < dataset->n; i++)
        if (dataset->labels[i] < 1)
            return fail(err, "%s: label %d is %d, but the labels of the other set count from 1",
                dataset->name, i, dataset->labels[i]);
    for (int i = 0; i < dataset->n; i++)
        dataset->labels[i]--;
    char *said = memory_format("%s%s%s, as in the other set", dataset_said(dataset),
        *dataset_said(dataset) ? ", " : "", DATASET_FROM_ONE);
    free(dataset->said);
    dataset->said = said;
    return true;
}

const struct surrogate *dataset_surrogate(const struct dataset *dataset)
{
    return dataset ? dataset->surrogate : NULL;
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

size_t dataset_item(const struct dataset *dataset)
{
    return dataset->floats ? sizeof(float) : sizeof(uint8_t);
}

bool dataset_range(const struct dataset *dataset, float *low, float *high)
{
    *low = dataset->low;
    *high = dataset->high;
    return dataset->floats;
}

size_t dataset_bytes(const struct dataset *dataset)
{
    size_t image = shape_count(&dataset->shape) * dataset_item(dataset);
    return (size_t)dataset->n * (image + sizeof *dataset->labels);
}

bool dataset_check(const struct dataset *dataset, struct error *err)
{
    return !dataset->spill_rows || spill_rows_check(dataset->spill_rows, err) ||
           fail_in(err, dataset->name);
}

/* Reading -------------------------------------------------------------------------------- */

/* Read at once, of one image; LANE_BLOCK values of all lanes stay in the nearest cache. */
enum { READ_BYTES = 8192, READ_LANES = 16, LANE_BLOCK = 64 };

void dataset_hold(const struct dataset *dataset)
{
    if (dataset->spill_rows)
        spill_rows_hold(dataset->spill_rows);
}

void dataset_release(const struct dataset *dataset)
{
    if (dataset->spill_rows)
        spill_rows_release(dataset->spill_rows);
}

const void *dataset_view(
    const struct dataset *dataset, int image, size_t first, size_t count, void *scratch)
{
    if (dataset->bytes)
        return dataset->bytes + (size_t)image * shape_count(&dataset->shape) + first;
    size_t item = dataset_item(dataset);
    return spill_rows_view(dataset->spill_rows, (size_t)image, first * item, count * item, scratch);
}

/* How many values from `at` on are read at once. */
static size_t piece_at(const struct dataset *dataset, size_t at)
{
    size_t left = shape_count(&dataset->shape) - at, most = READ_BYTES / dataset_item(dataset);
    return left < most ? left : most;
}

static void fill_image(const struct dataset *dataset, int image, float scale, float *out)
{
    _Alignas(float) unsigned char scratch[READ_BYTES];
    size_t values = shape_count(&dataset->shape), count;
    for (size_t at = 0; at < values; at += count, out += count) {
        count = piece_at(dataset, at);
        const void *from = dataset_view(dataset, image, at, count, scratch);
        const uint8_t *bytes = from;
        const float *floats = from;
        for (size_t i = 0; i < count && !dataset->floats; i++)
            out[i] = (float)bytes[i] * scale;
        for (size_t i = 0; i < count && dataset->floats; i++)
            out[i] = floats[i] * scale;
    }
}

/* Scale 1 and then the rest in place, unless a scale is all there is. */
void dataset_feed(const struct dataset *dataset, int first, int n,
    const struct pixel_scaling *scaling, float *out)
{
    bool plain = pixel_scaling_plain(scaling);
    size_t channels = (size_t)dataset_channels(&dataset->shape);
    dataset_fill(dataset, first, n, plain ? (float)scaling->scale[0] : 1, out);
    if (!plain)
        pixel_scaling_apply(
            scaling, out, (size_t)n * shape_count(&dataset->shape) / channels, channels, 1, 1);
}

void dataset_feed_lanes(const struct dataset *dataset, const int *index, int n, int width,
    const struct pixel_scaling *scaling, float *out)
{
    bool plain = pixel_scaling_plain(scaling);
    size_t channels = (size_t)dataset_channels(&dataset->shape);
    dataset_fill_lanes(dataset, index, n, width, plain ? (float)scaling->scale[0] : 1, out);
    if (!plain)
        pixel_scaling_apply(scaling, out, shape_count(&dataset->shape) / channels, channels,
            (size_t)width, (size_t)n);
}

void dataset_fill(const struct dataset *dataset, int first, int n, float scale, float *out)
{
    dataset_hold(dataset);
    for (int i = first; i < first + n; i++, out += shape_count(&dataset->shape))
        fill_image(dataset, i, scale, out);
    dataset_release(dataset);
}

/* Kernels for as many images; NULL: there are none. */
static const struct pixels *find_kernels(int width)
{
    const struct batched_kernels *batched;
    for (int i = 0; (batched = batched_at(i)); i++)
        if (batched->width == width)
            return batched->pixels;
    return NULL;
}

/* One value after another of several lanes, `step` apart. */
static void spread(
    const void *const *from, int n, bool floats, size_t count, size_t step, float scale, float *out)
{
    for (size_t start = 0; start < count; start += LANE_BLOCK) {
        size_t end = start + LANE_BLOCK < count ? start + LANE_BLOCK : count;
        for (int lane = 0; lane < n; lane++) {
            const uint8_t *bytes = from[lane];
            const float *values = from[lane];
            float *batched = out + lane;
            for (size_t i = start; i < end && !floats; i++)
                batched[i * step] = (float)bytes[i] * scale;
            for (size_t i = start; i < end && floats; i++)
                batched[i * step] = values[i] * scale;
        }
    }
}

/* At most READ_LANES images; with kernels when these are all that lie side by side. */
static void fill_some(const struct dataset *dataset, const int *index, int n,
    const struct pixels *kernels, size_t step, float scale, float *out)
{
    _Alignas(float) unsigned char scratch[READ_LANES][READ_BYTES];
    const void *from[READ_LANES];
    size_t values = shape_count(&dataset->shape), count;
    for (size_t at = 0; at < values; at += count) {
        count = piece_at(dataset, at);
        for (int lane = 0; lane < n; lane++)
            from[lane] = dataset_view(dataset, index[lane], at, count, scratch[lane]);
        if (kernels)
            kernels->spread(from, count, scale, out + at * step);
        else
            spread(from, n, dataset->floats, count, step, scale, out + at * step);
    }
}

void dataset_fill_lanes(
    const struct dataset *dataset, const int *index, int n, int width, float scale, float *out)
{
    size_t step = (size_t)width;
    bool whole = n == width && n <= READ_LANES && !dataset->floats;
    const struct pixels *kernels = whole ? find_kernels(width) : NULL;
    if (n < width)
        memset(out, 0, shape_count(&dataset->shape) * step * sizeof *out);
    dataset_hold(dataset);
    for (int lane = 0; lane < n; lane += READ_LANES) {
        int some = n - lane < READ_LANES ? n - lane : READ_LANES;
        fill_some(dataset, index + lane, some, kernels, step, scale, out + lane);
    }
    dataset_release(dataset);
}

/* A value as a grey level. */
static uint8_t level(const struct dataset *dataset, const void *values, size_t at)
{
    if (!dataset->floats)
        return ((const uint8_t *)values)[at];
    bool unit = dataset->low >= 0 && dataset->high <= 1;
    float value = ((const float *)values)[at] * (unit ? 255.0F : 1.0F);
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5F);
}

void dataset_show(const struct dataset *dataset, int index, uint8_t *rgb)
{
    size_t channels = (size_t)dataset_channels(&dataset->shape);
    size_t values = shape_count(&dataset->shape), pixels = values / channels;
    size_t step = channels >= 3; /* with fewer than three channels the first one is the grey */
    void *scratch = memory_array(values, dataset_item(dataset));
    dataset_hold(dataset);
    const void *image = dataset_view(dataset, index, 0, values, scratch);
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < 3; c++)
            rgb[i * 3 + c] = level(dataset, image, i * channels + c * step);
    dataset_release(dataset);
    free(scratch);
}
