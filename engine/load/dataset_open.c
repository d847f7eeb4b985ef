/* Puts an image set together from what a child reads; believes nothing it says. */
#include "engine/load/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/load/guard.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

struct receiver {
    const struct dataset_options *options;
    char *place; /* "file: /data" */
    struct guard *guard;
    struct dataset *dataset; /* its n is how many images are in */
    int total;
    size_t image;
};

static bool check_memory(const struct receiver *receiver, size_t item, struct error *err)
{
    double need = (double)receiver->total * (double)receiver->image * (double)item;
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    return need <= have || fail(err, "%s: needs %.0f MB of memory, the machine has %.0f MB",
                               receiver->place, need / 1e6, have / 1e6);
}

/* The first value that is no byte: what is there becomes floats. */
static bool become_floats(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    size_t values = (size_t)dataset->n * receiver->image;
    if (!check_memory(receiver, sizeof *dataset->floats, err))
        return false;
    dataset->floats = memory_try(
        (size_t)receiver->total * receiver->image, sizeof *dataset->floats, receiver->place, err);
    if (!dataset->floats)
        return false;
    for (size_t i = 0; i < values; i++)
        dataset->floats[i] = dataset->bytes[i];
    free(dataset->bytes);
    dataset->bytes = NULL;
    return true;
}

static bool check_finite(const struct receiver *receiver, int n, struct error *err)
{
    const struct dataset *dataset = receiver->dataset;
    const float *values = dataset->floats + (size_t)dataset->n * receiver->image;
    for (size_t i = 0; i < (size_t)n * receiver->image; i++)
        if (!isfinite(values[i]))
            return fail(err, "%s: image %zu holds a value that is no finite number",
                receiver->place, (size_t)dataset->n + i / receiver->image);
    return true;
}

static bool receive_piece(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    struct dataset_piece piece;
    size_t at = (size_t)dataset->n * receiver->image;
    if (!guard_read(receiver->guard, &piece, sizeof piece, err))
        return false;
    if (piece.n < 1 || piece.n > receiver->total - dataset->n)
        return fail(err, "%s: is damaged: it reads as nonsense", receiver->place);
    if (piece.floats && dataset->bytes && !become_floats(receiver, err))
        return false;
    bool floats = dataset->floats;
    void *to = floats ? (void *)(dataset->floats + at) : (void *)(dataset->bytes + at);
    size_t values = (size_t)piece.n * receiver->image;
    if (!guard_read(receiver->guard, to, floats ? values * sizeof(float) : values, err) ||
        (floats && !check_finite(receiver, piece.n, err)))
        return false;
    dataset->n += piece.n;
    return true;
}

static bool receive_images(struct receiver *receiver, struct error *err)
{
    const struct dataset_options *options = receiver->options;
    struct dataset *dataset = receiver->dataset;
    bool good = true;
    while (good && dataset->n < receiver->total) {
        good = receive_piece(receiver, err);
        if (good && options->progress &&
            !options->progress(options->context, dataset->n, receiver->total))
            good = fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", receiver->place);
    }
    return good;
}

/* Whether floats stay within 0..1, which decides how they are shown. */
static void find_range(struct dataset *dataset)
{
    size_t values = (size_t)dataset->n * shape_count(&dataset->shape);
    dataset->low = INFINITY;
    dataset->high = -INFINITY;
    for (size_t i = 0; dataset->floats && i < values; i++) {
        dataset->low = dataset->floats[i] < dataset->low ? dataset->floats[i] : dataset->low;
        dataset->high = dataset->floats[i] > dataset->high ? dataset->floats[i] : dataset->high;
    }
}

static bool receive_labels(struct receiver *receiver, struct error *err)
{
    int limit = receiver->options->n_classes;
    int32_t *labels = memory_try((size_t)receiver->total, sizeof *labels, receiver->place, err);
    receiver->dataset->labels = labels;
    if (!labels ||
        !guard_read(receiver->guard, labels, (size_t)receiver->total * sizeof *labels, err))
        return false;
    for (int i = 0; i < receiver->total; i++)
        if (labels[i] < 0 || (limit > 0 && labels[i] >= limit))
            return fail(err, "%s: is damaged: it reads as nonsense", receiver->place);
    return true;
}

static bool receive(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    if (!guard_read(receiver->guard, &receiver->total, sizeof receiver->total, err))
        return false;
    if (receiver->total < 1)
        return fail(err, "%s: is damaged: it reads as nonsense", receiver->place);
    if (!check_memory(receiver, 1, err) || !receive_labels(receiver, err))
        return false;
    dataset->bytes = memory_try((size_t)receiver->total, receiver->image, receiver->place, err);
    if (!dataset->bytes || !receive_images(receiver, err) || !guard_end(receiver->guard, err))
        return false;
    find_range(dataset);
    return true;
}

struct dataset *dataset_open(
    const char *path, const struct dataset_options *options, struct error *err)
{
    struct dataset_request request = {path, options};
    struct receiver receiver = {.options = options};
    receiver.guard = guard_start(path, dataset_send, &request, err);
    if (!receiver.guard)
        return NULL;
    const char *name = options->data_name ? options->data_name : "data";
    receiver.place = memory_format("%s: /%s", path, name);
    receiver.image = shape_count(&options->shape);
    receiver.dataset = dataset_create(path, &options->shape);
    if (!receive(&receiver, err)) {
        dataset_unref(receiver.dataset);
        receiver.dataset = NULL;
    }
    guard_destroy(receiver.guard);
    free(receiver.place);
    return receiver.dataset;
}
