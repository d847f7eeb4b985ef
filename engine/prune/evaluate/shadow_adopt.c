#include "engine/prune/evaluate/shadow_private.h"

#include <float.h>
#include <math.h>

/* What of each lane becomes a trace; NULL: nothing. */
struct adoption {
    const struct batch *group;
    struct trace *traces[BATCH_TILE];
    float *sums[BATCH_TILE]; /* of the stage */
};

static void begin_lane(
    struct shadow *shadow, struct adoption *adoption, int lane, const struct delta_values *values)
{
    struct trace *trace = shadow_make_trace(shadow, adoption->group->first + lane);
    adoption->traces[lane] = trace;
    if (!trace)
        return;
    adoption->sums[lane] = shadow_sums(shadow, trace);
    trace->count = values->starts[values->pixels];
    trace->squares = shadow_bound_squares(values->values, trace->count);
    trace->moves = 0;
    for (int s = 0; s < shadow->plan->n_stages; s++) {
        const struct sparse_product *first = &shadow->plan->stages[s].terms[0].product;
        trace->marks[s] =
            (struct mark){.most = shadow_bound_most(first, values->starts, values->pixels)};
    }
}

/* What is lost of a lane's sums, which are those of a run from scratch, and its threshold. */
static float begin_stage(const struct shadow *shadow, struct trace *trace, int s)
{
    const struct delta_stage *stage = &shadow->plan->stages[s];
    const double away[DELTA_STAGES_MAX] = {0};
    struct mark *mark = &trace->marks[s];
    mark->lost = shadow->anew[s] ? 0 : shadow_bound_sums(shadow, trace, s, away);
    mark->threshold = !stage->relu ? INFINITY : shadow->anew[s] ? 0 : SHADOW_THRESHOLD * mark->lost;
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

static void adopt_stage(const struct shadow *shadow, struct adoption *adoption, int s)
{
    const struct batch *group = adoption->group;
    const struct delta_stage *stage = &shadow->plan->stages[s];
    int layer = shadow->anew[s] ? stage->values_layer : stage->sums_layer;
    const float *from = batched_pass_tensor(group->pass, layer);
    size_t n = stage->positions * stage->filters;
    float thresholds[BATCH_TILE] = {0};
    struct capture_sums sums;
    for (int lane = 0; lane < group->count; lane++)
        if (adoption->traces[lane])
            thresholds[lane] = begin_stage(shadow, adoption->traces[lane], s);
    shadow->capture->sum(&sums, from, n, stage->relu, thresholds);
    for (int lane = 0; lane < group->count; lane++) {
        struct trace *trace = adoption->traces[lane];
        if (!trace)
            continue;
        struct mark *mark = &trace->marks[s];
        mark->squares =
            sums.squares[lane] * (1 + shadow_bound_slack((double)n)) + (double)n * FLT_MIN;
        mark->counted = sums.counted[lane];
        if (!isfinite(sums.all[lane]))
            mark->lost = INFINITY;
        if (shadow->anew[s])
            continue;
        capture_sums(stage, from + lane, (size_t)group->width, adoption->sums[lane]);
        adoption->sums[lane] += stage->positions * stage->padded;
    }
}

void shadow_adopt(
    struct shadow *shadow, const struct batch *group, const struct delta_values *values)
{
    struct adoption adoption = {.group = group};
    for (int lane = 0; lane < group->count && shadow->adopts; lane++)
        begin_lane(shadow, &adoption, lane, &values[lane]);
    for (int s = 0; s < shadow->plan->n_stages && shadow->adopts; s++)
        adopt_stage(shadow, &adoption, s);
    for (int lane = 0; lane < group->count; lane++)
        if (adoption.traces[lane])
            shadow->stale[group->first + lane] = false;
}
