/* Command inspect: all that is known about one channel. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/inspect_weights.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_joint.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/explain/image_pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An inspection with what it owns. */
struct owned {
    struct inspection inspection;            /* first */
    float *maps[N_SETS], *strongest[N_SETS]; /* [n_strongest][height][width] */
};

static void finish(void *object)
{
    struct owned *owned = object;
    for (int set = 0; set < N_SETS; set++) {
        free(owned->maps[set]);
        free(owned->strongest[set]);
    }
    free((void *)(uintptr_t)owned->inspection.kernel);
}

/* What the workers gather of one channel; sums by tile, so that they never depend on the workers.
 */
struct gathering {
    int channel, n_channels;
    size_t positions;
    float *means; /* [n images] over positions */
    float *tiles; /* [tiles][positions] sums over the images of a tile */
};

static void gather(void *context, const struct batch *batch, const float *values)
{
    const struct gathering *g = context;
    float *tile = g->tiles + (size_t)(batch->first / BATCH_TILE) * g->positions;
    double sums[BATCH_TILE] = {0};
    for (size_t p = 0; p < g->positions; p++) {
        const float *at =
            values + (p * (size_t)g->n_channels + (size_t)g->channel) * (size_t)batch->width;
        for (int i = 0; i < batch->count; i++) {
            sums[i] += (double)at[i];
            tile[p] += at[i];
        }
    }
    for (int i = 0; i < batch->count; i++)
        g->means[batch->first + i] = (float)(sums[i] / (double)g->positions);
}

static float *mean_map(const struct gathering *g, int n)
{
    float *map = memory_array(g->positions, sizeof *map);
    for (size_t p = 0; p < g->positions; p++) {
        double sum = 0;
        for (int t = 0; t < batch_tiles(n); t++)
            sum += (double)g->tiles[(size_t)t * g->positions + p];
        map[p] = (float)(sum / n);
    }
    return map;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Share of pairs in which the second is larger, ties half; both are sorted. */
static double larger_share(const float *first, int n, const float *second, int m)
{
    double pairs = 0;
    for (int i = 0, below = 0, up_to = 0; i < m; i++) {
        while (below < n && first[below] < second[i])
            below++;
        while (up_to < n && first[up_to] <= second[i])
            up_to++;
        pairs += below + 0.5 * (up_to - below);
    }
    return pairs / n / m;
}

static void note_set(
    struct inspection *in, enum image_set set, const float *sorted, int n, const float *map)
{
    size_t positions = (size_t)in->height * (size_t)in->width;
    double sum = 0;
    bool first = !in->map[SET_CLEAN];
    for (int i = 0; i < n; i++)
        sum += (double)sorted[i];
    in->n_images[set] = n;
    in->mean[set] = sum / n;
    in->least[set] = (double)sorted[0];
    in->most[set] = (double)sorted[n - 1];
    in->low = first ? in->least[set] : fmin(in->low, in->least[set]);
    in->high = first ? in->most[set] : fmax(in->high, in->most[set]);
    for (size_t p = 0; p < positions; p++) {
        in->map_least = first && p == 0 ? map[p] : fminf(in->map_least, map[p]);
        in->map_most = first && p == 0 ? map[p] : fmaxf(in->map_most, map[p]);
    }
    in->map[set] = map;
}

static void fill_bins(struct inspection *in, float *const sorted[N_SETS])
{
    double range = in->high > in->low ? in->high - in->low : 1;
    for (int set = 0; set < N_SETS; set++)
        for (int i = 0; i < in->n_images[set]; i++) {
            int bin = (int)(((double)sorted[set][i] - in->low) / range * INSPECTION_BINS);
            in->bins[set][bin < INSPECTION_BINS ? bin : INSPECTION_BINS - 1]++;
        }
    in->auc = -1;
    if (in->n_images[SET_CLEAN] > 0 && in->n_images[SET_POISONED] > 0)
        in->auc = larger_share(sorted[SET_CLEAN], in->n_images[SET_CLEAN], sorted[SET_POISONED],
            in->n_images[SET_POISONED]);
}

/* The images with the largest means. */
static void find_strongest(struct inspection *in, enum image_set set, const float *means, int n)
{
    struct inspection_image *at = in->strongest[set];
    int *found = &in->n_strongest[set];
    for (int i = 0; i < n; i++) {
        int place = *found;
        while (place > 0 && means[i] > at[place - 1].mean)
            place--;
        if (place == INSPECTION_IMAGES)
            continue;
        int moved = *found - place - (*found == INSPECTION_IMAGES);
        memmove(at + place + 1, at + place, (size_t)moved * sizeof *at);
        at[place] = (struct inspection_image){.image = i, .mean = means[i]};
        *found += *found < INSPECTION_IMAGES;
    }
}

struct strongest_pass {
    const struct session *session;
    const struct dataset *images;
    struct inspection *in;
    enum image_set set;
    int channel, n_channels; /* of the layer's own */
    float *maps;
};

static void load_strongest(void *context, int index, float *image)
{
    const struct strongest_pass *s = context;
    dataset_feed(s->images, s->in->strongest[s->set][index].image, 1, &s->session->scaling, image);
}

static void take_strongest(void *context, int index, const float *values)
{
    const struct strongest_pass *s = context;
    size_t positions = (size_t)s->in->height * (size_t)s->in->width;
    float *map = s->maps + (size_t)index * positions;
    for (size_t p = 0; p < positions; p++)
        map[p] = values[p * (size_t)s->n_channels + (size_t)s->channel];
}

/* Their maps. */
static bool look_at_strongest(
    struct session *session, struct owned *owned, enum image_set set, struct error *err)
{
    struct inspection *in = &owned->inspection;
    int channel = in->channel;
    const struct prune_site *site = session_own_site(session, &channel);
    size_t positions = (size_t)in->height * (size_t)in->width, n = (size_t)in->n_strongest[set];
    struct strongest_pass strongest = {.session = session,
        .images = session->description->sets[set],
        .in = in,
        .set = set,
        .channel = channel,
        .n_channels = site->n_channels};
    const struct image_pass pass = {.network = session_unpruned_network(session),
        .pool = session->pool,
        .stop = session->hooks.stop,
        .n = in->n_strongest[set],
        .layer = site->measured,
        .load = load_strongest,
        .visit = take_strongest,
        .context = &strongest};
    owned->strongest[set] = strongest.maps = memory_array(n * positions, sizeof(float));
    if (!image_pass_run(&pass, err) || !dataset_check(strongest.images, err))
        return false;
    for (size_t i = 0; i < n; i++)
        in->strongest[set][i].map = strongest.maps + i * positions;
    for (size_t i = 0; i < n * positions; i++)
        in->strongest_most = fmaxf(in->strongest_most, strongest.maps[i]);
    return true;
}

/* One pass over a set, up to the site. Leaves the sorted means to the caller. */
static bool look_at_set(struct session *session, struct owned *owned, enum image_set set,
    float **sorted, struct error *err)
{
    const struct dataset *images = session->description->sets[set];
    struct inspection *in = &owned->inspection;
    int channel = in->channel;
    const struct prune_site *site = session_own_site(session, &channel);
    if (!images)
        return true;
    int n = dataset_count(images);
    struct gathering g = {channel, site->n_channels, (size_t)in->height * (size_t)in->width,
        memory_array((size_t)n, sizeof(float)), NULL};
    g.tiles = memory_array((size_t)batch_tiles(n) * g.positions, sizeof(float));
    bool good = evaluator_watch(session->evaluator, images, site->measured, gather, &g, err);
    if (good) {
        find_strongest(in, set, g.means, n);
        qsort(g.means, (size_t)n, sizeof *g.means, by_value);
        owned->maps[set] = mean_map(&g, n);
        note_set(in, set, g.means, n, owned->maps[set]);
        good = look_at_strongest(session, owned, set, err);
    }
    *sorted = g.means;
    free(g.tiles);
    return good;
}

static bool look(struct session *session, struct owned *owned, struct error *err)
{
    struct inspection *in = &owned->inspection;
    int channel = in->channel;
    const struct prune_site *site = session_own_site(session, &channel);
    const struct shape *shape = &session_network(session)->layers[site->measured].shape;
    float *sorted[N_SETS] = {NULL};
    bool good = true;
    in->height = shape->rank == 3 ? shape->dim[0] : 1;
    in->width = (int)(shape_count(shape) / (size_t)site->n_channels) / in->height;
    const struct branch *branch = session_branch(session);
    session_apply_tuned(session, branch_tuned(branch, branch->history.position));
    for (int set = 0; set < N_SETS && good; set++)
        good = look_at_set(session, owned, (enum image_set)set, &sorted[set], err);
    session_apply(session, session_history(session)->position);
    if (good) {
        fill_bins(in, sorted);
        session_inspect_weights(session, in);
    }
    for (int set = 0; set < N_SETS; set++)
        free(sorted[set]);
    return good;
}

static bool inspect(struct session *session, const struct command *command, struct error *err)
{
    int n = session_history(session)->order->n_channels;
    enum phase phase = session->phase;
    if (command->number < 0 || command->number >= n)
        return fail_as(err, ERROR_USAGE, "channel %d does not exist; channels are 0 to %d",
            command->number, n - 1);
    session_activity(session, PHASE_MEASURING, "inspecting channel %d", command->number);
    struct owned *owned = refcount_create(sizeof *owned, finish);
    owned->inspection.channel = command->number;
    bool good = look(session, owned, err);
    session->phase = phase; /* a run goes on */
    if (!good) {
        refcount_unref(owned);
        return false;
    }
    refcount_unref(session->inspection);
    session->inspection = &owned->inspection;
    session->inspected = session->branch;
    return true;
}

/* What is to be known about channel `number`: engine/api/inspection.h. */
const struct engine_command engine_command_inspect = {
    .name = "inspect",
    .run = inspect,
};
