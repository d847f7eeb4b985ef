#include "engine/prune/evaluate/tail_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static void run_images(void *context, int first, int count, int worker)
{
    struct run *run = context;
    tail_run_some(run, run->tail->workers[worker], run->images + first, count);
}

void tail_make_workers(struct tail *tail, int workers)
{
    if (!tail->workers)
        tail->workers = memory_array((size_t)workers, sizeof(struct tail_worker *));
    for (; tail->n_workers < workers; tail->n_workers++)
        tail->workers[tail->n_workers] = tail_worker_create(tail);
}

/* The images in which a channel is not silent are not what they were. */
static void note_change(struct tail *tail, int channel, bool forget)
{
    const uint8_t *alive = tail->alive + (size_t)channel * (size_t)tail->n_images;
    tail->serial++;
    for (int i = 0; i < tail->n_images; i++) {
        if (!alive[i])
            continue;
        tail->changed[i] = tail->serial;
        if (forget && tail->incremental)
            incremental_forget(tail->incremental, i);
    }
}

int tail_prepare(struct tail *tail, const bool *pruned, int channel, bool keep)
{
    int follow = keep ? -1 : channel;
    for (int c = 0; c < tail->site->n_channels; c++) {
        bool wanted = pruned[c] && (keep || c != channel);
        bool expected = c == channel && !tail->followed[c];
        if (tail->followed[c] != wanted)
            note_change(tail, c, !expected);
        if (expected)
            follow = c;
        tail->followed[c] = wanted;
    }
    return follow;
}

uint32_t *tail_others(const struct tail *tail, const bool *pruned, int channel)
{
    size_t words = (size_t)tail->site->n_channels / 32 + 512 / 32;
    uint32_t *others = memory_array(words, sizeof *others);
    for (int c = 0; c < tail->site->n_channels; c++)
        others[c / 32] |= (uint32_t)(pruned[c] && c != channel) << c % 32;
    return others;
}

/* Several images for each worker and each part, so that all have some. */
static int chunk_of(int touched, int workers)
{
    int part = touched / (4 * workers);
    return part < BATCH_TILE ? BATCH_TILE : part > TAIL_CHUNK ? TAIL_CHUNK : part;
}

/* Lists the images to be run: where the channel is not silent, but for those that have not changed
 * since it was tried last. The predictions of others are as before, or as then. */
static int list_images(const struct tail *tail, int channel, bool keep, const uint16_t *before,
    uint16_t *predicted, int *images)
{
    size_t n = (size_t)tail->n_images;
    const uint8_t *alive = channel < 0 ? NULL : tail->alive + (size_t)channel * n;
    int touched = 0;
    if (alive)
        memcpy(predicted, before, n * sizeof *predicted);
    for (int i = 0; i < tail->n_images; i++) {
        if (alive && !alive[i])
            continue;
        if (channel >= 0 && !keep && tail_knows(tail, channel, i))
            predicted[i] = tail->attempts[channel].predicted[i];
        else
            images[touched++] = i;
    }
    return touched;
}

bool tail_keeps_attempts(const struct tail *tail)
{
    size_t bytes = (size_t)tail->site->n_channels * (size_t)tail->n_images * sizeof(uint16_t);
    return bytes <= TAIL_ATTEMPTS_BYTES;
}

static void keep_attempt(struct tail *tail, int channel, const uint16_t *predicted)
{
    struct attempt *attempt = &tail->attempts[channel];
    size_t n = (size_t)tail->n_images;
    if (!tail_keeps_attempts(tail))
        return;
    if (!attempt->predicted)
        attempt->predicted = memory_array(n, sizeof *predicted);
    memcpy(attempt->predicted, predicted, n * sizeof *predicted);
    attempt->serial = tail->serial;
}

int tail_run(struct tail *tail, struct batch_runner *runner, const bool *pruned, int channel,
    bool keep, const uint16_t *before, uint16_t *predicted, struct error *err)
{
    int *images = memory_array((size_t)tail->n_images, sizeof *images);
    tail_make_workers(tail, batch_runner_workers(runner));
    struct run run = {.tail = tail,
        .incremental = tail->incremental,
        .images = images,
        .channel = tail_prepare(tail, pruned, channel, keep),
        .keep = keep,
        .predicted = predicted};
    run.others = tail_others(tail, pruned, run.channel);
    int touched = list_images(tail, channel, keep, before, predicted, images);
    int chunk = chunk_of(touched, batch_runner_workers(runner));
    bool good = batch_runner_loop(runner, touched, chunk, run_images, &run, err);
    for (int i = 0; i < touched && tail->incremental && !good; i++)
        incremental_forget(tail->incremental, images[i]); /* some have followed, some have not */
    if (good && channel >= 0 && !keep)
        keep_attempt(tail, channel, predicted);
    tail->products = atomic_load(&run.products);
    free(run.others);
    free(images);
    return good ? touched : -1;
}
