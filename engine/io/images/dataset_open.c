/* Puts an image set together from what a reader sends; believes nothing it says. */
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/io/sandbox/shm_ring.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct receiver {
    const struct dataset_options *options;
    const char *path;
    char *place; /* "file: /data", the file alone until that is known */
    char *found; /* what is said of the files */
    struct sandbox *sandbox;
    struct memory_budget *budget;
    struct dataset *dataset; /* its n is how many images are in */
    int total;
    size_t image;
    int rows;     /* images whose floats fill a slot */
    void *buffer; /* [rows, shape] floats */
    struct shm_ring *ring;
};

/* All sets that are being read. */
struct reading {
    const struct dataset_options *options;
    int n;
    struct receiver receivers[DATASETS_TOGETHER];
};

enum { SLOT_BYTES = 256 << 10, TEXT_MAX_BYTES = 4096 };

/* Without a budget all will be in memory. */
static bool check_memory(const struct receiver *receiver, size_t item, struct error *err)
{
    double need = (double)receiver->total * (double)receiver->image * (double)item;
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    return receiver->options->budget || need <= have ||
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

/* Images as floats onto the spill_rows; the first is number dataset->n. */
static bool add_floats(struct receiver *receiver, struct spill_rows *spill_rows,
    const float *values, int n, struct error *err)
{
    note_range(receiver->dataset, values, (size_t)n * receiver->image);
    return spill_rows_append(spill_rows, values, (size_t)n, err);
}

/* The first value that is no byte: what is there becomes floats. */
static bool become_floats(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    if (!check_memory(receiver, sizeof(float), err))
        return false;
    struct spill_rows *spill_rows =
        spill_rows_create(receiver->budget, receiver->image * sizeof(float));
    bool good = true;
    for (int i = 0; good && i < dataset->n; i++) {
        dataset_fill(dataset, i, 1, 1, receiver->buffer);
        good = add_floats(receiver, spill_rows, receiver->buffer, 1, err);
    }
    spill_rows_destroy(good ? dataset->spill_rows : spill_rows);
    if (!good)
        return false;
    dataset->spill_rows = spill_rows;
    dataset->floats = true;
    return true;
}

static bool check_finite(const struct receiver *receiver, int n, struct error *err)
{
    const float *values = receiver->buffer;
    for (size_t i = 0; i < (size_t)n * receiver->image; i++)
        if (!isfinite(values[i]))
            return fail(err, "%s: image %zu holds a value that is not a finite number",
                receiver->place, (size_t)receiver->dataset->n + i / receiver->image);
    return true;
}

/* n images from a slot. Floats are checked in our own memory. */
static bool receive_rows(struct receiver *receiver, int n, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    const void *slot = sandbox_view(receiver->sandbox);
    if (!dataset->floats)
        return spill_rows_append(dataset->spill_rows, slot, (size_t)n, err);
    memcpy(receiver->buffer, slot, (size_t)n * receiver->image * sizeof(float));
    return check_finite(receiver, n, err) &&
           add_floats(receiver, dataset->spill_rows, receiver->buffer, n, err);
}

static bool receive_piece(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    struct dataset_piece piece;
    if (!sandbox_read(receiver->sandbox, &piece, sizeof piece, err))
        return false;
    bool floats = piece.floats || dataset->floats;
    int most = receiver->rows * (floats ? 1 : (int)sizeof(float));
    int left = receiver->total - dataset->n;
    if (piece.n < 1 || piece.n > (left < most ? left : most))
        return fail(err, "%s: is damaged: its contents make no sense", receiver->place);
    if ((floats && !dataset->floats && !become_floats(receiver, err)) ||
        !receive_rows(receiver, piece.n, err))
        return false;
    dataset->n += piece.n;
    sandbox_empty(receiver->sandbox);
    return true;
}

static bool receive_labels(struct receiver *receiver, struct error *err)
{
    int limit = receiver->options->n_classes;
    int32_t *labels = memory_try((size_t)receiver->total, sizeof *labels, receiver->place, err);
    receiver->dataset->labels = labels;
    if (!labels ||
        !sandbox_read(receiver->sandbox, labels, (size_t)receiver->total * sizeof *labels, err))
        return false;
    for (int i = 0; i < receiver->total; i++)
        if (labels[i] < 0 || (limit > 0 && labels[i] >= limit))
            return fail(err, "%s: is damaged: its contents make no sense", receiver->place);
    return true;
}

/* Text from the reader, where no control character reaches a terminal; malloc'd. */
static char *receive_text(struct receiver *receiver, struct error *err)
{
    size_t size = 0;
    char *text = sandbox_read_block(receiver->sandbox, TEXT_MAX_BYTES, &size, err);
    char *shown = text ? text_shown(text) : NULL;
    free(text);
    return shown;
}

/* The note of a surrogate: whatever it says, the images are one. */
static bool receive_note(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    char *note = receive_text(receiver, err);
    if (note && *note) {
        dataset->surrogate = memory_array(1, sizeof *dataset->surrogate);
        surrogate_read(note, dataset->surrogate);
        int n_classes = receiver->options->n_classes;
        if (n_classes > 0 && dataset->surrogate->class >= n_classes)
            dataset->surrogate->class = -1;
    }
    free(note);
    return note != NULL;
}

static bool receive_texts(struct receiver *receiver, struct error *err)
{
    char *name = receive_text(receiver, err);
    if (!name)
        return false;
    free(receiver->place);
    receiver->place = memory_format("%s: /%s", receiver->path, name);
    free(name);
    char *said = receive_text(receiver, err);
    if (said && receiver->found)
        receiver->dataset->said = memory_format("%s%s%s", receiver->found, *said ? ", " : "", said);
    else if (said)
        receiver->dataset->said = memory_string(said);
    bool good = said && receive_note(receiver, err);
    free(said);
    return good;
}

/* All that comes before the images. */
static bool receive_head(struct receiver *receiver, struct error *err)
{
    struct dataset *dataset = receiver->dataset;
    int total = 0;
    if (!receive_texts(receiver, err) ||
        !sandbox_read(receiver->sandbox, &total, sizeof total, err))
        return false;
    if (total < 1)
        return fail(err, "%s: is damaged: its contents make no sense", receiver->place);
    receiver->total = total;
    if (!check_memory(receiver, 1, err) || !receive_labels(receiver, err))
        return false;
    receiver->buffer =
        memory_try((size_t)receiver->rows * receiver->image, sizeof(float), receiver->place, err);
    dataset->low = INFINITY;
    dataset->high = -INFINITY;
    dataset->spill_rows = spill_rows_create(receiver->budget, receiver->image);
    return receiver->buffer != NULL;
}

/* Tells how far all sets are together; false: stop. */
static bool tell(void *context)
{
    const struct reading *reading = context;
    const struct dataset_options *options = reading->receivers[0].options;
    int64_t done = 0, total = 0;
    for (int i = 0; i < reading->n; i++) {
        done += reading->receivers[i].dataset->n;
        total += reading->receivers[i].total;
    }
    for (; total > INT_MAX; total /= 2) /* a share is all that is wanted */
        done /= 2;
    return !options->progress || options->progress(options->context, (int)done, (int)total);
}

/* A piece of each set in turn: their readers work at the same time. */
static bool receive_images(struct reading *reading, struct error *err)
{
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < reading->n; i++) {
            struct receiver *receiver = &reading->receivers[i];
            if (receiver->dataset->n == receiver->total)
                continue;
            if (!receive_piece(receiver, err))
                return false;
            if (!tell(reading))
                return fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", receiver->place);
            more = true;
        }
    }
    return true;
}

static bool receive(struct reading *reading, struct error *err)
{
    bool good = true;
    for (int i = 0; i < reading->n && good; i++)
        good = receive_head(&reading->receivers[i], err);
    good = good && receive_images(reading, err);
    for (int i = 0; i < reading->n && good; i++)
        good = sandbox_end(reading->receivers[i].sandbox, err) &&
               dataset_check(reading->receivers[i].dataset, err);
    return good;
}

static struct sandbox_part text_part(const char *text)
{
    return (struct sandbox_part){text, text ? strlen(text) : 0};
}

char *dataset_join_paths(const struct set_files *set, size_t *size)
{
    *size = 0;
    for (int i = 0; i < set->n; i++)
        *size += strlen(set->path[i]) + 1;
    char *all = memory_array(*size + 1, 1), *to = all;
    for (int i = 0; i < set->n; i++)
        to = stpcpy(to, set->path[i]) + 1;
    return all;
}

static struct sandbox *open_reader(const char *path, const struct set_files *set, const char *names,
    const struct dataset_options *options, int rows, struct shm_ring *ring, struct error *err)
{
    size_t size;
    char *paths = dataset_join_paths(set, &size);
    const struct dataset_order order = {options->shape, options->n_classes, options->limit, rows};
    const struct sandbox_part parts[DATASET_PARTS] = {
        [DATASET_ORDER] = {&order, sizeof order},
        [DATASET_NAME] = text_part(path),
        [DATASET_PATHS] = {paths, size},
        [DATASET_NAMES] = text_part(names),
        [DATASET_DATA_NAME] = text_part(options->data_name),
        [DATASET_LABEL_NAME] = text_part(options->label_name),
    };
    struct sandbox_request request = {.name = path,
        .reader = dataset_send,
        .parts = parts,
        .n_parts = DATASET_PARTS,
        .ring = ring};
    for (int i = 0; i < set->n && i < SANDBOX_FILES; i++)
        request.files[i] = set->path[i];
    struct sandbox *sandbox = sandbox_open(&request, err);
    free(paths);
    return sandbox;
}

/* Named after the images where these are a pair of files, "IMAGES,LABELS". */
static struct dataset *create(
    const char *path, const struct set_files *set, const struct shape *shape)
{
    size_t length = strlen(set->path[0]);
    bool pair = strncmp(path, set->path[0], length) == 0 && path[length] == ',';
    return dataset_create(pair ? set->path[0] : path, shape);
}

/* A reader for files that hold arrays. */
static bool start(struct reading *reading, const char *path, const struct set_files *set,
    const char *names, struct error *err)
{
    const struct dataset_options *options = reading->options;
    size_t image = shape_count(&options->shape);
    int rows = 1 + (int)(SLOT_BYTES / (image * sizeof(float)));
    struct shm_ring *ring = shm_ring_create(path, (size_t)rows * image * sizeof(float), err);
    struct sandbox *sandbox = ring ? open_reader(path, set, names, options, rows, ring, err) : NULL;
    if (!sandbox) {
        shm_ring_destroy(ring);
        return false;
    }
    sandbox_watch(sandbox, tell, reading);
    reading->receivers[reading->n++] = (struct receiver){
        .options = options,
        .found = set->said ? memory_string(set->said) : NULL,
        .sandbox = sandbox,
        .path = path,
        .place = memory_string(path),
        .image = image,
        .ring = ring,
        .rows = rows,
        .budget = options->budget ? memory_budget_ref(options->budget)
                                  : memory_budget_create(SIZE_MAX, NULL),
        .dataset = create(path, set, &options->shape),
    };
    return true;
}

/* A set of pictures is read at once, one of arrays begins to be. */
static bool begin(struct reading *reading, const char *path, const char *names,
    struct dataset **set, struct error *err)
{
    struct set_files files;
    if (!set_files_find(path, &files, err))
        return false;
    bool good = true;
    if (files.label)
        good = (*set = dataset_pictures(path, &files, reading->options, err)) != NULL;
    else
        good = start(reading, path, &files, names, err);
    set_files_free(&files);
    return good;
}

static void end(struct receiver *receiver)
{
    memory_budget_unref(receiver->budget);
    sandbox_destroy(receiver->sandbox);
    shm_ring_destroy(receiver->ring);
    free(receiver->buffer);
    free(receiver->place);
    free(receiver->found);
}

static bool open_sets(const char *const *paths, int n, const struct dataset_options *options,
    struct dataset **sets, struct error *err)
{
    struct reading reading = {.options = options};
    bool good = true;
    for (int i = 0; i < n; i++)
        sets[i] = NULL;
    for (int i = 0; i < n && good; i++)
        good = begin(&reading, paths[i], options->names[i], &sets[i], err);
    good = good && receive(&reading, err);
    for (int i = 0, next = 0; i < reading.n; i++, next++) {
        struct receiver *receiver = &reading.receivers[i];
        while (next < n && sets[next]) /* pictures */
            next++;
        if (good)
            sets[next] = receiver->dataset;
        else
            dataset_unref(receiver->dataset);
        end(receiver);
    }
    for (int i = 0; i < n && !good; i++) {
        dataset_unref(sets[i]);
        sets[i] = NULL;
    }
    return good;
}

struct dataset *dataset_open(
    const char *path, const struct dataset_options *options, struct error *err)
{
    struct dataset *dataset = NULL;
    return open_sets(&path, 1, options, &dataset, err) ? dataset : NULL;
}

bool dataset_open_both(const char *const paths[DATASETS_TOGETHER],
    const struct dataset_options *options, struct dataset *sets[DATASETS_TOGETHER],
    struct error *err)
{
    return open_sets(paths, DATASETS_TOGETHER, options, sets, err);
}
