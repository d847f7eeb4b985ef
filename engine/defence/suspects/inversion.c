/* Mask and pattern by Adam. Leans on the backward pass for the gradient of the input. */
#include "engine/defence/suspects/inversion.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/adam.h"
#include "engine/train/backward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A batch is cut into parts whose gradients are added in order, whoever computes them. */
enum { PARTS = 8 };
/* The weight of the mask changes after so many steps on one side; up by GROW, down by its power of
 * 1.5 (the numbers of Neural Cleanse's code: 5, 1.5 to 2). */
enum { PATIENCE = 5 };
static const double GROW = 1.5, SHRINK = 1.0 / 1.8371173;
static const double KEEP = 0.9; /* of the running share of hits, at each step */

struct part {
    float *mask, *pattern; /* gradients of m, for each channel apart, and of p */
    double loss;
    int hits, n; /* images */
};

struct inversion {
    const struct network *network;
    struct thread_pool *pool;
    struct inversion_images images;
    struct inversion_options options;
    const struct shape *shape;
    size_t places, channels, values; /* of an image: values = places * channels */
    struct backward **backwards;     /* [workers] */
    bool *frozen;
    struct part parts[PARTS];
    float *u, *v;          /* [places], [values]: before the logistic */
    float *mask, *pattern; /* as they stand */
    float *cover;          /* [values] the mask, once for each channel */
    float *moments;        /* of Adam, [2][places + values] */
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
    const struct network *network = inversion->network;
    int workers = thread_pool_workers(inversion->pool);
    int per_part = backward_part(inversion->options.batch, PARTS);
    inversion->frozen = memory_array((size_t)network->n_layers, sizeof *inversion->frozen);
    for (int i = 0; i < network->n_layers; i++)
        inversion->frozen[i] = true;
    struct backward_options options = {.input = true, .frozen = inversion->frozen, .steady = true};
    inversion->backwards = memory_array((size_t)workers, sizeof *inversion->backwards);
    for (int i = 0; i < workers; i++)
        inversion->backwards[i] = backward_create(network, per_part, &options);
    for (int i = 0; i < PARTS; i++) {
        inversion->parts[i].mask = memory_floats(inversion->values);
        inversion->parts[i].pattern = memory_floats(inversion->values);
    }
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

struct inversion *inversion_create(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct inversion_options *options)
{
    struct inversion *inversion = memory_array(1, sizeof *inversion);
    inversion->network = network;
    inversion->pool = pool;
    inversion->images = *images;
    inversion->options = *options;
    inversion->shape = &network->layers[network->input].shape;
    inversion->channels = (size_t)inversion->shape->dim[2];
    inversion->values = shape_count(inversion->shape);
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

void inversion_destroy(struct inversion *inversion)
{
    if (!inversion)
        return;
    for (int i = 0; i < thread_pool_workers(inversion->pool); i++)
        backward_destroy(inversion->backwards[i]);
    for (int i = 0; i < PARTS; i++) {
        free(inversion->parts[i].mask);
        free(inversion->parts[i].pattern);
    }
    free(inversion->backwards);
    free(inversion->frozen);
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

static void stamp(const struct inversion *inversion, const float *image, float *restrict out)
{
    const float *cover = inversion->cover, *pattern = inversion->pattern;
    for (size_t k = 0; k < inversion->values; k++)
        out[k] = image[k] + cover[k] * (pattern[k] - image[k]);
}

/* dx'/dm = p - x, dx'/dp = m. */
static void add_gradients(const struct inversion *inversion, const float *image,
    const float *gradient, const struct part *part)
{
    const float *cover = inversion->cover, *pattern = inversion->pattern;
    float *restrict of_mask = part->mask, *restrict of_pattern = part->pattern;
    for (size_t k = 0; k < inversion->values; k++) {
        of_mask[k] += gradient[k] * (pattern[k] - image[k]);
        of_pattern[k] += gradient[k] * cover[k];
    }
}

/* Loss -log(1 - p) of an image that is to be read as anything but a class, with p its soft-max:
 * log-sum-exp of all logits minus that of the others. */
static double anything_but(const float *logits, int classes, int class, float *gradient)
{
    int other = class == 0 ? 1 : 0;
    for (int k = 0; k < classes; k++)
        if (k != class && logits[k] > logits[other])
            other = k;
    double top = (double)logits[other], others = 0;
    for (int k = 0; k < classes; k++)
        others += k == class ? 0 : exp((double)logits[k] - top);
    /* how much more the class weighs than all others together */
    double ratio = exp(fmin((double)logits[class] - top, 700)) / others, p = 1 / (1 + 1 / ratio);
    for (int k = 0; k < classes; k++)
        gradient[k] = (float)(k == class ? p : -p * exp((double)logits[k] - top) / others);
    return log1p(ratio);
}

static void run_part(void *context, int index, int worker)
{
    struct inversion *inversion = context;
    const struct network *network = inversion->network;
    struct backward *backward = inversion->backwards[worker];
    struct part *part = &inversion->parts[index];
    int batch = inversion->options.batch, classes = network->n_classes;
    int first = backward_cut(batch, PARTS, index),
        n = backward_cut(batch, PARTS, index + 1) - first;
    const float *pixels = inversion->images.pixels;
    part->loss = part->hits = 0;
    part->n = n;
    if (n == 0)
        return;
    memset(part->mask, 0, inversion->values * sizeof *part->mask);
    memset(part->pattern, 0, inversion->values * sizeof *part->pattern);
    for (int i = 0; i < n; i++)
        stamp(inversion, pixels + (size_t)inversion->batch[first + i] * inversion->values,
            backward_input(backward) + (size_t)i * inversion->values);
    const float *logits = backward_forward(backward, n);
    float *gradient = backward_logits_gradient(backward);
    for (int i = 0; i < n; i++, logits += classes, gradient += classes) {
        int wanted = inversion->images.wanted[inversion->batch[first + i]];
        int not = wanted < 0 ? INVERSION_NOT(wanted) : -1;
        int read = reference_pass_argmax(logits, classes);
        part->loss += not >= 0 ? anything_but(logits, classes, not, gradient)
                               : backward_cross_entropy(logits, classes, wanted, gradient);
        part->hits += not >= 0 ? read != not : read == wanted;
        for (int k = 0; k < classes; k++)
            gradient[k] /= (float)batch;
    }
    backward_propagate(backward, n, 0, NULL);
    const float *grad_input = backward_gradient(backward, network->input);
    for (int i = 0; i < n; i++)
        add_gradients(inversion, pixels + (size_t)inversion->batch[first + i] * inversion->values,
            grad_input + (size_t)i * inversion->values, part);
}

/* The sum over the parts that had images, of a value of the mask or of the pattern. */
static float gradient_of(const struct inversion *inversion, bool mask, size_t at)
{
    float sum = 0;
    for (int i = 0; i < PARTS; i++)
        if (inversion->parts[i].n > 0)
            sum += mask ? inversion->parts[i].mask[at] : inversion->parts[i].pattern[at];
    return sum;
}

static void descend(struct inversion *inversion)
{
    float range = inversion->options.high - inversion->options.low;
    float *first = inversion->moments, *second = first + inversion->places + inversion->values;
    /* moments as Neural Cleanse has them */
    const struct adam adam = adam_at(inversion->options.rate, 0.5, 0.9, 1e-8, inversion->steps);
    for (size_t i = 0, k = 0; i < inversion->places; i++) {
        float m = inversion->mask[i], gradient = (float)inversion->weight;
        for (size_t c = 0; c < inversion->channels; c++)
            gradient += gradient_of(inversion, true, k++);
        inversion->u[i] -= adam_move(&adam, gradient * m * (1 - m), first++, second++);
    }
    for (size_t i = 0; i < inversion->values; i++) {
        float p = (inversion->pattern[i] - inversion->options.low) / range;
        float gradient = gradient_of(inversion, false, i) * range * p * (1 - p);
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

bool inversion_step(struct inversion *inversion, struct error *err)
{
    double loss = 0;
    int hits = 0, batch = inversion->options.batch;
    for (int i = 0; i < batch; i++)
        inversion->batch[i] = (int)random_below(&inversion->random, (uint32_t)inversion->images.n);
    thread_pool_run(inversion->pool, PARTS, run_part, inversion);
    for (int i = 0; i < PARTS; i++) {
        loss += inversion->parts[i].loss;
        hits += inversion->parts[i].hits;
    }
    if (!isfinite(loss))
        return fail_as(err, ERROR_FAILED, "the search for a trigger diverged at step %d",
            inversion->steps + 1);
    double share = (double)hits / batch;
    inversion->hits =
        inversion->steps++ ? KEEP * inversion->hits + (1 - KEEP) * share : share * (1 - KEEP);
    keep_best(inversion);
    adjust_weight(inversion);
    descend(inversion);
    update_trigger(inversion);
    return true;
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
    for (int i = 0; i < thread_pool_workers(inversion->pool); i++)
        backward_refresh(inversion->backwards[i]);
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
    int height = shape->dim[0], width = shape->dim[1], channels = shape->dim[2];
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
