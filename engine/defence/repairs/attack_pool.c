/* Moves attacks by the sign of the gradient. Leans on the backward pass. */
#include "engine/defence/repairs/attack_pool.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/cluster/cluster.h"
#include "engine/train/backward.h"

#include <stdlib.h>
#include <string.h>

/* Batches in the pool; steps until an attack begins anew; parts that a batch is cut into. */
enum { BATCHES = 3, STEPS = 6, PARTS = 4 };
/* Share of attacks on the whole image, how far each value may then go and how far in a step, as
 * shares of the range; in a rectangle every value is free. */
static const double WHOLE = 0.3, RADIUS = 0.08, WHOLE_STEP = 0.04, STEP = 0.3;
/* Sides of a rectangle, as shares of the image's. */
static const double SMALLEST = 0.1, LARGEST = 0.45;

struct moving {
    int image, target, steps;
    int top, left, height, width;
    float radius, step; /* in the data's own unit */
    float *pixels;
};

struct attack_pool {
    struct repair_job job;
    struct shape shape; /* as an image */
    bool units;         /* that have no places side by side */
    size_t size;        /* floats of an image */
    int n_targets, targets[REPAIR_TARGETS];
    int batch, n, next; /* of a step; in the pool; where the next step begins */
    int calls;          /* steps so far */
    int first_part;     /* of this rank */
    struct moving *moving;
    struct backward **backwards; /* [workers] */
    bool *frozen;
    struct random random;
};

static float within(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static int side(struct random *random, int whole)
{
    int least = (int)(SMALLEST * whole) + 1, most = (int)(LARGEST * whole) + 1;
    return least + (int)random_below(random, (uint32_t)(most - least + 1));
}

static void place(struct attack_pool *attacks, struct moving *moving)
{
    struct random *random = &attacks->random;
    int height = attacks->shape.dim[0], width = attacks->shape.dim[1];
    float range = attacks->job.high - attacks->job.low;
    bool whole = attacks->units || random_unit(random) < WHOLE;
    moving->top = moving->left = 0;
    moving->height = height;
    moving->width = width;
    moving->radius = whole ? (float)RADIUS * range : range;
    moving->step = (float)(whole ? WHOLE_STEP : STEP) * range;
    if (whole)
        return;
    moving->height = side(random, height);
    moving->width = side(random, width);
    moving->top = (int)random_below(random, (uint32_t)(height - moving->height + 1));
    moving->left = (int)random_below(random, (uint32_t)(width - moving->width + 1));
}

/* Calls change(context, moving, index of a value) for every value that may change. */
typedef void each_value(
    struct attack_pool *attacks, struct moving *moving, size_t at, const float *gradient);

static void for_each(
    struct attack_pool *attacks, struct moving *moving, const float *gradient, each_value *change)
{
    size_t channels = (size_t)attacks->shape.dim[2], row = (size_t)attacks->shape.dim[1];
    for (int y = moving->top; y < moving->top + moving->height; y++) {
        size_t first = ((size_t)y * row + (size_t)moving->left) * channels;
        for (size_t i = first; i < first + (size_t)moving->width * channels; i++)
            change(attacks, moving, i, gradient);
    }
}

static void roughen(
    struct attack_pool *attacks, struct moving *moving, size_t at, const float *gradient)
{
    (void)gradient;
    double by = (double)moving->step / 2;
    float to = moving->pixels[at] + (float)random_range(&attacks->random, -by, by);
    moving->pixels[at] = within(to, attacks->job.low, attacks->job.high);
}

static void descend(
    struct attack_pool *attacks, struct moving *moving, size_t at, const float *gradient)
{
    const float *clean = attacks->job.images.pixels + (size_t)moving->image * attacks->size;
    float by = gradient[at] > 0 ? -moving->step : gradient[at] < 0 ? moving->step : 0;
    float to =
        within(moving->pixels[at] + by, clean[at] - moving->radius, clean[at] + moving->radius);
    moving->pixels[at] = within(to, attacks->job.low, attacks->job.high);
}

/* Another image, for a class that it does not belong to. */
static void begin(struct attack_pool *attacks, struct moving *moving)
{
    struct random *random = &attacks->random;
    const struct repair_images *images = &attacks->job.images;
    moving->target = attacks->targets[random_below(random, (uint32_t)attacks->n_targets)];
    do
        moving->image = (int)random_below(random, (uint32_t)images->n);
    while (images->labels[moving->image] == moving->target);
    moving->steps = 0;
    memcpy(moving->pixels, images->pixels + (size_t)moving->image * attacks->size,
        attacks->size * sizeof(float));
    place(attacks, moving);
    for_each(attacks, moving, NULL, roughen);
}

/* Is there an image for every target that is not its own? */
static bool has_images(const struct repair_images *images, const int *targets, int n)
{
    for (int i = 0; i < n; i++) {
        bool other = false;
        for (int k = 0; k < images->n; k++)
            other = other || images->labels[k] != targets[i];
        if (!other)
            return false;
    }
    return true;
}

struct attack_pool *attack_pool_create(
    const struct repair_job *job, const int *targets, int n, int batch)
{
    if (!has_images(&job->images, targets, n))
        return NULL;
    struct attack_pool *attacks = memory_array(1, sizeof *attacks);
    const struct network *network = job->network;
    int workers = thread_pool_workers(job->pool);
    attacks->job = *job;
    const struct shape *shape = &network->layers[network->input].shape;
    attacks->shape = shape_as_image(shape);
    attacks->units = shape->rank == 1;
    attacks->size = shape_count(shape);
    attacks->n_targets = n;
    memcpy(attacks->targets, targets, (size_t)n * sizeof *targets);
    attacks->batch = batch;
    attacks->n = batch * BATCHES;
    attacks->moving = memory_array((size_t)attacks->n, sizeof *attacks->moving);
    attacks->frozen = memory_array((size_t)network->n_layers, sizeof *attacks->frozen);
    for (int i = 0; i < network->n_layers; i++)
        attacks->frozen[i] = true;
    struct backward_options options = {.input = true, .frozen = attacks->frozen, .steady = true};
    attacks->backwards = memory_array((size_t)workers, sizeof *attacks->backwards);
    for (int i = 0; i < workers; i++)
        attacks->backwards[i] = backward_create(network, backward_part(batch, PARTS), &options);
    random_init(&attacks->random, job->seed, 11);
    for (int i = 0; i < attacks->n; i++) {
        attacks->moving[i].pixels = memory_floats(attacks->size);
        begin(attacks, &attacks->moving[i]);
        attacks->moving[i].steps = i % STEPS; /* so that not all begin anew at once */
    }
    return attacks;
}

void attack_pool_destroy(struct attack_pool *attacks)
{
    if (!attacks)
        return;
    for (int i = 0; i < attacks->n; i++)
        free(attacks->moving[i].pixels);
    for (int i = 0; i < thread_pool_workers(attacks->job.pool); i++)
        backward_destroy(attacks->backwards[i]);
    free(attacks->moving);
    free(attacks->backwards);
    free(attacks->frozen);
    free(attacks);
}

static void move_part(void *context, int number, int worker)
{
    struct attack_pool *attacks = context;
    int index = attacks->first_part + number;
    struct backward *backward = attacks->backwards[worker];
    const struct network *network = attacks->job.network;
    int first = backward_cut(attacks->batch, PARTS, index);
    int n = backward_cut(attacks->batch, PARTS, index + 1) - first;
    struct moving *moving = attacks->moving + attacks->next + first;
    size_t classes = (size_t)network->n_classes;
    if (n == 0)
        return;
    for (int i = 0; i < n; i++)
        memcpy(backward_input(backward) + (size_t)i * attacks->size, moving[i].pixels,
            attacks->size * sizeof(float));
    backward_version(backward, attacks->calls);
    const float *logits = backward_forward(backward, n);
    float *gradient = backward_logits_gradient(backward);
    for (int i = 0; i < n; i++)
        backward_cross_entropy(logits + (size_t)i * classes, network->n_classes, moving[i].target,
            gradient + (size_t)i * classes);
    backward_propagate(backward, n, 0, NULL);
    const float *pixels = backward_gradient(backward, network->input);
    for (int i = 0; i < n; i++)
        for_each(attacks, &moving[i], pixels + (size_t)i * attacks->size, descend);
}

/* The attacks that all ranks have moved. Where ranks fail here, the next exchange says so. */
static void tell_moved(struct attack_pool *attacks, struct cluster_share share)
{
    struct cluster_parts parts;
    size_t image = attacks->size * sizeof(float);
    int first = backward_cut(attacks->batch, PARTS, share.first);
    int n = backward_cut(attacks->batch, PARTS, share.first + share.n) - first;
    struct moving *moving = attacks->moving + attacks->next;
    unsigned char *mine = memory_array((size_t)n + 1, image);
    for (int i = 0; i < n; i++)
        memcpy(mine + (size_t)i * image, moving[first + i].pixels, image);
    if (cluster_gather(mine, (size_t)n * image, &parts, NULL)) {
        for (int i = 0; i < attacks->batch; i++)
            memcpy(moving[i].pixels, parts.bytes + (size_t)i * image, image);
        cluster_parts_finish(&parts);
    }
    free(mine);
}

void attack_pool_step(struct attack_pool *attacks)
{
    attacks->next = (attacks->next + attacks->batch) % attacks->n;
    for (int i = 0; i < attacks->batch; i++) {
        struct moving *moving = &attacks->moving[attacks->next + i];
        if (moving->steps++ == STEPS)
            begin(attacks, moving);
    }
    attacks->calls++;
    const struct cluster_share share = cluster_share(PARTS, 1);
    attacks->first_part = share.first;
    thread_pool_run(attacks->job.pool, share.n, move_part, attacks);
    if (cluster_ranks() > 1)
        tell_moved(attacks, share);
}

struct attack attack_pool_at(const struct attack_pool *attacks, int index)
{
    const struct moving *moving = &attacks->moving[attacks->next + index];
    return (struct attack){moving->image, moving->target, moving->pixels};
}
