#include "engine/prune/tail_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* An image that is tried so often is worth keeping all its sums for that while. */
enum { OFTEN = 4 };
/* The sums that a worker keeps: they fit the second cache beside a channel's weights. */
enum { BESIDE_BYTES = 512 << 10 };

/* All channels tried. */
struct foresight {
    struct tail *tail;
    const bool *pruned;
    uint32_t *others;
    struct shadow **beside; /* [workers] */
    bool **tried;           /* [workers][n_channels] pruned, and the one that is tried */
    uint16_t **predicted;   /* [n_channels][n_images] NULL: pruned */
};

/* Lists the images of a tile in which a channel has not been tried since they changed. */
static int list_tile(
    const struct foresight *foresight, int channel, int first, int count, int *images)
{
    const struct tail *tail = foresight->tail;
    const uint8_t *alive = tail->alive + (size_t)channel * (size_t)tail->n_images;
    const struct attempt *attempt = &tail->attempts[channel];
    int n = 0;
    for (int i = first; i < first + count && foresight->predicted[channel]; i++) {
        images[n] = i;
        n += alive[i] && (!attempt->predicted || tail->changed[i] > attempt->serial);
    }
    return n;
}

/* Whether each image that is tried in a tile is tried often. */
static bool is_often(const struct foresight *foresight, int first, int count)
{
    int images[TAIL_CHUNK], all = 0, n = 0;
    bool seen[TAIL_CHUNK] = {false};
    for (int c = 0; c < foresight->tail->site->n_channels; c++) {
        int some = list_tile(foresight, c, first, count, images);
        for (int i = 0; i < some; i++) {
            n += !seen[images[i] - first];
            seen[images[i] - first] = true;
        }
        all += some;
    }
    return all >= OFTEN * n;
}

static void foresee_tile(void *context, int first, int count, int worker)
{
    const struct foresight *foresight = context;
    struct tail *tail = foresight->tail;
    struct shadow *beside = foresight->beside[worker];
    bool *tried = foresight->tried[worker], often = is_often(foresight, first, count);
    int images[TAIL_CHUNK];
    for (int i = 0; i < count; i++)
        shadow_forget(beside, i);
    for (int c = 0; c < tail->site->n_channels; c++) {
        struct run run = {.tail = tail,
            .shadow = often ? beside : tail->shadow,
            .first = often ? first : 0,
            .pruned = tried,
            .channel = c,
            .others = foresight->others,
            .predicted = foresight->predicted[c]};
        int n = list_tile(foresight, c, first, count, images);
        if (n == 0)
            continue;
        tried[c] = true;
        tail_run_some(&run, tail->workers[worker], images, n);
        tried[c] = false;
    }
}

/* Room for what is found out: that of earlier attempts where there is one. */
static void prepare_predicted(struct foresight *foresight)
{
    const struct tail *tail = foresight->tail;
    size_t n_channels = (size_t)tail->site->n_channels;
    foresight->predicted = memory_array(n_channels, sizeof *foresight->predicted);
    for (size_t c = 0; c < n_channels; c++)
        if (!foresight->pruned[c])
            foresight->predicted[c] =
                tail->attempts[c].predicted
                    ? tail->attempts[c].predicted
                    : memory_array((size_t)tail->n_images, sizeof **foresight->predicted);
}

/* What is not known of all its images is forgotten. */
static void keep_predicted(struct foresight *foresight, bool good)
{
    struct tail *tail = foresight->tail;
    for (int c = 0; c < tail->site->n_channels; c++) {
        struct attempt *attempt = &tail->attempts[c];
        uint16_t *predicted = foresight->predicted[c];
        if (!good && predicted != attempt->predicted)
            free(predicted);
        else if (good && predicted)
            *attempt = (struct attempt){tail->serial, predicted};
    }
    free(foresight->predicted);
}

static bool foresee(struct tail *tail, struct walker *walker, const bool *pruned, int tile,
    struct shadow **beside, struct error *err)
{
    int workers = walker_workers(walker);
    size_t n_channels = (size_t)tail->site->n_channels;
    struct foresight foresight = {.tail = tail, .pruned = pruned, .beside = beside};
    tail_make_workers(tail, workers);
    tail_prepare(tail, pruned, -1, false);
    foresight.others = tail_others(tail, pruned, -1);
    foresight.tried = memory_array((size_t)workers, sizeof *foresight.tried);
    for (int w = 0; w < workers; w++) {
        foresight.tried[w] = memory_array(n_channels, sizeof **foresight.tried);
        memcpy(foresight.tried[w], pruned, n_channels * sizeof *pruned);
    }
    prepare_predicted(&foresight);
    bool good = walker_loop(walker, tail->n_images, tile, foresee_tile, &foresight, err);
    keep_predicted(&foresight, good);
    for (int w = 0; w < workers; w++)
        free(foresight.tried[w]);
    free(foresight.tried);
    free(foresight.others);
    return good;
}

bool tail_foresee(struct tail *tail, struct walker *walker, const bool *pruned, struct error *err)
{
    if (!tail->shadow || !tail_keeps_attempts(tail))
        return true;
    int workers = walker_workers(walker), tile = TAIL_CHUNK;
    struct shadow **beside = memory_array((size_t)workers, sizeof(struct shadow *));
    for (int w = 0; w < workers; w++)
        beside[w] = shadow_create_beside(tail->shadow, BESIDE_BYTES, &tile);
    bool good = tile < WALK_TILE || foresee(tail, walker, pruned, tile, beside, err);
    for (int w = 0; w < workers; w++)
        shadow_destroy(beside[w]);
    free(beside);
    return good;
}
