/* What is kept of each image: the sums of its stages, and their error bounds. Leans on delta.h and
 * base/arena.h. */
#include "engine/nn/incremental/incremental_private.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

size_t incremental_head_bytes(const struct incremental_state *incremental)
{
    size_t n = (size_t)incremental->plan->n_stages;
    size_t size = sizeof(struct image_state) + n * sizeof(struct error_bound);
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t state_bytes(const struct incremental_state *incremental)
{
    return incremental_head_bytes(incremental) + incremental->n_sums * sizeof(float);
}

float *incremental_sums(const struct incremental_state *incremental, struct image_state *state)
{
    return (float *)(void *)((char *)state + incremental_head_bytes(incremental));
}

/* Fills in sizes and tables, given the plan and which of its stages are recomputed. */
static void init(struct incremental_state *incremental, int n_images)
{
    incremental->images = memory_array((size_t)n_images, sizeof *incremental->images);
    incremental->stale = memory_array((size_t)n_images, sizeof *incremental->stale);
    memset(incremental->stale, true, (size_t)n_images * sizeof *incremental->stale);
    incremental->can_seed = true;
    incremental->n_values = incremental->n_sums = 0;
    for (int s = 0; s < incremental->plan->n_stages; s++) {
        const struct delta_stage *stage = &incremental->plan->stages[s];
        incremental->n_values += stage->positions * stage->padded;
        incremental->n_sums += incremental->recomputed[s] ? 0 : stage->positions * stage->padded;
        incremental->can_seed =
            incremental->can_seed && (incremental->recomputed[s] || stage->sums_layer >= 0);
    }
}

struct incremental_state *incremental_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int to, int n_images,
    struct memory_budget *budget)
{
    struct delta_plan *plan = delta_plan_create(network, batched, behind, site, to);
    if (!plan)
        return NULL;
    struct incremental_state *incremental = memory_array(1, sizeof *incremental);
    incremental->plan = plan;
    incremental->owns_plan = true;
    incremental->capture = batched->capture;
    const struct shape *shape = &network->layers[site].shape;
    incremental->n_site = shape_count(shape);
    incremental->pixels = incremental->n_site / (size_t)shape_channels(shape);
    incremental->columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1;
    for (int s = 0; s < plan->n_stages; s++)
        incremental->recomputed[s] = plan->stages[s].recomputed;
    init(incremental, n_images);
    incremental->arena =
        arena_create_share(budget, (size_t)n_images * (state_bytes(incremental) + ALIGNMENT));
    if (incremental->arena)
        return incremental;
    incremental_destroy(incremental);
    return NULL;
}

struct incremental_state *incremental_create_tile(
    const struct incremental_state *whole, size_t bytes, int *n_images)
{
    struct incremental_state *incremental = memory_array(1, sizeof *incremental);
    *incremental = *whole;
    incremental->owns_plan = false;
    memset(incremental->recomputed, 0, sizeof incremental->recomputed);
    init(incremental, *n_images);
    size_t each = state_bytes(incremental) + ALIGNMENT;
    if (bytes / each < (size_t)*n_images)
        *n_images = (int)(bytes / each);
    struct memory_budget *own = memory_budget_create(2 * bytes, NULL);
    incremental->arena = arena_create(own);
    memory_budget_unref(own);
    return incremental;
}

void incremental_destroy(struct incremental_state *incremental)
{
    if (!incremental)
        return;
    if (incremental->owns_plan)
        delta_plan_destroy(incremental->plan);
    arena_destroy(incremental->arena);
    free(incremental->images);
    free(incremental->stale);
    free(incremental);
}

struct image_state *incremental_make_state(struct incremental_state *incremental, int image)
{
    struct error err;
    struct image_state **state = &incremental->images[image];
    if (!*state) {
        char *block = arena_take(incremental->arena, state_bytes(incremental) + ALIGNMENT, &err);
        if (block)
            *state = (struct image_state *)(void *)(block + (-(uintptr_t)block & (ALIGNMENT - 1)));
    }
    return *state;
}

bool incremental_is_stale(const struct incremental_state *incremental, int image)
{
    return incremental->stale[image];
}

void incremental_forget(struct incremental_state *incremental, int image)
{
    incremental->stale[image] = true;
}

/* After so many steps the bound of a start is clearly smaller. */
enum { STEPS_MAX = 12 };

void incremental_refresh(struct incremental_state *incremental, int image)
{
    const struct image_state *state = incremental->images[image];
    incremental->stale[image] = incremental->stale[image] || !state || state->steps >= STEPS_MAX;
}

void incremental_prefetch(const struct incremental_state *incremental, int image)
{
    const char *state = (const char *)incremental->images[image];
    for (size_t at = 0; state && at < state_bytes(incremental); at += ALIGNMENT)
        __builtin_prefetch(state + at, 0, 2);
}
