#include "engine/prune/tail.h"

#include "engine/base/memory.h"
#include "engine/net/kernels.h"
#include "engine/prune/certificate.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_A_NUMBER = UINT16_MAX };

/* A tensor that the layers behind the site read. */
struct piece {
    int layer;
    size_t count; /* values of one image */
};

/* The values of one image that are not zero, piece after piece. */
struct kept {
    uint32_t *lengths; /* [n_pieces] */
    uint32_t *places;  /* within their piece */
    float *values;
};

struct tail {
    const struct network *network;
    const struct site *site;
    struct judge *judge; /* NULL: the last layer is no Dense */
    int n_images, n_pieces;
    struct piece *pieces;
    bool *behind;      /* [n_layers] the layers behind the site, up to what the judge reads */
    bool *judging;     /* [n_layers] the judge and what follows it */
    struct kept *kept; /* [n_images] */
    uint8_t *alive;    /* [n_channels][n_images] */
    struct certificate *certificates; /* [n_images] */
    float *units;                     /* [n_images][judge_units] where they hold */
    bool *silent;                     /* [values of the site] pruned now */
    atomic_size_t bytes;
    atomic_bool full;
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
    tail->units =
        memory_array((size_t)tail->n_images * judge_units(tail->judge), sizeof *tail->units);
    tail->certificates = memory_array((size_t)tail->n_images, sizeof *tail->certificates);
}

struct tail *tail_create(const struct network *network, const struct site *site, int n_images)
{
    if (!site->cut)
        return NULL;
    struct tail *tail = memory_array(1, sizeof *tail);
    size_t layers = (size_t)network->n_layers, images = (size_t)n_images;
    tail->network = network;
    tail->site = site;
    tail->n_images = n_images;
    tail->pieces = memory_array(layers, sizeof *tail->pieces);
    tail->behind = memory_array(layers, sizeof *tail->behind);
    tail->judging = memory_array(layers, sizeof *tail->judging);
    tail->kept = memory_array(images, sizeof *tail->kept);
    tail->alive = memory_array((size_t)site->n_channels * images, sizeof *tail->alive);
    tail->silent =
        memory_array(shape_count(&network->layers[site->measured].shape), sizeof *tail->silent);
    bool *read = memory_array(layers, sizeof *read);
    find_frontier(tail, read);
    for (int i = 0; i < network->n_layers; i++)
        if (read[i])
            tail->pieces[tail->n_pieces++] =
                (struct piece){i, shape_count(&network->layers[i].shape)};
    free(read);
    part_judge(tail);
    return tail;
}

void tail_destroy(struct tail *tail)
{
    if (!tail)
        return;
    for (int i = 0; i < tail->n_images; i++)
        free(tail->kept[i].lengths); /* one block */
    judge_destroy(tail->judge);
    free(tail->kept);
    free(tail->pieces);
    free(tail->behind);
    free(tail->judging);
    free(tail->alive);
    free(tail->certificates);
    free(tail->units);
    free(tail->silent);
    free(tail);
}

size_t tail_bytes(const struct tail *tail)
{
    return atomic_load(&tail->bytes);
}

bool tail_complete(const struct tail *tail)
{
    return tail && atomic_load(&tail->stored) == tail->n_images;
}

int tail_products(const struct tail *tail)
{
    return tail->products;
}

/* The kept values of the image in a lane; all in one block of memory. */
static size_t keep_image(struct tail *tail, const struct group *group, int lane)
{
    size_t total = 0, width = (size_t)group->width, n_pieces = (size_t)tail->n_pieces;
    for (size_t p = 0; p < n_pieces; p++) {
        const float *values = lane_pass_tensor(group->pass, tail->pieces[p].layer) + lane;
        for (size_t i = 0; i < tail->pieces[p].count; i++)
            total += values[i * width] != 0;
    }
    size_t bytes = n_pieces * sizeof(uint32_t) + total * (sizeof(uint32_t) + sizeof(float));
    uint32_t *block = memory_array(bytes, 1);
    struct kept *kept = &tail->kept[group->first + lane];
    *kept = (struct kept){block, block + n_pieces, (float *)(block + n_pieces + total)};
    for (size_t p = 0, at = 0; p < n_pieces; p++) {
        const float *values = lane_pass_tensor(group->pass, tail->pieces[p].layer) + lane;
        for (size_t i = 0; i < tail->pieces[p].count; i++) {
            if (values[i * width] == 0)
                continue;
            kept->places[at] = (uint32_t)i;
            kept->values[at++] = values[i * width];
            kept->lengths[p]++;
        }
    }
    return bytes;
}

static void note_alive(struct tail *tail, int image)
{
    const struct kept *kept = &tail->kept[image];
    uint32_t at = 0, channels = (uint32_t)tail->site->n_channels;
    for (int p = 0; p < tail->n_pieces; p++)
        for (uint32_t i = 0; i < kept->lengths[p]; i++, at++)
            if (tail->pieces[p].layer == tail->site->measured)
                tail->alive[(size_t)(kept->places[at] % channels) * (size_t)tail->n_images +
                            (size_t)image] = 1;
}

/* The class and margin of each lane, at the units that its judge read. */
static void certify(
    struct tail *tail, const struct group *group, const int *images, uint16_t *predicted)
{
    float first[WALK_TILE], second[WALK_TILE];
    int32_t class[WALK_TILE];
    struct lane_best best = {first, second, class};
    const struct network *network = tail->network;
    lane_pass_best(group->pass, network->output, &best);
    for (int lane = 0; lane < group->count; lane++) {
        int image = images ? images[lane] : group->first + lane;
        uint16_t found = class[lane] < 0 ? NOT_A_NUMBER : (uint16_t) class[lane];
        if (predicted)
            predicted[image] = found;
        if (tail->judge)
            tail->certificates[image] =
                (struct certificate){class[lane] < 0 ? -1 : first[lane] - second[lane], found};
    }
}

/* Lanes of the judge's units, an image behind the other. */
static const float *units_of(const struct tail *tail, const struct group *group, float *scratch)
{
    size_t units = judge_units(tail->judge);
    kernels_transpose(scratch, lane_pass_tensor(group->pass, judge_input(tail->judge)), units,
        (size_t)group->width);
    return scratch;
}

void tail_store(struct tail *tail, const struct group *group, size_t limit)
{
    if (atomic_load(&tail->full))
        return;
    for (int lane = 0; lane < group->count; lane++) {
        size_t bytes = keep_image(tail, group, lane);
        if (atomic_fetch_add(&tail->bytes, bytes) + bytes > limit)
            atomic_store(&tail->full, true);
        note_alive(tail, group->first + lane);
    }
    certify(tail, group, NULL, NULL);
    if (tail->judge) {
        size_t units = judge_units(tail->judge);
        float *scratch = memory_floats(units * (size_t)group->width);
        memcpy(tail->units + (size_t)group->first * units, units_of(tail, group, scratch),
            (size_t)group->count * units * sizeof *scratch);
        free(scratch);
    }
    atomic_fetch_add(&tail->stored, atomic_load(&tail->full) ? 0 : group->count);
}

/* One run over some images: from the site to the judge's units, then the uncertain ones on. */
struct run {
    struct tail *tail;
    const int *images;  /* of the walk */
    uint8_t *uncertain; /* [n_images] */
    uint16_t *predicted;
    float **scratch; /* [workers] units of a group */
};

static void load_kept(void *context, const struct group *group)
{
    const struct run *run = context;
    const struct tail *tail = run->tail;
    size_t width = (size_t)group->width;
    for (int p = 0; p < tail->n_pieces; p++)
        memset(lane_pass_tensor(group->pass, tail->pieces[p].layer), 0,
            tail->pieces[p].count * width * sizeof(float));
    for (int lane = 0; lane < group->count; lane++) {
        const struct kept *kept = &tail->kept[run->images[group->first + lane]];
        uint32_t at = 0;
        for (int p = 0; p < tail->n_pieces; p++) {
            float *to = lane_pass_tensor(group->pass, tail->pieces[p].layer) + lane;
            bool site = tail->pieces[p].layer == tail->site->measured;
            for (uint32_t end = at + kept->lengths[p]; at < end; at++)
                if (!site || !tail->silent[kept->places[at]])
                    to[kept->places[at] * width] = kept->values[at];
        }
    }
}

static void visit_units(void *context, const struct group *group)
{
    const struct run *run = context;
    struct tail *tail = run->tail;
    const int *images = run->images + group->first;
    if (!tail->judge) {
        certify(tail, group, images, run->predicted);
        return;
    }
    size_t units = judge_units(tail->judge);
    const float *now = units_of(tail, group, run->scratch[group->worker]);
    for (int lane = 0; lane < group->count; lane++, now += units) {
        struct certificate *certificate = &tail->certificates[images[lane]];
        float *h = tail->units + (size_t)images[lane] * units;
        if (judge_certain(tail->judge, certificate, h, now)) {
            run->predicted[images[lane]] = certificate->class;
            continue;
        }
        memcpy(h, now, units * sizeof *h);
        certificate->margin = -1; /* until it is judged anew */
        run->uncertain[images[lane]] = 1;
    }
}

static void load_units(void *context, const struct group *group)
{
    const struct run *run = context;
    const struct tail *tail = run->tail;
    size_t units = judge_units(tail->judge), width = (size_t)group->width;
    float *to = lane_pass_tensor(group->pass, judge_input(tail->judge));
    for (int lane = 0; lane < group->count; lane++) {
        const float *h = tail->units + (size_t)run->images[group->first + lane] * units;
        for (size_t u = 0; u < units; u++)
            to[u * width + (size_t)lane] = h[u];
    }
}

static void visit_judged(void *context, const struct group *group)
{
    const struct run *run = context;
    certify(run->tail, group, run->images + group->first, run->predicted);
}

static bool run_walks(struct run *run, struct walker *walker, int *images, int n, struct error *err)
{
    struct tail *tail = run->tail;
    const struct walk first = {
        .n = n, .wanted = tail->behind, .load = load_kept, .visit = visit_units, .context = run};
    tail->products = n;
    bool good = walker_run(walker, &first, err);
    if (!good || !tail->judge)
        return good;
    tail->products = 0;
    for (int i = 0; i < n; i++)
        if (run->uncertain[images[i]])
            images[tail->products++] = images[i];
    const struct walk second = {.n = tail->products,
        .wanted = tail->judging,
        .load = load_units,
        .visit = visit_judged,
        .context = run};
    return walker_run(walker, &second, err);
}

/* Every value of the site whose channel is pruned. */
static void note_silent(struct tail *tail, const bool *pruned)
{
    size_t channels = (size_t)tail->site->n_channels;
    size_t count = shape_count(&tail->network->layers[tail->site->measured].shape);
    for (size_t i = 0; i < count; i += channels)
        memcpy(tail->silent + i, pruned, channels * sizeof *pruned);
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
    note_silent(tail, pruned);
    int workers = walker_workers(walker);
    size_t units = tail->judge ? judge_units(tail->judge) : 0;
    struct run run = {.tail = tail,
        .images = images,
        .uncertain = memory_array(n, 1),
        .predicted = predicted,
        .scratch = memory_array((size_t)workers, sizeof *run.scratch)};
    for (int w = 0; w < workers; w++)
        run.scratch[w] = memory_floats(units * WALK_TILE);
    bool good = run_walks(&run, walker, images, touched, err);
    for (int w = 0; w < workers; w++)
        free(run.scratch[w]);
    free(run.scratch);
    free(run.uncertain);
    free(images);
    return good ? touched : -1;
}
