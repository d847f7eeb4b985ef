#include "engine/prune/evaluate/tail_private.h"

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
    tail->certifier = certifier_create(network);
    if (!tail->certifier)
        return;
    network_downstream(network, certifier_layer(tail->certifier), tail->judging);
    for (int i = 0; i < network->n_layers; i++) {
        tail->judging[i] = tail->judging[i] && tail->behind[i];
        tail->behind[i] = tail->behind[i] && !tail->judging[i];
    }
    tail->n_units = certifier_units(tail->certifier);
    tail->certificates = memory_array((size_t)tail->n_images, sizeof *tail->certificates);
}

/* What lies between site and judge is followed where it can be. */
static void add_incremental(
    struct tail *tail, const struct batched_kernels *batched, struct memory_budget *budget)
{
    const struct layer *dense = &tail->network->layers[certifier_layer(tail->certifier)];
    const float *bias = dense->n_weights > 1 ? dense->weights[1].data : NULL;
    tail->incremental = incremental_create(tail->network, batched, tail->behind,
        tail->site->measured, certifier_input(tail->certifier), tail->n_images, budget);
    if (!tail->incremental)
        return;
    argmax_classes_init(&tail->classes, batched, dense->weights[0].data, bias, tail->n_units,
        (size_t)tail->network->n_classes);
}

static void add_piece(struct tail *tail, int layer)
{
    const struct shape *shape = &tail->network->layers[layer].shape;
    size_t count = shape_count(shape), channels = (size_t)shape_channels(shape);
    size_t columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1, pixels = count / channels;
    tail->pieces[tail->n_pieces++] = (struct piece){layer, count, pixels, channels, columns};
    tail->n_starts += pixels + 1;
}

struct tail *tail_create(const struct network *network, const struct prune_site *site,
    const struct batched_kernels *batched, int n_images, struct memory_budget *budget)
{
    if (!site->cacheable)
        return NULL;
    struct tail *tail = memory_array(1, sizeof *tail);
    atomic_init(&tail->nothing, -1);
    size_t layers = (size_t)network->n_layers, images = (size_t)n_images;
    tail->network = network;
    tail->capture = batched->capture;
    tail->site = site;
    tail->n_images = n_images;
    tail->arena = arena_create(budget);
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
    tail->plan = sparse_plan_create(network, batched, tail->behind);
    part_judge(tail);
    if (tail->certifier)
        add_incremental(tail, batched, budget);
    return tail;
}

void tail_destroy(struct tail *tail)
{
    if (!tail)
        return;
    for (int w = 0; w < tail->n_workers; w++)
        tail_worker_destroy(tail->workers[w]);
    free(tail->workers);
    sparse_plan_destroy(tail->plan);
    incremental_destroy(tail->incremental);
    argmax_classes_finish(&tail->classes);
    for (int c = 0; c < tail->site->n_channels; c++)
        free(tail->attempts[c].predicted);
    free(tail->attempts);
    free(tail->changed);
    free(tail->followed);
    certifier_destroy(tail->certifier);
    arena_destroy(tail->arena);
    free(tail->kept);
    free(tail->pieces);
    free(tail->behind);
    free(tail->judging);
    free(tail->alive);
    free(tail->certificates);
    free(tail);
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

/* Takes room for the images of a group. */
static bool take_room(struct tail *tail, const struct batch *group, struct error *err)
{
    uint32_t totals[CAPTURE_LANES] = {0};
    for (int p = 0; p < tail->n_pieces; p++)
        tail->capture->count(
            totals, batched_pass_tensor(group->pass, tail->pieces[p].layer), tail->pieces[p].count);
    for (int lane = 0; lane < group->count; lane++) {
        size_t total = totals[lane], words = tail->n_starts + total + tail->n_units;
        size_t size = words * sizeof(float) + total * sizeof(uint16_t);
        uint32_t *starts = arena_take(tail->arena, size, err);
        if (!starts)
            return false;
        float *values = (float *)(starts + tail->n_starts), *units = values + total;
        tail->kept[group->first + lane] =
            (struct kept){starts, values, units, (uint16_t *)(void *)(units + tail->n_units)};
    }
    return true;
}

/* Keeps the images of a group, piece after piece. */
static bool keep_group(struct tail *tail, const struct batch *group, struct error *err)
{
    struct capture_list lists[CAPTURE_LANES];
    size_t starts = 0;
    if (!take_room(tail, group, err))
        return false;
    for (int lane = 0; lane < group->count; lane++) {
        const struct kept *kept = &tail->kept[group->first + lane];
        lists[lane] = (struct capture_list){0, kept->starts, kept->places, kept->values};
    }
    for (int p = 0; p < tail->n_pieces; p++) {
        const struct piece *piece = &tail->pieces[p];
        const struct capture_tensor tensor = {batched_pass_tensor(group->pass, piece->layer),
            piece->pixels, piece->columns, piece->channels};
        bool site = piece->layer == tail->site->measured;
        for (int lane = 0; lane < group->count; lane++)
            lists[lane].starts = tail->kept[group->first + lane].starts + starts;
        tail->capture->list(lists, group->count, &tensor, site ? tail->alive + group->first : NULL,
            (size_t)tail->n_images);
        starts += piece->pixels + 1;
    }
    return true;
}

struct delta_values tail_site(const struct tail *tail, int image)
{
    const struct kept *kept = &tail->kept[image];
    const struct piece *piece = &tail->pieces[0];
    return (struct delta_values){(uint32_t)piece->pixels, (uint32_t)piece->columns,
        (uint32_t)piece->channels, kept->starts, kept->places, kept->values};
}

/* Class, margin and units of the images of an unpruned run. */
static void certify_group(struct tail *tail, const struct batch *group)
{
    float first[BATCH_TILE], second[BATCH_TILE];
    int32_t class[BATCH_TILE];
    struct batched_top_two best = {first, second, class};
    batched_pass_best(group->pass, tail->network->output, &best);
    const float *from = batched_pass_tensor(group->pass, certifier_input(tail->certifier));
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

void tail_store(struct tail *tail, const struct batch *group)
{
    struct error err;
    if (atomic_load(&tail->failed))
        return;
    if (!keep_group(tail, group, &err)) {
        if (!atomic_exchange(&tail->failed, true))
            tail->failure = err;
        return;
    }
    struct delta_values sites[CAPTURE_LANES];
    for (int lane = 0; lane < group->count && tail->incremental; lane++)
        sites[lane] = tail_site(tail, group->first + lane);
    if (tail->incremental)
        incremental_seed(tail->incremental, group, sites);
    if (tail->certifier)
        certify_group(tail, group);
    atomic_fetch_add(&tail->stored, group->count);
}
