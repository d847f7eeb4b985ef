#include "engine/prune/evaluate/incremental_private.h"

#include <float.h>
#include <math.h>

/* What of each lane becomes a trace; NULL: nothing. */
struct adoption {
    const struct batch *group;
    struct image_state *traces[BATCH_TILE];
    float *sums[BATCH_TILE]; /* of the stage */
};

static void begin_lane(struct incremental_state *incremental, struct adoption *adoption, int lane,
    const struct delta_values *values)
{
    struct image_state *trace = incremental_make_state(incremental, adoption->group->first + lane);
    adoption->traces[lane] = trace;
    if (!trace)
        return;
    adoption->sums[lane] = incremental_sums(incremental, trace);
    trace->count = values->starts[values->pixels];
    trace->squares = incremental_bound_squares(values->values, trace->count);
    trace->moves = 0;
    for (int s = 0; s < incremental->plan->n_stages; s++) {
        const struct sparse_product *first = &incremental->plan->stages[s].terms[0].product;
        trace->marks[s] = (struct error_bound){
            .most = incremental_bound_most(first, values->starts, values->pixels)};
    }
}

/* What is lost of a lane's sums, which are those of a run from scratch, and its threshold. */
static float begin_stage(
    const struct incremental_state *incremental, struct image_state *trace, int s)
{
    const struct delta_stage *stage = &incremental->plan->stages[s];
    const double away[DELTA_STAGES_MAX] = {0};
    struct error_bound *mark = &trace->marks[s];
    mark->lost = incremental->anew[s] ? 0 : incremental_bound_sums(incremental, trace, s, away);
    mark->threshold = !stage->relu           ? INFINITY
                      : incremental->anew[s] ? 0
                                             : INCREMENTAL_THRESHOLD * mark->lost;
    return -(float)mark->threshold;
}

static void capture_sums(
    const struct delta_stage *stage, const float *from, size_t width, float *sums)
{
    for (size_t p = 0; p < stage->positions; p++)
        for (size_t f = 0; f < stage->padded; f++)
            sums[p * stage->padded + f] =
                f < stage->filters ? from[(p * stage->filters + f) * width] : 0;
}

static void adopt_stage(
    const struct incremental_state *incremental, struct adoption *adoption, int s)
{
    const struct batch *group = adoption->group;
    const struct delta_stage *stage = &incremental->plan->stages[s];
    int layer = incremental->anew[s] ? stage->values_layer : stage->sums_layer;
    const float *from = batched_pass_tensor(group->pass, layer);
    size_t n = stage->positions * stage->filters;
    float thresholds[BATCH_TILE] = {0};
    struct capture_sums sums;
    for (int lane = 0; lane < group->count; lane++)
        if (adoption->traces[lane])
            thresholds[lane] = begin_stage(incremental, adoption->traces[lane], s);
    incremental->capture->sum(&sums, from, n, stage->relu, thresholds);
    for (int lane = 0; lane < group->count; lane++) {
        struct image_state *trace = adoption->traces[lane];
        if (!trace)
            continue;
        struct error_bound *mark = &trace->marks[s];
        mark->squares =
            sums.squares[lane] * (1 + incremental_bound_slack((double)n)) + (double)n * FLT_MIN;
        mark->counted = sums.counted[lane];
        if (!isfinite(sums.all[lane]))
            mark->lost = INFINITY;
        if (incremental->anew[s])
            continue;
        capture_sums(stage, from + lane, (size_t)group->width, adoption->sums[lane]);
        adoption->sums[lane] += stage->positions * stage->padded;
    }
}

void incremental_seed(struct incremental_state *incremental, const struct batch *group,
    const struct delta_values *values)
{
    struct adoption adoption = {.group = group};
    for (int lane = 0; lane < group->count && incremental->adopts; lane++)
        begin_lane(incremental, &adoption, lane, &values[lane]);
    for (int s = 0; s < incremental->plan->n_stages && incremental->adopts; s++)
        adopt_stage(incremental, &adoption, s);
    for (int lane = 0; lane < group->count; lane++)
        if (adoption.traces[lane])
            incremental->stale[group->first + lane] = false;
}
