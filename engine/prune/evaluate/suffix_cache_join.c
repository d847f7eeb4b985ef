/* What a run gave on each rank, brought together: predictions that changed, and counts. Leans on
 * engine/cluster. */
#include "engine/prune/evaluate/suffix_cache_private.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"

#include <stdlib.h>
#include <string.h>

/* What a rank tells of its images: this, then its predictions, or the places of those that changed
 * and then their classes. */
struct told {
    int32_t touched, products;
    int32_t empty_class; /* -1: not known there */
    int32_t knew_empty;
    int32_t n_changed; /* -1: all of them follow */
};
enum { CHANGE_BYTES = sizeof(uint32_t) + sizeof(uint16_t) };

static size_t told_bytes(const struct told *told, int n)
{
    return sizeof *told + (told->n_changed < 0 ? (size_t)n * sizeof(uint16_t)
                                               : (size_t)told->n_changed * CHANGE_BYTES);
}

static int count_changes(const uint16_t *before, const uint16_t *predicted, int n)
{
    int changed = 0;
    for (int i = 0; i < n; i++)
        changed += before[i] != predicted[i];
    return changed;
}

/* The message of this rank, about its n images; malloc'd. */
static unsigned char *write_told(
    struct told told, const uint16_t *before, const uint16_t *predicted, int n)
{
    int changed = before ? count_changes(before, predicted, n) : n;
    bool few = before && (size_t)changed * CHANGE_BYTES < (size_t)n * sizeof *predicted;
    told.n_changed = few ? changed : -1;
    unsigned char *message = memory_array(told_bytes(&told, n), 1), *at = message + sizeof told;
    memcpy(message, &told, sizeof told);
    if (!few) {
        memcpy(at, predicted, (size_t)n * sizeof *predicted);
        return message;
    }
    unsigned char *classes = at + (size_t)changed * sizeof(uint32_t);
    for (uint32_t i = 0; i < (uint32_t)n; i++) {
        if (before[i] == predicted[i])
            continue;
        memcpy(at, &i, sizeof i);
        memcpy(classes, &predicted[i], sizeof *predicted);
        at += sizeof i;
        classes += sizeof *predicted;
    }
    return message;
}

/* The same on the other side; before and predicted are those of the rank. */
static struct told read_told(
    const unsigned char *message, const uint16_t *before, uint16_t *predicted, int n)
{
    struct told told;
    memcpy(&told, message, sizeof told);
    message += sizeof told;
    if (told.n_changed < 0) {
        memcpy(predicted, message, (size_t)n * sizeof *predicted);
        return told;
    }
    const unsigned char *classes = message + (size_t)told.n_changed * sizeof(uint32_t);
    memcpy(predicted, before, (size_t)n * sizeof *predicted);
    for (int i = 0; i < told.n_changed; i++) {
        uint32_t place;
        memcpy(&place, message + (size_t)i * sizeof place, sizeof place);
        memcpy(&predicted[place], classes + (size_t)i * sizeof *predicted, sizeof *predicted);
    }
    return told;
}

/* Counts of all ranks. One that is alone runs an image without values once, whoever has it. */
struct sums {
    int touched, products, empty_class, ran_empty;
    bool knew_empty;
};

static void add(struct sums *sums, const struct told *told)
{
    sums->touched += told->touched;
    sums->products += told->products;
    sums->empty_class = told->empty_class >= 0 ? told->empty_class : sums->empty_class;
    sums->ran_empty += told->empty_class >= 0 && !told->knew_empty;
    sums->knew_empty = sums->knew_empty || told->knew_empty;
}

int suffix_cache_join(struct suffix_cache *cache, int n, int touched, const uint16_t *before,
    uint16_t *predicted, struct error *err)
{
    const struct cluster_share share = cluster_share(n, BATCH_TILE);
    struct told told = {.touched = touched,
        .products = cache->products,
        .empty_class = atomic_load(&cache->empty_class),
        .knew_empty = cache->knew_empty};
    unsigned char *mine =
        write_told(told, before ? before + share.first : NULL, predicted + share.first, share.n);
    struct cluster_parts parts;
    struct sums sums = {.empty_class = -1};
    memcpy(&told, mine, sizeof told);
    bool good = cluster_gather(mine, told_bytes(&told, share.n), &parts, err);
    free(mine);
    if (!good)
        return -1;
    for (int r = 0; r < cluster_ranks(); r++) {
        const struct cluster_share theirs = cluster_share_of(n, BATCH_TILE, r);
        const struct told heard = read_told(parts.bytes + parts.starts[r],
            before ? before + theirs.first : NULL, predicted + theirs.first, theirs.n);
        add(&sums, &heard);
    }
    cluster_parts_finish(&parts);
    cache->products = sums.products - sums.ran_empty + (sums.ran_empty > 0 && !sums.knew_empty);
    atomic_store(&cache->empty_class, sums.empty_class);
    return sums.touched;
}
