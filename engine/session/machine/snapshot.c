/* References of snapshots and small questions that they answer. */
#include "engine/session/machine/snapshot_private.h"

#include "engine/base/refcount.h"
#include "engine/measures/number.h"

#include <stdlib.h>

static void finish(void *object)
{
    struct held *held = object;
    for (int b = 0; b < held->snapshot.n_branches; b++) {
        for (int r = 0; r < held->branches[b].n_rounds; r++)
            refcount_unref(held->rounds[b][r]);
        free(held->rounds[b]);
        refcount_unref(held->orders[b]);
    }
    free(held->rounds);
    free(held->orders);
    free(held->branches);
    free(held->sites);
    free(held->what_if);
    refcount_unref(held->inspection);
    for (int set = 0; set < N_SETS; set++)
        refcount_unref(held->explanation[set]);
    refcount_unref(held->scatter);
    refcount_unref(held->detection);
    refcount_unref(held->suspects);
    refcount_unref(held->forming);
    refcount_unref(held->compared);
    free(held->criteria);
    free(held->repairs);
    free(held->thresholds);
    free(held->messages);
    refcount_unref(held->activations);
    refcount_unref(held->description);
}

struct held *snapshot_create(void)
{
    return refcount_create(sizeof(struct held), finish);
}

void snapshot_ref(const struct snapshot *snapshot)
{
    refcount_ref(snapshot);
}

void snapshot_unref(const struct snapshot *snapshot)
{
    refcount_unref(snapshot);
}

double snapshot_clean_accuracy(const struct snapshot *snapshot, int round)
{
    return number_percent(snapshot->rounds[round]->clean_correct, snapshot->n_images[SET_CLEAN]);
}

double snapshot_asr(const struct snapshot *snapshot, int round)
{
    return number_percent(snapshot->rounds[round]->attack_hits, snapshot->of.attack);
}

int snapshot_pruned_in(const struct snapshot *snapshot, int round, int channel)
{
    for (int r = 1; r <= round; r++)
        if (snapshot->rounds[r]->channel == channel)
            return r;
    return 0;
}

int snapshot_next_channel(const struct snapshot *snapshot)
{
    for (int i = 0; i < snapshot->n_ranking; i++)
        if (!snapshot_pruned_in(snapshot, snapshot->position, snapshot->ranking[i]))
            return snapshot->ranking[i];
    return -1;
}

void snapshot_image(const struct snapshot *snapshot, enum image_set set, int index, uint8_t *rgb)
{
    const struct held *held = (const struct held *)snapshot;
    dataset_show(held->description->sets[set], index, rgb);
}
