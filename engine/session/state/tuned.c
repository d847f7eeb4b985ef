/* Weights that differ from those of the net as it came, one block for each weight of a layer. */
#include "engine/session/state/tuned.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

/* Fewer bytes are not worth a slab of the budget. */
enum { FEW_BYTES = 256 << 10 };

struct block {
    const float *values;       /* NULL: as in the net as it came */
    const struct tuned *owner; /* counted: whose values these are; NULL: its own */
};

struct tuned {
    bool all;             /* learnt from held-out images too */
    int n;                /* weights of all layers */
    struct block *blocks; /* [n] */
    size_t own;           /* bytes of its own values */
    float *values;        /* all of them, one behind the other; or NULL */
    struct arena *arena;  /* or in there; or NULL */
};

static void finish(void *object)
{
    struct tuned *tuned = object;
    for (int i = 0; i < tuned->n; i++)
        refcount_unref(tuned->blocks[i].owner);
    free(tuned->blocks);
    free(tuned->values);
    arena_destroy(tuned->arena);
}

static bool same(const float *a, const float *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

/* The weight of each block in turn: layer by layer. */
struct walk {
    int layer, weight, block;
};

static bool next_weight(const struct network *network, struct walk *walk)
{
    walk->block++;
    walk->weight++;
    while (
        walk->layer < network->n_layers && walk->weight >= network->layers[walk->layer].n_weights) {
        walk->layer++;
        walk->weight = 0;
    }
    return walk->layer < network->n_layers;
}

static const struct walk first_weight = {0, -1, -1};

static const struct weight *weight_at(const struct network *network, const struct walk *walk)
{
    return &network->layers[walk->layer].weights[walk->weight];
}

/* Shares what it can; the blocks left without values, though they differ, are `own` floats. */
static size_t share(struct tuned *tuned, const struct network *original,
    const struct network *network, const struct tuned *before, bool *differs)
{
    size_t own = 0;
    for (struct walk walk = first_weight; next_weight(network, &walk);) {
        const struct weight *weight = weight_at(network, &walk);
        const struct block *old = before ? &before->blocks[walk.block] : NULL;
        struct block *block = &tuned->blocks[walk.block];
        bool changed = !same(weight->data, weight_at(original, &walk)->data, weight->count);
        bool known =
            changed && old && old->values && same(weight->data, old->values, weight->count);
        differs[walk.block] = changed && !known;
        if (known)
            *block = (struct block){old->values, refcount_ref(old->owner ? old->owner : before)};
        else if (changed)
            own += weight->count;
    }
    return own;
}

static float *take(struct tuned *tuned, size_t n, struct memory_budget *budget, struct error *err)
{
    tuned->own = n * sizeof(float);
    if (tuned->own < FEW_BYTES)
        return tuned->values = memory_floats(n);
    tuned->arena = arena_create(budget);
    return arena_take(tuned->arena, tuned->own, err);
}

const struct tuned *tuned_create(const struct network *original, const struct network *network,
    const struct tuned *before, bool all, struct memory_budget *budget, struct error *err)
{
    struct tuned *tuned = refcount_create(sizeof *tuned, finish);
    tuned->all = all || tuned_learnt_all(before);
    for (struct walk walk = first_weight; next_weight(network, &walk);)
        tuned->n = walk.block + 1;
    tuned->blocks = memory_array((size_t)tuned->n, sizeof *tuned->blocks);
    bool *differs = memory_array((size_t)tuned->n, sizeof *differs);
    size_t own = share(tuned, original, network, before, differs);
    float *values = take(tuned, own, budget, err);
    if (!values) {
        refcount_unref(tuned);
        tuned = NULL;
    }
    for (struct walk walk = first_weight; tuned && next_weight(network, &walk);) {
        const struct weight *weight = weight_at(network, &walk);
        if (!differs[walk.block])
            continue;
        memcpy(values, weight->data, weight->count * sizeof *values);
        tuned->blocks[walk.block].values = values;
        values += weight->count;
    }
    free(differs);
    tuned_rest(tuned);
    return tuned;
}

void tuned_apply(const struct tuned *tuned, const struct network *original, struct network *network)
{
    for (struct walk walk = first_weight; next_weight(network, &walk);) {
        const struct weight *weight = weight_at(network, &walk);
        const float *values = tuned ? tuned->blocks[walk.block].values : NULL;
        memcpy(weight->data, values ? values : weight_at(original, &walk)->data,
            weight->count * sizeof *values);
    }
    tuned_rest(tuned);
}

bool tuned_learnt_all(const struct tuned *tuned)
{
    return tuned && tuned->all;
}

size_t tuned_own_bytes(const struct tuned *tuned)
{
    return tuned->own;
}

void tuned_rest(const struct tuned *tuned)
{
    if (tuned && tuned->arena)
        arena_rest(tuned->arena);
}
