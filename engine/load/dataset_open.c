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
    struct store *store;
    struct dataset *dataset; /* its n is how many images are in */
    int total;
    size_t image;
    int rows;     /* images received at once */
    void *buffer; /* [rows, shape] floats */
};

enum { PIECE_BYTES = 256 << 10 };

/* Without a budget all will be in memory. */
static bool check_memory(const struct receiver *receiver, size_t item, struct error *err)
{
    double need = (double)receiver->total * (double)receiver->image * (double)item;
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    return receiver->options->store || need <= have ||
           fail(err, "%s: needs %.0f MB of memory, the machine has %.0f MB", receiver->place,
               need / 1e6, have / 1e6);
}

/* The range of floats, which decides how they are shown. */
static void note_range(struct dataset *dataset, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        dataset->low = values[i] < dataset->low ? values[i] : dataset->low;
        dataset->high = values[i] > dataset->high ? values[i] : dataset->high;
    }
}

/* Images as floats onto the shelf; the first is number dataset->n. */
static bool add_floats(
    struct receiver *receiver, struct shelf *shelf, const float *values, int n, struct error *err)
{
    note_range(receiver->dataset, values, (size_t)n * receiver->image);
    return shelf_append(shelf, values, (size_t)n, err);
}

/* The first value that is no byte: what is there becomes floats. */
static bool become_floats(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    if (!check_memory(receiver, sizeof(float), err))
        return false;
    struct shelf *shelf = shelf_create(receiver->store, receiver->image * sizeof(float));
    bool good = true;
    for (int i = 0; good && i < dataset->n; i++) {
        dataset_fill(dataset, i, 1, 1, receiver->buffer);
        good = add_floats(receiver, shelf, receiver->buffer, 1, err);
    }
    shelf_destroy(good ? dataset->shelf : shelf);
    if (!good)
        return false;
    dataset->shelf = shelf;
    dataset->floats = true;
    return true;
}

static bool check_finite(const struct receiver *receiver, int n, struct error *err)
{
    const float *values = receiver->buffer;
    for (size_t i = 0; i < (size_t)n * receiver->image; i++)
        if (!isfinite(values[i]))
            return fail(err, "%s: image %zu holds a value that is no finite number",
                receiver->place, (size_t)receiver->dataset->n + i / receiver->image);
    return true;
}

/* n images that the child sends now. */
static bool receive_rows(struct receiver *receiver, int n, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    size_t size = (size_t)n * receiver->image * dataset_item(dataset);
    if (!guard_part(receiver->guard, receiver->buffer, size, err))
        return false;
    bool good = dataset->floats ? check_finite(receiver, n, err) &&
                                      add_floats(receiver, dataset->shelf, receiver->buffer, n, err)
                                : shelf_append(dataset->shelf, receiver->buffer, (size_t)n, err);
    dataset->n += good ? n : 0;
    return good;
}

static bool receive_piece(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    struct dataset_piece piece;
    if (!guard_read(receiver->guard, &piece, sizeof piece, err))
        return false;
    if (piece.n < 1 || piece.n > receiver->total - dataset->n)
        return fail(err, "%s: is damaged: it reads as nonsense", receiver->place);
    if (piece.floats && !dataset->floats && !become_floats(receiver, err))
        return false;
    size_t size = (size_t)piece.n * receiver->image * dataset_item(dataset);
    bool good = guard_begin(receiver->guard, size, err);
    for (int left = piece.n, n; good && left > 0; left -= n) {
        n = left < receiver->rows ? left : receiver->rows;
        good = receive_rows(receiver, n, err);
    }
    return good;
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
    receiver->rows = 1 + (int)(PIECE_BYTES / (receiver->image * sizeof(float)));
    receiver->buffer =
        memory_try((size_t)receiver->rows * receiver->image, sizeof(float), receiver->place, err);
    dataset->low = INFINITY;
    dataset->high = -INFINITY;
    dataset->shelf = shelf_create(receiver->store, receiver->image);
    return receiver->buffer && receive_images(receiver, err) && guard_end(receiver->guard, err) &&
           dataset_check(dataset, err);
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
    receiver.store = options->store ? store_ref(options->store) : store_create(SIZE_MAX, NULL);
    receiver.dataset = dataset_create(path, &options->shape);
    if (!receive(&receiver, err)) {
        dataset_unref(receiver.dataset);
        receiver.dataset = NULL;
    }
    store_unref(receiver.store);
    guard_destroy(receiver.guard);
    free(receiver.buffer);
    free(receiver.place);
    return receiver.dataset;
}
