/* A race with a runner for each pair. */
#include "engine/defence/suspects/pairs.h"

#include "engine/base/memory.h"
#include "engine/defence/suspects/class_map.h"
#include "engine/defence/suspects/outlier.h"
#include "engine/defence/suspects/race.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 120, AT_ONCE = 10, BATCH = 16, IMAGES_LEAST = 3 };

/* Images in the order of what the net reads them as, and a runner for each pair. */
struct field {
    float *pixels;
    struct race_class *run;
    int *from; /* [n] of each runner */
    int n;
};

static void line_up(struct field *field, const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images)
{
    size_t values = shape_count(&network->layers[network->input].shape);
    int classes = network->n_classes, at = 0;
    int32_t *read = memory_array((size_t)images->n, sizeof *read);
    class_map_read(network, pool, images->pixels, images->n, NULL, read);
    field->pixels = memory_floats((size_t)images->n * values);
    field->run = memory_array((size_t)(classes * classes), sizeof *field->run);
    field->from = memory_array((size_t)(classes * classes), sizeof *field->from);
    for (int from = 0; from < classes; from++) {
        int first = at;
        for (int i = 0; i < images->n; i++)
            if (read[i] == from)
                memcpy(field->pixels + (size_t)at++ * values, images->pixels + (size_t)i * values,
                    values * sizeof *field->pixels);
        for (int to = 0; to < classes && at - first >= IMAGES_LEAST; to++)
            if (to != from) {
                field->from[field->n] = from;
                field->run[field->n++] = (struct race_class){to, at - first, first};
            }
    }
    free(read);
}

static void show_smallest(
    const struct race *race, const struct field *field, const struct pairs_hooks *hooks, int done)
{
    int best = 0;
    for (int i = 1; i < field->n; i++) {
        const struct inversion_trigger trigger = race_trigger(race, i);
        const struct inversion_trigger other = race_trigger(race, best);
        if (trigger.good > other.good || (trigger.good == other.good && trigger.size < other.size))
            best = i;
    }
    const struct inversion_trigger trigger = race_trigger(race, best);
    hooks->show(hooks->context, &trigger, field->run[best].class, done, STEPS);
}

bool pairs_find(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct inversion_options *options,
    const struct pairs_hooks *hooks, double *mask, struct error *err)
{
    struct inversion_options how = *options;
    struct field field = {0};
    bool good = true;
    how.batch = BATCH;
    for (int i = 0; i < network->n_classes * network->n_classes; i++)
        mask[i] = -1;
    line_up(&field, network, pool, images);
    struct race *race = race_create(network, pool, field.pixels, field.run, field.n, &how);
    for (int step = 0; good && field.n > 0 && step < STEPS; step += AT_ONCE) {
        good = race_run(race, AT_ONCE, hooks->stop, err);
        if (good && hooks->show)
            show_smallest(race, &field, hooks, step + AT_ONCE);
    }
    for (int i = 0; good && i < field.n; i++) {
        const struct inversion_trigger trigger = race_trigger(race, i);
        if (trigger.good)
            mask[field.from[i] * network->n_classes + field.run[i].class] = trigger.size;
    }
    race_destroy(race);
    free(field.pixels);
    free(field.run);
    free(field.from);
    return good;
}

/* Median of the known masks that begin at `from`, or end at `to` (the other is -1), but that of
 * one pair; NAN: fewer than two. */
static double usual(const double *mask, int n, int from, int to, int but)
{
    double *known = memory_array((size_t)n, sizeof *known);
    int count = 0;
    for (int i = 0; i < n; i++) {
        double size = from >= 0 ? mask[from * n + i] : mask[i * n + to];
        if (size > 0 && i != but)
            known[count++] = size;
    }
    double median = count >= 2 ? outlier_scale_of(known, count).median : NAN;
    free(known);
    return median;
}

double pairs_ease(const double *mask, int n_classes, int to)
{
    double *ease = memory_array((size_t)n_classes, sizeof *ease);
    int n = 0;
    for (int from = 0; from < n_classes; from++) {
        double size = mask[from * n_classes + to];
        double elsewhere = usual(mask, n_classes, from, -1, to);
        if (size > 0 && elsewhere > 0)
            ease[n++] = size / elsewhere;
    }
    double median = n >= IMAGES_LEAST ? outlier_scale_of(ease, n).median : NAN;
    free(ease);
    return median;
}

struct pair pairs_smallest_step(const double *mask, int n_classes)
{
    struct pair best = {-1, -1, -1, INFINITY};
    for (int from = 0; from < n_classes; from++)
        for (int to = 0; to < n_classes; to++) {
            double size = mask[from * n_classes + to], back = mask[to * n_classes + from];
            double of_from = usual(mask, n_classes, from, -1, to);
            double of_to = usual(mask, n_classes, -1, to, from);
            if (from == to || !(size > 0) || !(back > 0) || !(of_from > 0) || !(of_to > 0))
                continue;
            double step = fmax(size / back, fmax(size / of_from, size / of_to));
            if (step < best.step)
                best = (struct pair){from, to, size, step};
        }
    return best;
}
