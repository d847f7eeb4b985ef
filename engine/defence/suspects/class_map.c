/* One inversion away from what the net reads, and counting what it reads then. */
#include "engine/defence/suspects/class_map.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/nn/forward/reference_pass.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 32 }; /* images of one pass */
/* A row follows the map where so many of its images go the same way; the map is a rule where so
 * many of the rows follow, and rows with images enough are so many of all classes. Fewer rows are
 * no rule. One image always goes one way, and two often do: a row takes three. */
static const double ROW_FOLLOWS = 0.6, RULE = 0.8, EVERY = 0.8;
enum { ROWS_LEAST = 3 };

struct reading {
    const struct network *network;
    const float *pixels;
    int first, end; /* of the images of this rank */
    const struct inversion_trigger *trigger;
    int32_t *read;
};

static void read_chunk(void *context, int index, int worker)
{
    (void)worker;
    const struct reading *reading = context;
    const struct network *network = reading->network;
    const struct shape *shape = &network->layers[network->input].shape;
    size_t image = shape_count(shape);
    int first = reading->first + index * CHUNK, left = reading->end - first;
    int n = left < CHUNK ? left : CHUNK;
    struct reference_pass *pass = reference_pass_create(network, n);
    float *input = reference_pass_tensor(pass, network->input);
    const float *from = reading->pixels + (size_t)first * image;
    for (int i = 0; i < n; i++, from += image, input += image)
        if (reading->trigger)
            inversion_stamp(shape, reading->trigger, 0, 0, from, input);
        else
            memcpy(input, from, image * sizeof *input);
    reference_pass_forward(pass, n, NULL);
    const float *logits = reference_pass_tensor(pass, network->output);
    for (int i = 0; i < n; i++, logits += network->n_classes)
        reading->read[first + i] = reference_pass_argmax(logits, network->n_classes);
    reference_pass_destroy(pass);
}

void class_map_read(const struct network *network, struct thread_pool *pool, const float *pixels,
    int n, const struct inversion_trigger *trigger, int32_t *read)
{
    struct reading reading = {
        .network = network, .pixels = pixels, .trigger = trigger, .read = read};
    const struct cluster_share share = cluster_share(n, CHUNK);
    reading.first = share.first;
    reading.end = share.first + share.n;
    thread_pool_run(pool, (share.n + CHUNK - 1) / CHUNK, read_chunk, &reading);
    /* where ranks fail here, the next exchange says so */
    cluster_collect(read, sizeof *read, n, CHUNK, NULL);
}

/* Rows from what images are read as before and after. */
static void count_rows(struct class_map *map, const int32_t *before, const int32_t *after, int n)
{
    int *counts = memory_array((size_t)map->n_classes, sizeof *counts);
    for (int class = 0; class < map->n_classes; class ++) {
        struct class_map_row *row = &map->row[class];
        *row = (struct class_map_row){.to = -1};
        memset(counts, 0, (size_t)map->n_classes * sizeof *counts);
        for (int i = 0; i < n; i++)
            if (before[i] == class && after[i] >= 0) {
                row->n++;
                int count = ++counts[after[i]];
                int most = row->to < 0 ? 0 : counts[row->to];
                if (count > most || (count == most && after[i] < row->to))
                    row->to = after[i];
            }
        row->share = row->n ? (double)counts[row->to] / row->n : 0;
    }
    free(counts);
}

static bool follows(const struct class_map_row *row, int class)
{
    return row->n >= CLASS_MAP_IMAGES && row->to != class && row->share >= ROW_FOLLOWS;
}

/* How many rows have the same shift as most; *shift is that. */
static int usual_shift(const struct class_map *map, int *shift)
{
    int *counts = memory_array((size_t)map->n_classes, sizeof *counts), most = 0;
    for (int class = 0; class < map->n_classes; class ++)
        if (follows(&map->row[class], class))
            counts[(map->row[class].to - class + map->n_classes) % map->n_classes]++;
    for (int i = 1; i < map->n_classes; i++)
        most = counts[i] > counts[most] ? i : most;
    int n = counts[most];
    *shift = most;
    free(counts);
    return n;
}

void class_map_judge(struct class_map *map)
{
    int *taken = memory_array((size_t)map->n_classes, sizeof *taken);
    int n_follow = 0, n_distinct = 0, most = 0, shift;
    map->n_rows = map->n_seen = map->n_images = 0;
    map->certain = 0;
    for (int class = 0; class < map->n_classes; class ++) {
        const struct class_map_row *row = &map->row[class];
        map->n_images += row->n;
        map->n_seen += row->n > 0;
        map->n_rows += row->n >= CLASS_MAP_IMAGES;
        map->certain += row->n >= CLASS_MAP_IMAGES ? row->share : 0;
        if (!follows(row, class))
            continue;
        n_follow++;
        n_distinct += taken[row->to]++ == 0;
    }
    map->certain = map->n_rows ? map->certain / map->n_rows : 0;
    for (int class = 1; class < map->n_classes; class ++)
        most = taken[class] > taken[most] ? class : most;
    double rows = map->n_rows, others = map->n_rows - (map->row[most].n >= CLASS_MAP_IMAGES);
    map->enough = map->n_rows >= ROWS_LEAST && map->n_rows >= EVERY * map->n_classes;
    map->kind = CLASS_MAP_NO_RULE;
    map->target = -1;
    map->shift = 0;
    if (map->enough && n_follow >= RULE * rows && n_distinct >= RULE * rows) {
        map->kind = CLASS_MAP_TO_ALL;
        map->shift = usual_shift(map, &shift) >= RULE * rows ? shift : 0;
    } else if (map->enough && taken[most] >= RULE * others) {
        map->kind = CLASS_MAP_ONE_TARGET;
        map->target = most;
    }
    free(taken);
}

static bool search(struct inversion *inversion, const struct class_map_options *options,
    const struct class_map_hooks *hooks, struct error *err)
{
    for (int step = 1; step <= options->steps; step++) {
        if (!inversion_step(inversion, err))
            return false;
        const struct inversion_trigger trigger = inversion_trigger(inversion);
        if (hooks && hooks->step && !hooks->step(hooks->context, &trigger, step, options->steps))
            return fail_as(err, ERROR_CANCELLED, "the search was cancelled");
    }
    return true;
}

bool class_map_find(const struct network *network, struct thread_pool *pool, const float *pixels,
    int n, const struct class_map_options *options, const struct class_map_hooks *hooks,
    struct class_map *map, struct error *err)
{
    int32_t *before = memory_array((size_t)n, sizeof *before);
    int32_t *after = memory_array((size_t)n, sizeof *after);
    class_map_read(network, pool, pixels, n, NULL, before);
    for (int i = 0; i < n; i++)
        after[i] = INVERSION_NOT(before[i]);
    const struct inversion_images images = {n, pixels, after};
    struct inversion_options how = inversion_defaults(options->low, options->high);
    how.weight = options->weight;
    how.rate = options->rate;
    how.seed = options->seed;
    struct inversion *inversion = inversion_create(network, pool, &images, &how);
    bool good = search(inversion, options, hooks, err);
    if (good) {
        const struct inversion_trigger trigger = inversion_trigger(inversion);
        *map = (struct class_map){
            .n_classes = network->n_classes, .mask = trigger.size, .hits = trigger.hits};
        map->row = memory_array((size_t)map->n_classes, sizeof *map->row);
        class_map_read(network, pool, pixels, n, &trigger, after);
        count_rows(map, before, after, n);
        class_map_judge(map);
    }
    inversion_destroy(inversion);
    free(before);
    free(after);
    return good;
}

void class_map_finish(struct class_map *map)
{
    free(map->row);
    *map = (struct class_map){0};
}
