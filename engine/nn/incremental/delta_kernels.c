/* The kernels of delta_update.h, compiled once for each kind of processor like batched_kernels.c.
 */
#include "engine/nn/incremental/delta_stats.h"

#include <float.h>

ALWAYS_INLINE vector larger(vector a, vector b)
{
#if defined __AVX512F__
    return (vector)_mm512_max_ps((__m512)a, (__m512)b);
#else
    vector larger;
    for (int i = 0; i < WIDTH; i++)
        larger[i] = a[i] > b[i] ? a[i] : b[i];
    return larger;
#endif
}

/* changes += listed values times their rows of weights, for some vectors of units. */
ALWAYS_INLINE void add_units(float *changes, const float *weights, size_t step,
    const struct delta_list *list, const int vectors)
{
    vector sums[16];
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++)
        sums[v] = *(const loose *)(changes + v * WIDTH);
    for (uint32_t i = 0, end; i < list->n; i = end) {
        vector run[16];
        end = list->n - i < DELTA_RUN ? list->n : i + DELTA_RUN;
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++)
            run[v] = (vector){0};
        for (; i < end; i++) {
            const vector *row = (const vector *)(weights + list->places[i] * step);
            float value = list->values[i];
            __asm__("" : "+r"(row)); /* one address, not one for each vector */
#pragma GCC unroll 16
            for (int v = 0; v < vectors; v++)
                run[v] += value * row[v];
        }
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++)
            sums[v] += run[v];
    }
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++)
        *(loose *)(changes + v * WIDTH) = sums[v];
}

static void scatter_units(
    float *changes, const float *weights, size_t padded, const struct delta_list *list)
{
    size_t at = 0, vectors = padded / WIDTH;
    for (; vectors - at >= 10; at += 10)
        add_units(changes + at * WIDTH, weights + at * WIDTH, padded, list, 10);
    for (; vectors - at >= 4; at += 4)
        add_units(changes + at * WIDTH, weights + at * WIDTH, padded, list, 4);
    for (; vectors - at >= 1; at++)
        add_units(changes + at * WIDTH, weights + at * WIDTH, padded, list, 1);
}

static void scatter(float *changes, bool *touched, const struct delta_term *term, size_t padded,
    const struct delta_list *list)
{
    const struct window *window = &term->product.window;
    uint32_t channels = (uint32_t)window->channels;
    if (delta_reads_all(term)) {
        scatter_units(changes, term->product.packed, padded, list);
        touched[0] = touched[0] || list->n > 0;
        return;
    }
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t pixel = list->places[i] / channels, channel = list->places[i] % channels;
        float value = list->values[i];
        for (uint32_t t = term->starts[pixel]; t < term->starts[pixel + 1]; t++) {
            struct delta_target target = term->targets[t];
            float *to = changes + target.position * padded;
            const float *from =
                term->product.packed + ((size_t)target.tap * channels + channel) * padded;
            touched[target.position] = true;
            for (size_t f = 0; f < padded; f += WIDTH)
                *(loose *)(to + f) += value * *(const vector *)(from + f);
        }
    }
}

/* `last`: only the sums and values are asked for. */
ALWAYS_INLINE void apply_vector(struct delta_update *update, struct delta_stats *stats, size_t at,
    uint32_t place, const bool relu, const bool last)
{
    vector old = *(const loose *)(update->sums + at), zero = {0};
    vector new = old + *(const vector *)(update->changes + at);
    vector before = relu ? larger(old, zero) : old;
    vector now = relu ? larger(new, zero) : new;
    vector threshold = zero - update->threshold;
    if (update->write_back)
        *(loose *)(update->sums + at) = new;
    *(vector *)(update->changes + at) = zero;
    stats->sums += new *new;
    if (last) {
        *(vector *)(update->values + at) = now;
        return;
    }
    if (update->fresh)
        before = zero;
    delta_stats_values(
        stats, &update->result.list, before, now, old > threshold, new > threshold, place);
}

ALWAYS_INLINE void apply_stage(struct delta_update *update, const bool relu, const bool last)
{
    const struct delta_stage *stage = update->stage;
    struct delta_result *result = &update->result;
    struct delta_stats stats = {.sums = {0}};
    result->list.n = 0;
    for (size_t p = 0; p < stage->positions; p++) {
        if (!update->touched[p])
            continue;
        update->touched[p] = false;
        for (size_t f = 0; f < stage->padded; f += WIDTH)
            apply_vector(update, &stats, p * stage->padded + f, (uint32_t)(p * stage->filters + f),
                relu, last);
    }
    delta_stats_finish(&stats, result);
}

static void apply(struct delta_update *update)
{
    bool relu = update->stage->relu, last = update->values;
    if (last && relu)
        apply_stage(update, true, true);
    else if (last)
        apply_stage(update, false, true);
    else if (relu)
        apply_stage(update, true, false);
    else
        apply_stage(update, false, false);
}

static void compare(struct delta_norms *norms, const float *a, const float *b, size_t n)
{
    vector xx = {0}, yy = {0}, moved = {0};
    size_t at = 0;
    *norms = (struct delta_norms){0};
    for (; at + WIDTH <= n; at += WIDTH) {
        vector x = *(const loose *)(a + at), y = *(const loose *)(b + at), change = x - y;
        xx += x * x;
        yy += y * y;
        moved += change * change;
    }
    for (; at < n; at++) {
        norms->a += a[at] * a[at];
        norms->b += b[at] * b[at];
        norms->difference += (a[at] - b[at]) * (a[at] - b[at]);
    }
    norms->a += delta_stats_total(xx);
    norms->b += delta_stats_total(yy);
    norms->difference += delta_stats_total(moved);
}

extern const struct delta_kernels DELTA_TABLE;
const struct delta_kernels DELTA_TABLE = {
    .unit = FLT_EPSILON / 2,
#if !defined __FMA__ /* else there is one rounding (a test looks) */
    .product = FLT_EPSILON / 2,
#endif
    .scatter = scatter,
    .apply = apply,
    .compare = compare,
};
