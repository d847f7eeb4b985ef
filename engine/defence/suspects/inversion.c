/* Mask and pattern by Adam. Leans on trigger_pass.h for gradients. */
#include "engine/defence/suspects/inversion.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/defence/suspects/trigger_pass.h"
#include "engine/train/adam.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The weight of the mask changes after so many steps on one side; up by GROW, down by its power of
 * 1.5 (the numbers of Neural Cleanse's code: 5, 1.5 to 2). */
enum { PATIENCE = 5 };
static const double GROW = 1.5, SHRINK = 1.0 / 1.8371173;

struct inversion {
    struct trigger_passes *passes;
    bool owns_passes;
    struct inversion_images images;
    struct inversion_options options;
    size_t places, channels, values; /* of an image: values = places * channels */
    float *u, *v;                    /* [places], [values]: before the logistic */
    float *mask, *pattern;           /* as they stand */
    float *cover;                    /* [values] the mask, once for each channel */
    float *moments;                  /* of Adam, [2][places + values] */
    float *best, *best_pattern;
    double best_size, best_hits, hits, weight;
    bool found;
    int steps, above, below; /* steps in a row with enough hits, with too few */
    struct random random;
    int *batch; /* [options.batch] images of this step */
};

struct inversion_options inversion_defaults(float low, float high)
{
    return (struct inversion_options){.low = low,
        .high = high,
        .batch = 32,
        .rate = 0.1,
        .hits = 0.99,
        .keep = 0.9,
        .weight = 1e-3,
        .seed = 1};
}

static float logistic(float x)
{
    return 1 / (1 + expf(-x));
}

static void update_trigger(struct inversion *inversion)
{
    float low = inversion->options.low, range = inversion->options.high - low;
    for (size_t i = 0; i < inversion->places; i++)
        inversion->mask[i] = logistic(inversion->u[i]);
    for (size_t i = 0, k = 0; i < inversion->places; i++)
        for (size_t c = 0; c < inversion->channels; c++)
            inversion->cover[k++] = inversion->mask[i];
    for (size_t i = 0; i < inversion->values; i++)
        inversion->pattern[i] = low + range * logistic(inversion->v[i]);
}

static void allocate(struct inversion *inversion)
{
    inversion->u = memory_floats(inversion->places);
    inversion->v = memory_floats(inversion->values);
    inversion->mask = memory_floats(inversion->places);
    inversion->cover = memory_floats(inversion->values);
    inversion->pattern = memory_floats(inversion->values);
    inversion->best = memory_floats(inversion->places);
    inversion->best_pattern = memory_floats(inversion->values);
    inversion->moments = memory_floats(2 * (inversion->places + inversion->values));
    inversion->batch = memory_array((size_t)inversion->options.batch, sizeof *inversion->batch);
}

struct inversion *inversion_create_sharing(struct trigger_passes *passes,
    const struct inversion_images *images, const struct inversion_options *options)
{
    struct inversion *inversion = memory_array(1, sizeof *inversion);
    const struct network *network = trigger_passes_network(passes);
    const struct shape shape = shape_as_image(&network->layers[network->input].shape);
    inversion->passes = passes;
    inversion->images = *images;
    inversion->options = *options;
    inversion->channels = (size_t)shape.dim[2];
    inversion->values = shape_count(&shape);
    inversion->places = inversion->values / inversion->channels;
    inversion->weight = options->weight;
    allocate(inversion);
    random_init(&inversion->random, options->seed, 0);
    for (size_t i = 0; i < inversion->places; i++)
        inversion->u[i] = (float)random_range(&inversion->random, -1, 1);
    for (size_t i = 0; i < inversion->values; i++)
        inversion->v[i] = (float)random_range(&inversion->random, -1, 1);
    memset(inversion->moments, 0,
        2 * (inversion->places + inversion->values) * sizeof *inversion->moments);
    update_trigger(inversion);
    return inversion;
}

struct inversion *inversion_create(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct inversion_options *options)
{
    struct inversion *inversion = inversion_create_sharing(
        trigger_passes_create(network, pool, options->batch, false), images, options);
    inversion->owns_passes = true;
    return inversion;
}

void inversion_destroy(struct inversion *inversion)
{
    if (!inversion)
        return;
    if (inversion->owns_passes)
        trigger_passes_destroy(inversion->passes);
    free(inversion->u);
    free(inversion->v);
    free(inversion->mask);
    free(inversion->cover);
    free(inversion->pattern);
    free(inversion->best);
    free(inversion->best_pattern);
    free(inversion->moments);
    free(inversion->batch);
    free(inversion);
}

static void descend(struct inversion *inversion, const struct trigger_gradients *found)
{
    float range = inversion->options.high - inversion->options.low;
    float *first = inversion->moments, *second = first + inversion->places + inversion->values;
    /* moments as Neural Cleanse has them */
    const struct adam adam = adam_at(inversion->options.rate, 0.5, 0.9, 1e-8, inversion->steps);
    for (size_t i = 0, k = 0; i < inversion->places; i++) {
        float m = inversion->mask[i], gradient = (float)inversion->weight;
        for (size_t c = 0; c < inversion->channels; c++)
            gradient += found->mask[k++];
        inversion->u[i] -= adam_move(&adam, gradient * m * (1 - m), first++, second++);
    }
    for (size_t i = 0; i < inversion->values; i++) {
        float p = (inversion->pattern[i] - inversion->options.low) / range;
        float gradient = found->pattern[i] * range * p * (1 - p);
        inversion->v[i] -= adam_move(&adam, gradient, first++, second++);
    }
}

static double mask_size(const struct inversion *inversion)
{
    double size = 0;
    for (size_t i = 0; i < inversion->places; i++)
        size += (double)inversion->mask[i];
    return size;
}

/* The mask that this step tried, where it is the smallest so far that hits enough. */
static void keep_best(struct inversion *inversion)
{
    double size = mask_size(inversion);
    if (inversion->hits < inversion->options.hits ||
        (inversion->found && size >= inversion->best_size))
        return;
    inversion->found = true;
    inversion->best_size = size;
    inversion->best_hits = inversion->hits;
    memcpy(inversion->best, inversion->mask, inversion->places * sizeof *inversion->best);
    memcpy(inversion->best_pattern, inversion->pattern,
        inversion->values * sizeof *inversion->best_pattern);
}

static void adjust_weight(struct inversion *inversion)
{
    bool enough = inversion->hits >= inversion->options.hits;
    inversion->above = enough ? inversion->above + 1 : 0;
    inversion->below = enough ? 0 : inversion->below + 1;
    if (inversion->above == PATIENCE || inversion->below == PATIENCE) {
        inversion->weight *= enough ? GROW : SHRINK;
        inversion->above = inversion->below = 0;
    }
}

static struct trigger_batch next_batch(struct inversion *inversion)
{
    int n = inversion->options.batch;
    for (int i = 0; i < n; i++)
        inversion->batch[i] = (int)random_below(&inversion->random, (uint32_t)inversion->images.n);
    return (struct trigger_batch){
        &inversion->images, inversion->batch, n, inversion->cover, inversion->pattern};
}

/* found: NULL where there is none, and err says why. */
static bool take_step(
    struct inversion *inversion, const struct trigger_gradients *found, struct error *err)
{
    if (!found)
        return false;
    if (!isfinite(found->loss))
        return fail_as(err, ERROR_FAILED, "the search for a trigger diverged at step %d",
            inversion->steps + 1);
    double share = (double)found->hits / inversion->options.batch;
    double keep = inversion->options.keep;
    inversion->hits = keep * inversion->hits + (1 - keep) * share;
    inversion->steps++;
    keep_best(inversion);
    adjust_weight(inversion);
    descend(inversion, found);
    update_trigger(inversion);
    return true;
}

bool inversion_step(struct inversion *inversion, struct error *err)
{
    const struct trigger_batch batch = next_batch(inversion);
    return take_step(inversion, trigger_passes_run(inversion->passes, &batch, err), err);
}

bool inversion_step_alone(struct inversion *inversion, int worker, struct error *err)
{
    const struct trigger_batch batch = next_batch(inversion);
    return take_step(inversion, trigger_passes_run_alone(inversion->passes, &batch, worker), err);
}

int inversion_steps(const struct inversion *inversion)
{
    return inversion->steps;
}

void inversion_renew(struct inversion *inversion)
{
    inversion->found = false;
    inversion->hits = 0;
    inversion->above = inversion->below = 0;
    trigger_passes_refresh(inversion->passes);
}

struct inversion_trigger inversion_trigger(const struct inversion *inversion)
{
    if (inversion->found)
        return (struct inversion_trigger){inversion->best, inversion->best_pattern,
            inversion->best_size, inversion->best_hits, true};
    return (struct inversion_trigger){
        inversion->mask, inversion->pattern, mask_size(inversion), inversion->hits, false};
}

void inversion_stamp(const struct shape *shape, const struct inversion_trigger *trigger, int down,
    int right, const float *image, float *out)
{
    const struct shape image_shape = shape_as_image(shape);
    int height = image_shape.dim[0], width = image_shape.dim[1], channels = image_shape.dim[2];
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int from_y = y - down, from_x = x - right;
            bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
            size_t from = inside ? (size_t)(from_y * width + from_x) : 0;
            size_t to = (size_t)(y * width + x);
            float m = inside ? trigger->mask[from] : 0;
            for (int c = 0; c < channels; c++) {
                float old = image[to * (size_t)channels + (size_t)c];
                float new = trigger->pattern[from * (size_t)channels + (size_t)c];
                out[to * (size_t)channels + (size_t)c] = old + m * (new - old);
            }
        }
}
