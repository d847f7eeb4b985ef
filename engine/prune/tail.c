#include "engine/prune/tail_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Marks the layers strictly behind the site that the output needs, and what they read that is not
 * behind it. */
static void find_frontier(struct tail *tail, bool *read)
{
    const struct network *network = tail->network;
    bool *needed = memory_array((size_t)network->n_layers, sizeof *needed);
    needed[network->output] = true;
    for (int i = network->output; i >= 0; i--)
        for (int k = 0; k < network->layers[i].n_inputs && needed[i]; k++)
            needed[network->layers[i].inputs[k]] = true;
    network_downstream(network, tail->site->measured, tail->behind);
    tail->behind[tail->site->measured] = false;
    for (int i = 0; i < network->n_layers; i++)
        tail->behind[i] = tail->behind[i] && needed[i];
    free(needed);
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
    for (int i = 0; i < network->n_layers; i++) {
        tail->judging[i] = tail->judging[i] && tail->behind[i];
        tail->behind[i] = tail->behind[i] && !tail->judging[i];
    }
    tail->n_units = judge_units(tail->judge);
    tail->certificates = memory_array((size_t)tail->n_images, sizeof *tail->certificates);
}

/* What lies between site and judge is followed where it can be. */
static void add_shadow(struct tail *tail, const struct lanes *lanes, struct store *store)
{
    const struct layer *dense = &tail->network->layers[judge_layer(tail->judge)];
    const float *bias = dense->n_weights > 1 ? dense->weights[1].data : NULL;
    tail->shadow = shadow_create(tail->network, lanes, tail->behind, tail->site->measured,
        judge_input(tail->judge), tail->n_images, store);
    if (!tail->shadow)
        return;
    best_classes_init(&tail->classes, lanes, dense->weights[0].data, bias, tail->n_units,
        (size_t)tail->network->n_classes);
}

static void add_piece(struct tail *tail, int layer)
{
    const struct shape *shape = &tail->network->layers[layer].shape;
    size_t count = shape_count(shape);
    size_t pixels = shape->rank == 3 ? (size_t)(shape->dim[0] * shape->dim[1]) : 1;
    size_t columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1;
    tail->pieces[tail->n_pieces++] = (struct piece){layer, count, pixels, count / pixels, columns};
    tail->n_starts += pixels + 1;
}

struct tail *tail_create(const struct network *network, const struct site *site,
    const struct lanes *lanes, int n_images, struct store *store)
{
    if (!site->cut)
        return NULL;
    struct tail *tail = memory_array(1, sizeof *tail);
    atomic_init(&tail->nothing, -1);
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
    tail->followed = memory_array((size_t)site->n_channels, sizeof *tail->followed);
    tail->changed = memory_array(images, sizeof *tail->changed);
    tail->attempts = memory_array((size_t)site->n_channels, sizeof *tail->attempts);
    bool *read = memory_array(layers, sizeof *read);
    find_frontier(tail, read);
    for (int i = 0; i < network->n_layers; i++)
        if (read[i])
            add_piece(tail, i);
    free(read);
    for (int p = 0; p < tail->n_pieces; p++)
        if (tail->pieces[p].columns * tail->pieces[p].channels > (size_t)UINT16_MAX + 1) {
            tail_destroy(tail); /* places in a row have 16 bits */
            return NULL;
        }
    tail->plan = row_plan_create(network, lanes, tail->behind);
    part_judge(tail);
    if (tail->judge)
        add_shadow(tail, lanes, store);
    return tail;
}

void tail_destroy(struct tail *tail)
{
    if (!tail)
        return;
    for (int w = 0; w < tail->n_workers; w++)
        tail_worker_destroy(tail->workers[w]);
    free(tail->workers);
    row_plan_destroy(tail->plan);
    shadow_destroy(tail->shadow);
    best_classes_finish(&tail->classes);
    for (int c = 0; c < tail->site->n_channels; c++)
        free(tail->attempts[c].predicted);
    free(tail->attempts);
    free(tail->changed);
    free(tail->followed);
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
        size_t first = pixel % piece->columns * piece->channels;
        starts[pixel] = n;
        for (size_t c = 0; c < piece->channels; c++, values += width) {
            if (*values == 0)
                continue;
            kept->places[n] = (uint16_t)(first + c);
            kept->values[n++] = *values;
        }
    }
    starts[piece->pixels] = n;
    return n;
}

/* Keeps the image in a lane. */
static bool keep_image(struct tail *tail, const struct group *group, int lane, struct error *err)
{
    size_t total = count_values(tail, group, lane);
    size_t words = tail->n_starts + total + tail->n_units;
    size_t size = words * sizeof(float) + total * sizeof(uint16_t);
    uint32_t *starts = heap_take(tail->heap, size, err), n = 0;
    struct kept *kept = &tail->kept[group->first + lane];
    if (!starts)
        return false;
    float *values = (float *)(starts + tail->n_starts), *units = values + total;
    *kept = (struct kept){starts, values, units, (uint16_t *)(void *)(units + tail->n_units)};
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
        if (piece->layer == tail->site->measured)
            for (uint32_t i = starts[0]; i < starts[piece->pixels]; i++)
                tail->alive[kept->places[i] % piece->channels * images + (size_t)image] = 1;
        starts += piece->pixels + 1;
    }
}

struct shift_values tail_site(const struct tail *tail, int image)
{
    const struct kept *kept = &tail->kept[image];
    const struct piece *piece = &tail->pieces[0];
    return (struct shift_values){(uint32_t)piece->pixels, (uint32_t)piece->columns,
        (uint32_t)piece->channels, kept->starts, kept->places, kept->values};
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
        if (tail->shadow) {
            const struct shift_values site = tail_site(tail, group->first + lane);
            shadow_adopt(tail->shadow, group, lane, &site);
        }
    }
    if (tail->judge)
        certify_group(tail, group);
    atomic_fetch_add(&tail->stored, group->count);
}
