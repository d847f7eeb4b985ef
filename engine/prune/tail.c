#include "engine/prune/tail.h"

#include "engine/base/memory.h"
#include "engine/net/row_plan.h"
#include "engine/prune/certificate.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_A_NUMBER = UINT16_MAX };

/* A tensor that the layers behind the site read. */
struct piece {
    int layer;
    size_t count, pixels, channels; /* values of one image = pixels x channels */
};

/* The values of one image that are not zero, piece after piece; one block of the heap. */
struct kept {
    uint32_t *starts; /* of each piece [pixels + 1], where a pixel's values begin */
    uint32_t *places; /* within their piece */
    float *values;
    float *units; /* [judge_units] where the certificate holds */
};

struct tail {
    const struct network *network;
    const struct site *site;
    struct row_plan *plan;
    struct judge *judge; /* NULL: the last layer is no Dense */
    int n_images, n_pieces;
    struct piece *pieces;
    size_t n_starts;   /* of all pieces */
    size_t n_units;    /* judge_units */
    bool *behind;      /* [n_layers] the layers behind the site, up to what the judge reads */
    bool *judging;     /* [n_layers] the judge and what follows it */
    struct kept *kept; /* [n_images] */
    uint8_t *alive;    /* [n_channels][n_images] */
    struct certificate *certificates; /* [n_images] */
    int n_passes;
    int batch;                /* images that a worker runs at once */
    struct row_pass **passes; /* [workers][batch], made when first needed */
    struct heap *heap;
    atomic_bool failed;
    struct error failure; /* of the first image that was not kept */
    atomic_int stored;
    int products;
};

/* Marks the layers strictly behind the site, and what they read that is not behind it. */
static void find_frontier(struct tail *tail, bool *read)
{
    const struct network *network = tail->network;
    network_downstream(network, tail->site->measured, tail->behind);
    tail->behind[tail->site->measured] = false;
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs && tail->behind[i]; k++)
            read[network->layers[i].inputs[k]] = true;
    for (int i = 0; i < network->n_layers; i++)
        read[i] = read[i] && !tail->behind[i];
}

/* Takes the judge and what follows it out of the layers that every image runs. */
static void part_judge(struct tail *tail)
{
    const struct network *network = tail->network;
    tail->judge = judge_create(network);
    if (!tail->judge)
        return;
    network_downstream(network, judge_layer(tail->judge), tail->judging);
    for (int i = 0; i < network->n_layers; i++)
        tail->behind[i] = tail->behind[i] && !tail->judging[i];
    tail->n_units = judge_units(tail->judge);
    tail->certificates = memory_array((size_t)tail->n_images, sizeof *tail->certificates);
}

static void add_piece(struct tail *tail, int layer)
{
    const struct shape *shape = &tail->network->layers[layer].shape;
    size_t count = shape_count(shape);
    size_t pixels = shape->rank == 3 ? (size_t)(shape->dim[0] * shape->dim[1]) : 1;
    tail->pieces[tail->n_pieces++] = (struct piece){layer, count, pixels, count / pixels};
    tail->n_starts += pixels + 1;
}

struct tail *tail_create(const struct network *network, const struct site *site,
    const struct lanes *lanes, int n_images, struct store *store)
{
    if (!site->cut)
        return NULL;
    struct tail *tail = memory_array(1, sizeof *tail);
    size_t layers = (size_t)network->n_layers, images = (size_t)n_images;
    tail->network = network;
    tail->site = site;
    tail->n_images = n_images;
    tail->heap = heap_create(store);
    tail->pieces = memory_array(layers, sizeof *tail->pieces);
    tail->behind = memory_array(layers, sizeof *tail->behind);
    tail->judging = memory_array(layers, sizeof *tail->judging);
    tail->kept = memory_array(images, sizeof *tail->kept);
    tail->alive = memory_array((size_t)site->n_channels * images, sizeof *tail->alive);
    bool *read = memory_array(layers, sizeof *read);
    find_frontier(tail, read);
    for (int i = 0; i < network->n_layers; i++)
        if (read[i])
            add_piece(tail, i);
    free(read);
    tail->plan = row_plan_create(network, lanes, tail->behind);
    part_judge(tail);
    return tail;
}

void tail_destroy(struct tail *tail)
{
    if (!tail)
        return;
    for (int w = 0; w < tail->n_passes; w++)
        row_pass_destroy(tail->passes[w]);
    free(tail->passes);
    row_plan_destroy(tail->plan);
    judge_destroy(tail->judge);
    heap_destroy(tail->heap);
    free(tail->kept);
    free(tail->pieces);
    free(tail->behind);
    free(tail->judging);
    free(tail->alive);
    free(tail->certificates);
    free(tail);
}

size_t tail_bytes(const struct tail *tail)
{
    return heap_bytes(tail->heap);
}

bool tail_complete(const struct tail *tail)
{
    return tail && atomic_load(&tail->stored) == tail->n_images;
}

bool tail_check(const struct tail *tail, struct error *err)
{
    if (!atomic_load(&tail->failed))
        return true;
    return fail_as(err, tail->failure.class, "%s", tail->failure.text);
}

int tail_products(const struct tail *tail)
{
    return tail->products;
}

static size_t count_values(const struct tail *tail, const struct group *group, int lane)
{
    size_t total = 0, width = (size_t)group->width;
    for (int p = 0; p < tail->n_pieces; p++) {
        const float *values = lane_pass_tensor(group->pass, tail->pieces[p].layer) + lane;
        for (size_t i = 0; i < tail->pieces[p].count; i++)
            total += values[i * width] != 0;
    }
    return total;
}

/* One piece of the image in a lane, behind the values kept so far; returns how many there are. */
static uint32_t keep_piece(const struct piece *piece, const float *values, size_t width,
    const struct kept *kept, uint32_t *starts, uint32_t n)
{
    for (size_t pixel = 0; pixel < piece->pixels; pixel++) {
        starts[pixel] = n;
        for (size_t i = pixel * piece->channels; i < (pixel + 1) * piece->channels; i++) {
            if (values[i * width] == 0)
                continue;
            kept->places[n] = (uint32_t)i;
            kept->values[n++] = values[i * width];
        }
    }
    starts[piece->pixels] = n;
    return n;
}

/* Keeps the image in a lane. */
static bool keep_image(struct tail *tail, const struct group *group, int lane, struct error *err)
{
    size_t total = count_values(tail, group, lane);
    size_t words = tail->n_starts + 2 * total + tail->n_units;
    uint32_t *block = heap_take(tail->heap, words * sizeof *block, err), *starts = block, n = 0;
    struct kept *kept = &tail->kept[group->first + lane];
    if (!block)
        return false;
    float *values = (float *)(block + tail->n_starts + total);
    *kept = (struct kept){block, block + tail->n_starts, values, values + total};
    for (int p = 0; p < tail->n_pieces; p++) {
        const struct piece *piece = &tail->pieces[p];
        const float *tensor = lane_pass_tensor(group->pass, piece->layer) + lane;
        n = keep_piece(piece, tensor, (size_t)group->width, kept, starts, n);
        starts += piece->pixels + 1;
    }
    return true;
}

static void note_alive(struct tail *tail, int image)
{
    const struct kept *kept = &tail->kept[image];
    const uint32_t *starts = kept->starts;
    size_t images = (size_t)tail->n_images;
    for (int p = 0; p < tail->n_pieces; p++) {
        const struct piece *piece = &tail->pieces[p];
        for (size_t pixel = 0; pixel < piece->pixels; pixel++)
            for (uint32_t i = starts[pixel]; i < starts[pixel + 1]; i++)
                if (piece->layer == tail->site->measured)
                    tail->alive[(kept->places[i] - pixel * piece->channels) * images +
                                (size_t)image] = 1;
        starts += piece->pixels + 1;
    }
}

/* Class, margin and units of the images of an unpruned run. */
static void certify_group(struct tail *tail, const struct group *group)
{
    float first[WALK_TILE], second[WALK_TILE];
    int32_t class[WALK_TILE];
    struct lane_best best = {first, second, class};
    lane_pass_best(group->pass, tail->network->output, &best);
    const float *from = lane_pass_tensor(group->pass, judge_input(tail->judge));
    size_t width = (size_t)group->width;
    for (int lane = 0; lane < group->count; lane++) {
        size_t image = (size_t)(group->first + lane);
        bool known = class[lane] >= 0;
        tail->certificates[image] = (struct certificate){
            known ? first[lane] - second[lane] : -1, known ? (uint16_t) class[lane] : NOT_A_NUMBER};
        for (size_t u = 0; u < tail->n_units; u++)
            tail->kept[image].units[u] = from[u * width + (size_t)lane];
    }
}

void tail_store(struct tail *tail, const struct group *group)
{
    struct error err;
    if (atomic_load(&tail->failed))
        return;
    for (int lane = 0; lane < group->count; lane++) {
        if (!keep_image(tail, group, lane, &err)) {
            if (!atomic_exchange(&tail->failed, true))
                tail->failure = err;
            return;
        }
        note_alive(tail, group->first + lane);
    }
    if (tail->judge)
        certify_group(tail, group);
    atomic_fetch_add(&tail->stored, group->count);
}

/* One run over some images. */
struct run {
    struct tail *tail;
    const int *images; /* of the loop */
    const bool *pruned;
    uint16_t *predicted;
    atomic_int products;
};

/* Lists what is kept of an image, without the pruned channels. */
static void load_image(const struct run *run, struct row_pass *pass, int image)
{
    const struct tail *tail = run->tail;
    const struct kept *kept = &tail->kept[image];
    const uint32_t *starts = kept->starts;
    for (int p = 0; p < tail->n_pieces; p++) {
        const struct piece *piece = &tail->pieces[p];
        struct row_list *list = row_pass_list(pass, piece->layer);
        bool site = piece->layer == tail->site->measured;
        uint32_t n = 0;
        for (size_t pixel = 0; pixel < piece->pixels; pixel++) {
            list->starts[pixel] = n;
            size_t first = pixel * piece->channels;
            for (uint32_t i = starts[pixel]; i < starts[pixel + 1]; i++) {
                uint32_t place = kept->places[i];
                list->places[n] = place;
                list->values[n] = kept->values[i];
                n += !site || !run->pruned[place - first];
            }
        }
        list->starts[piece->pixels] = list->n = n;
        row_pass_filled(pass, piece->layer);
        starts += piece->pixels + 1;
    }
}

/* Whether a certificate tells the class; else it is taken to where the image is now. */
static bool is_certain(struct run *run, struct row_pass *pass, int image)
{
    struct tail *tail = run->tail;
    if (!tail->judge)
        return false;
    const float *now = row_pass_tensor(pass, judge_input(tail->judge));
    struct certificate *certificate = &tail->certificates[image];
    float *h = tail->kept[image].units;
    if (judge_certain(tail->judge, certificate, h, now)) {
        run->predicted[image] = certificate->class;
        return true;
    }
    memcpy(h, now, tail->n_units * sizeof *h);
    certificate->margin = -1; /* until it is judged anew */
    return false;
}

/* The class after the last product, and a new certificate. */
static void judge_image(struct run *run, struct row_pass *pass, int image)
{
    struct tail *tail = run->tail;
    float first, second;
    int class = row_pass_best(pass, tail->network->output, &first, &second);
    run->predicted[image] = class < 0 ? NOT_A_NUMBER : (uint16_t) class;
    if (tail->judge && class >= 0)
        tail->certificates[image] = (struct certificate){first - second, (uint16_t) class};
}

/* Some images at once, each in a pass: to the judge's units, and the uncertain ones on. */
static void run_batch(struct run *run, struct row_pass *const *passes, const int *images, int n)
{
    struct tail *tail = run->tail;
    struct row_pass *left[ROW_PASSES_MAX];
    int uncertain[ROW_PASSES_MAX], m = 0;
    for (int i = 0; i < n; i++)
        load_image(run, passes[i], images[i]);
    row_pass_run_all(passes, n, tail->behind);
    for (int i = 0; i < n; i++)
        if (!is_certain(run, passes[i], images[i])) {
            left[m] = passes[i];
            uncertain[m++] = images[i];
        }
    if (tail->judge)
        row_pass_run_all(left, m, tail->judging);
    for (int i = 0; i < m; i++)
        judge_image(run, left[i], uncertain[i]);
    atomic_fetch_add_explicit(&run->products, m, memory_order_relaxed);
}

static void run_images(void *context, int first, int count, int worker)
{
    struct run *run = context;
    int batch = run->tail->batch;
    struct row_pass *const *passes = run->tail->passes + (size_t)worker * (size_t)batch;
    for (int i = first; i < first + count; i += batch)
        run_batch(
            run, passes, run->images + i, first + count - i < batch ? first + count - i : batch);
}

/* As many images at once as the second cache holds beside a block of weights. */
enum { BATCH_BYTES = 1 << 20 };

static void make_passes(struct tail *tail, int workers)
{
    size_t fit = BATCH_BYTES / (row_plan_bytes(tail->plan) + 1);
    if (!tail->passes) {
        tail->batch = fit < 1 ? 1 : fit > ROW_PASSES_MAX ? ROW_PASSES_MAX : (int)fit;
        tail->passes = memory_array((size_t)(workers * tail->batch), sizeof *tail->passes);
    }
    for (; tail->n_passes < workers * tail->batch; tail->n_passes++)
        tail->passes[tail->n_passes] = row_pass_create(tail->plan);
}

int tail_run(struct tail *tail, struct walker *walker, const bool *pruned, int channel,
    const uint16_t *before, uint16_t *predicted, struct error *err)
{
    size_t n = (size_t)tail->n_images;
    int *images = memory_array(n, sizeof *images), touched = 0;
    const uint8_t *alive = channel < 0 ? NULL : tail->alive + (size_t)channel * n;
    for (int i = 0; i < tail->n_images; i++)
        if (!alive || alive[i])
            images[touched++] = i;
    if (alive)
        memcpy(predicted, before, n * sizeof *predicted);
    make_passes(tail, walker_workers(walker));
    struct run run = {.tail = tail, .images = images, .pruned = pruned, .predicted = predicted};
    bool good = walker_loop(walker, touched, run_images, &run, err);
    tail->products = atomic_load(&run.products);
    free(images);
    return good ? touched : -1;
}
