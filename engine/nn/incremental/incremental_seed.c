/* Starts images after an unpruned pass: its sums are the first sums of each image. Leans on
 * nn/forward/capture.h. */
#include "engine/nn/incremental/incremental_bound.h"

#include <float.h>
#include <math.h>

/* The state and the sums that each lane becomes; NULL: none. */
struct seeding {
    const struct batch *group;
    struct image_state *states[BATCH_TILE];
    float *sums[BATCH_TILE]; /* of the stage */
};

static void begin_lane(struct incremental_state *incremental, struct seeding *seeding, int lane,
    const struct site_values *values)
{
    struct image_state *state = incremental_make_state(incremental, seeding->group->first + lane);
    seeding->states[lane] = state;
    if (!state)
        return;
    seeding->sums[lane] = incremental_sums(incremental, state);
    state->count = values->starts[values->pixels];
    state->squares = incremental_bound_squares(values->values, state->count);
    state->steps = 0;
    for (int s = 0; s < incremental->plan->n_stages; s++) {
        const struct sparse_product *first = &incremental->plan->stages[s].terms[0].product;
        state->bounds[s] = (struct error_bound){
            .window_max = incremental_bound_window_max(first, values->starts, values->pixels)};
    }
}

/* Bound and threshold of a lane's sums, which are those of a run from scratch. */
static float begin_stage(
    const struct incremental_state *incremental, struct image_state *state, int s)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const double distances[DELTA_STAGES_MAX] = {0};
    struct error_bound *bound = &state->bounds[s];
    bound->lost =
        incremental->recomputed[s] ? 0 : incremental_bound_sums(incremental, state, s, distances);
    bound->threshold = !stage->relu                 ? INFINITY
                       : incremental->recomputed[s] ? 0
                                                    : INCREMENTAL_THRESHOLD * bound->lost;
    return -(float)bound->threshold;
}

static void capture_sums(
    const struct delta_stage *stage, const float *from, size_t width, float *sums)
{
    for (size_t p = 0; p < stage->positions; p++)
        for (size_t f = 0; f < stage->padded; f++)
            sums[p * stage->padded + f] =
                f < stage->filters ? from[(p * stage->filters + f) * width] : 0;
}

static void seed_stage(const struct incremental_state *incremental, struct seeding *seeding, int s)
{
    const struct batch *group = seeding->group;
    const struct delta_stage *stage = &incremental->plan->stages[s];
    int layer = incremental->recomputed[s] ? stage->values_layer : stage->sums_layer;
    const float *from = batched_pass_tensor(group->pass, layer);
    size_t n = stage->positions * stage->filters;
    float thresholds[BATCH_TILE] = {0};
    struct capture_sums sums;
    for (int lane = 0; lane < group->count; lane++)
        if (seeding->states[lane])
            thresholds[lane] = begin_stage(incremental, seeding->states[lane], s);
    incremental->capture->sum(&sums, from, n, stage->relu, thresholds);
    for (int lane = 0; lane < group->count; lane++) {
        struct image_state *state = seeding->states[lane];
        if (!state)
            continue;
        struct error_bound *bound = &state->bounds[s];
        bound->squares =
            sums.squares[lane] * (1 + incremental_bound_slack((double)n)) + (double)n * FLT_MIN;
        bound->counted = sums.counted[lane];
        if (!isfinite(sums.all[lane]))
            bound->lost = INFINITY;
        if (incremental->recomputed[s])
            continue;
        capture_sums(stage, from + lane, (size_t)group->width, seeding->sums[lane]);
        seeding->sums[lane] += stage->positions * stage->padded;
    }
}

void incremental_seed(struct incremental_state *incremental, const struct batch *group,
    const struct site_values *values)
{
    struct seeding seeding = {.group = group};
    for (int lane = 0; lane < group->count && incremental->can_seed; lane++)
        begin_lane(incremental, &seeding, lane, &values[lane]);
    for (int s = 0; s < incremental->plan->n_stages && incremental->can_seed; s++)
        seed_stage(incremental, &seeding, s);
    for (int lane = 0; lane < group->count; lane++)
        if (seeding.states[lane])
            incremental->stale[group->first + lane] = false;
}
