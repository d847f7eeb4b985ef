#include "engine/prune/evaluate/tail_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>

/* An image that is tried so often is worth keeping all its sums for that while. */
enum { OFTEN = 4 };
/* The sums that a worker keeps: they fit the second cache beside a channel's weights. */
enum { BESIDE_BYTES = 512 << 10 };

/* All channels tried. */
struct foresight {
    struct tail *tail;
    const bool *pruned;
    uint32_t *others;
    struct incremental_state **beside; /* [workers] */
    uint16_t **predicted;              /* [n_channels][n_images] NULL: pruned */
};

/* Whether a channel is to be tried on an image: not since that changed. */
static bool is_due(const struct foresight *foresight, int channel, int image)
{
    const struct tail *tail = foresight->tail;
    return !foresight->pruned[channel] &&
           tail->alive[(size_t)channel * (size_t)tail->n_images + (size_t)image] &&
           !tail_knows(tail, channel, image);
}

/* Whether each image that is tried in a tile is tried often. */
static bool is_often(const struct foresight *foresight, int first, int count)
{
    int all = 0, n = 0;
    for (int i = first; i < first + count; i++) {
        int before = all;
        for (int c = 0; c < foresight->tail->site->n_channels; c++)
            all += is_due(foresight, c, i);
        n += all > before;
    }
    return all >= OFTEN * n;
}

static void foresee_tile(void *context, int first, int count, int worker)
{
    const struct foresight *foresight = context;
    struct tail *tail = foresight->tail;
    struct incremental_state *beside = foresight->beside[worker];
    bool often = is_often(foresight, first, count);
    int images[TAIL_CHUNK];
    for (int i = 0; i < count; i++)
        incremental_forget(beside, i);
    for (int c = 0; c < tail->site->n_channels; c++) {
        struct run run = {.tail = tail,
            .incremental = often ? beside : tail->incremental,
            .first = often ? first : 0,
            .channel = c,
            .others = foresight->others,
            .predicted = foresight->predicted[c]};
        int n = 0;
        for (int i = first; i < first + count; i++)
            if (is_due(foresight, c, i))
                images[n++] = i;
        tail_run_some(&run, tail->workers[worker], images, n);
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

static bool foresee(struct tail *tail, struct batch_runner *runner, const bool *pruned, int tile,
    struct incremental_state **beside, struct error *err)
{
    struct foresight foresight = {.tail = tail, .pruned = pruned, .beside = beside};
    tail_make_workers(tail, batch_runner_workers(runner));
    tail_prepare(tail, pruned, -1, false);
    foresight.others = tail_others(tail, pruned, -1);
    prepare_predicted(&foresight);
    bool good = batch_runner_loop(runner, tail->n_images, tile, foresee_tile, &foresight, err);
    keep_predicted(&foresight, good);
    free(foresight.others);
    return good;
}

bool tail_foresee(
    struct tail *tail, struct batch_runner *runner, const bool *pruned, struct error *err)
{
    if (!tail->incremental || !tail_keeps_attempts(tail))
        return true;
    int workers = batch_runner_workers(runner), tile = TAIL_CHUNK;
    struct incremental_state **beside =
        memory_array((size_t)workers, sizeof(struct incremental_state *));
    for (int w = 0; w < workers; w++)
        beside[w] = incremental_create_beside(tail->incremental, BESIDE_BYTES, &tile);
    bool good = tile < BATCH_TILE || foresee(tail, runner, pruned, tile, beside, err);
    for (int w = 0; w < workers; w++)
        incremental_destroy(beside[w]);
    free(beside);
    return good;
}
