/* Keeps the sums of linear layers for every image, and takes the shares of pruned channels off
 * them. Leans on linear_part.h. */
#include "engine/nn/linear/linear_sums.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/linear/linear_part.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Of an image. */
struct state {
    float *sums;      /* [n_sums] with nothing pruned */
    int32_t *shares;  /* [n_sums] of the pruned channels, added up, in units */
    uint32_t *pruned; /* [words] a bit for each of these channels */
    float units;      /* that make 1; 0: the image does not follow */
};

struct linear_sums {
    const struct network *network;
    struct linear_part *part;
    struct state *states; /* [n] of the first images of the set */
    int n;
    size_t words;
    struct arena *arena;
    pthread_mutex_t lock; /* of the passes that a first pass uses */
    struct batched_pass *idle[BATCH_TILE];
    int n_idle;
};

struct linear_sums_work {
    struct batched_pass *pass; /* of changes */
    int32_t *shares;           /* [n_sums][width] */
};

enum { ALIGNMENT = 16 }; /* of blocks of an arena */

static size_t state_bytes(const struct linear_sums *sums)
{
    return sums->part->n_sums * (sizeof(float) + sizeof(int32_t)) + sums->words * sizeof(uint32_t);
}

struct linear_sums *linear_sums_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int n_images,
    struct memory_budget *budget)
{
    struct linear_part *part =
        shortcut_on(SHORTCUT_LINEAR) ? linear_part_create(network, batched, behind, site) : NULL;
    if (!part)
        return NULL;
    struct linear_sums *sums = memory_array(1, sizeof *sums);
    size_t channels = (size_t)shape_channels(&network->layers[site].shape);
    sums->network = network;
    sums->part = part;
    sums->words = (channels + 31) / 32;
    size_t each = state_bytes(sums) + ALIGNMENT, most = arena_share(budget) / each;
    sums->n = most < (size_t)n_images ? (int)most : n_images;
    sums->states = memory_array((size_t)sums->n, sizeof *sums->states);
    sums->arena = arena_create_share(budget, (size_t)sums->n * each);
    pthread_mutex_init(&sums->lock, NULL);
    return sums;
}

void linear_sums_destroy(struct linear_sums *sums)
{
    if (!sums)
        return;
    for (int i = 0; i < sums->n_idle; i++)
        batched_pass_destroy(sums->idle[i]);
    linear_part_destroy(sums->part);
    arena_destroy(sums->arena);
    pthread_mutex_destroy(&sums->lock);
    free(sums->states);
    free(sums);
}

void linear_sums_keep(const struct linear_sums *sums, bool *keep)
{
    for (int o = 0; o < sums->part->n_outputs; o++)
        keep[sums->part->outputs[o].layer] = true;
}

void linear_sums_leave_out(const struct linear_sums *sums, bool *run)
{
    for (int i = 0; i < sums->network->n_layers; i++)
        run[i] = run[i] && !sums->part->inside[i];
}

/* Starting --------------------------------------------------------------------------------- */

static struct batched_pass *take_pass(struct linear_sums *sums)
{
    struct batched_pass *pass = NULL;
    pthread_mutex_lock(&sums->lock);
    if (sums->n_idle > 0)
        pass = sums->idle[--sums->n_idle];
    pthread_mutex_unlock(&sums->lock);
    return pass ? pass : batched_pass_create(sums->part->sums);
}

static void give_pass(struct linear_sums *sums, struct batched_pass *pass)
{
    pthread_mutex_lock(&sums->lock);
    bool room = sums->n_idle < BATCH_TILE;
    if (room)
        sums->idle[sums->n_idle++] = pass;
    pthread_mutex_unlock(&sums->lock);
    if (!room)
        batched_pass_destroy(pass);
}

/* Memory for the state of an image; false where there is none. */
static bool make_state(struct linear_sums *sums, struct state *state)
{
    struct error err;
    char *block = sums->arena ? arena_take(sums->arena, state_bytes(sums), &err) : NULL;
    if (!block)
        return false;
    size_t n = sums->part->n_sums;
    state->sums = (float *)(void *)block;
    state->shares = (int32_t *)(void *)(state->sums + n);
    state->pruned = (uint32_t *)(state->shares + n);
    memset(state->shares, 0, n * sizeof *state->shares + sums->words * sizeof *state->pruned);
    return true;
}

/* The largest value of the site in a lane, whatever its sign. */
static float largest_of(const float *values, size_t count, size_t width)
{
    float largest = 0;
    for (size_t i = 0; i < count; i++) {
        float size = values[i * width] < 0 ? -values[i * width] : values[i * width];
        largest = size <= largest ? largest : size; /* or not a number */
    }
    return largest;
}

static void start_image(
    struct linear_sums *sums, struct batched_pass *pass, struct state *state, size_t lane)
{
    const struct linear_part *part = sums->part;
    size_t width = (size_t)batched_plan_width(part->sums), at = 0;
    size_t count = shape_count(&sums->network->layers[part->site].shape);
    float units = linear_part_units(
        part, largest_of(batched_pass_tensor(pass, part->site) + lane, count, width));
    if (!(units > 0) || !make_state(sums, state))
        return;
    for (int o = 0; o < part->n_outputs; o++) {
        const float *from = batched_pass_tensor(pass, part->outputs[o].layer) + lane;
        for (size_t i = 0; i < part->outputs[o].count; i++)
            state->sums[at++] = from[i * width];
    }
    state->units = units;
}

void linear_sums_store(struct linear_sums *sums, const struct batch *batch)
{
    if (batch->first >= sums->n || !sums->part->sums)
        return;
    struct batched_pass *pass = take_pass(sums);
    for (int i = 0; i < sums->network->n_layers; i++)
        if (sums->part->reads[i])
            memcpy(batched_pass_tensor(pass, i), batched_pass_tensor(batch->pass, i),
                shape_count(&sums->network->layers[i].shape) * (size_t)batch->width *
                    sizeof(float));
    batched_pass_run(pass, sums->part->inside);
    for (int lane = 0; lane < batch->count && batch->first + lane < sums->n; lane++)
        start_image(sums, pass, &sums->states[batch->first + lane], (size_t)lane);
    give_pass(sums, pass);
}

void linear_sums_stored(struct linear_sums *sums)
{
    for (; sums->n_idle > 0; sums->n_idle--)
        batched_pass_destroy(sums->idle[sums->n_idle - 1]);
    linear_part_drop_sums(sums->part);
}

bool linear_sums_has(const struct linear_sums *sums, int image)
{
    return sums && image < sums->n && sums->states[image].units > 0;
}

/* Following -------------------------------------------------------------------------------- */

struct linear_sums_work *linear_sums_work_create(const struct linear_sums *sums)
{
    struct linear_sums_work *work = memory_array(1, sizeof *work);
    size_t width = (size_t)batched_plan_width(sums->part->changes);
    work->pass = batched_pass_create(sums->part->changes);
    work->shares = memory_array(sums->part->n_sums * width, sizeof *work->shares);
    return work;
}

void linear_sums_work_destroy(struct linear_sums_work *work)
{
    if (!work)
        return;
    batched_pass_destroy(work->pass);
    free(work->shares);
    free(work);
}

/* Images side by side, while they are brought up to date. */
struct lanes {
    struct linear_sums *sums;
    struct linear_sums_work *work;
    const struct linear_sums_pruned *pruned;
    const int *images;
    const struct site_values *sites;
    int n;
    size_t width;
};

/* Puts the values of a channel of an image into a lane of the site; or zeros where they were. */
static void put_channel(const struct lanes *lanes, int lane, size_t channel, bool clear)
{
    const struct site_values *site = &lanes->sites[lane];
    float *to = batched_pass_tensor(lanes->work->pass, lanes->sums->part->site) + lane;
    for (size_t pixel = 0; pixel < site->pixels; pixel++) {
        size_t place = pixel % site->columns * site->n_channels + channel;
        uint32_t i = site->starts[pixel], end = site->starts[pixel + 1];
        while (i < end && site->places[i] < place)
            i++;
        if (i < end && site->places[i] == place)
            to[(pixel * site->n_channels + channel) * lanes->width] = clear ? 0 : site->values[i];
    }
}

/* What is pruned of these 32 channels. */
static uint32_t wanted_word(const struct linear_sums_pruned *pruned, size_t word)
{
    uint32_t bits = pruned->bits[word];
    bool own = pruned->channel >= 0 && (size_t)pruned->channel / 32 == word;
    return own ? bits | 1U << pruned->channel % 32 : bits;
}

/* 1 where an image is to lose the channel, -1 where it gets it back, 0 where it stays. */
static int change_of(const struct lanes *lanes, int lane, size_t channel)
{
    uint32_t bit = 1U << channel % 32;
    uint32_t now = lanes->sums->states[lanes->images[lane]].pruned[channel / 32];
    uint32_t wanted = wanted_word(lanes->pruned, channel / 32);
    return (now & bit) == (wanted & bit) ? 0 : wanted & bit ? 1 : -1;
}

/* Adds the share of a channel, for the lanes in which it changes. */
static void add_channel(const struct lanes *lanes, size_t channel)
{
    const struct linear_part *part = lanes->sums->part;
    float factors[BATCH_TILE] = {0};
    int32_t *shares = lanes->work->shares;
    for (int lane = 0; lane < lanes->n; lane++) {
        int change = change_of(lanes, lane, channel);
        factors[lane] = (float)change * lanes->sums->states[lanes->images[lane]].units;
        if (change)
            put_channel(lanes, lane, channel, false);
    }
    batched_pass_run(lanes->work->pass, part->inside);
    for (int o = 0; o < part->n_outputs; o++) {
        const float *from = batched_pass_tensor(lanes->work->pass, part->outputs[o].layer);
        for (size_t i = 0; i < part->outputs[o].count; i++, shares += lanes->width)
            for (size_t lane = 0; lane < lanes->width; lane++)
                shares[lane] += (int32_t)(*from++ * factors[lane]);
    }
    for (int lane = 0; lane < lanes->n; lane++)
        if (factors[lane] != 0)
            put_channel(lanes, lane, channel, true);
}

/* The shares by which the states of the images differ from what is pruned. */
static void add_changes(const struct lanes *lanes)
{
    const struct linear_sums *sums = lanes->sums;
    memset(lanes->work->shares, 0, sums->part->n_sums * lanes->width * sizeof(int32_t));
    for (size_t word = 0; word < sums->words; word++) {
        uint32_t any = 0;
        for (int lane = 0; lane < lanes->n; lane++)
            any |=
                sums->states[lanes->images[lane]].pruned[word] ^ wanted_word(lanes->pruned, word);
        for (; any; any &= any - 1)
            add_channel(lanes, word * 32 + (size_t)__builtin_ctz(any));
    }
}

/* The sums of an image, from `first` on, without the shares. */
static void load_lane(const struct lanes *lanes, int lane, size_t first, size_t count, float *to)
{
    struct state *state = &lanes->sums->states[lanes->images[lane]];
    const int32_t *changes = lanes->work->shares + first * lanes->width + lane;
    const float *sums = state->sums + first;
    int32_t *shares = state->shares + first;
    float unit = 1 / state->units;
    to += lane;
    for (size_t i = 0; i < count; i++) {
        int32_t share = shares[i] + changes[i * lanes->width];
        to[i * lanes->width] = sums[i] - (float)share * unit;
        if (lanes->pruned->commits)
            shares[i] = share;
    }
}

void linear_sums_load(struct linear_sums *sums, struct linear_sums_work *work,
    const struct linear_sums_pruned *pruned, const int *images, const struct site_values *sites,
    int n, struct batched_pass *pass)
{
    const struct linear_part *part = sums->part;
    const struct lanes lanes = {
        sums, work, pruned, images, sites, n, (size_t)batched_plan_width(part->changes)};
    size_t first = 0;
    add_changes(&lanes);
    for (int o = 0; o < part->n_outputs; o++) {
        const struct linear_output *output = &part->outputs[o];
        float *to = batched_pass_tensor(pass, output->layer);
        for (int lane = 0; lane < n; lane++)
            load_lane(&lanes, lane, first, output->count, to);
        for (size_t i = 0; (size_t)n < lanes.width && i < output->count; i++)
            memset(to + i * lanes.width + n, 0, (lanes.width - (size_t)n) * sizeof *to);
        if (output->activation)
            activation_apply(output->activation, to, output->count * lanes.width, output->channels);
        first += output->count;
    }
    for (int lane = 0; lane < n && pruned->commits; lane++)
        for (size_t word = 0; word < sums->words; word++)
            sums->states[images[lane]].pruned[word] = wanted_word(pruned, word);
}
