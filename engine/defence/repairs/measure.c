/* Counts what a net reads in held-out clean images. Leans on reading.h, on inversion and on
 * adversarial copies. */
#include "engine/defence/repairs/measure.h"

#include "engine/base/memory.h"
#include "engine/defence/repairs/held_out.h"
#include "engine/defence/repairs/quick_inversion.h"
#include "engine/defence/repairs/reading.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/adversary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIGGERS = 2, STEPS = 150, ASCENTS = 3 };
static const double RADIUS = 0.02; /* of the box, as a share of the range */

struct part_set {
    struct repair_images images;
    float *pixels;
    int32_t *labels;
};

struct measuring {
    struct repair_job job;
    const struct shape *shape;
    size_t size; /* floats of an image */
    int n_suspects, suspects[REPAIR_TARGETS];
    struct part_set learnt, held;
    float *masks[REPAIR_TARGETS][TRIGGERS], *patterns[REPAIR_TARGETS][TRIGGERS];
    double mask;   /* the smallest of them; -1: none turned enough images */
    float *images; /* [all images] those that are read, as they are changed */
    int32_t *read; /* [all images] */
};

/* What is to be read, and how. */
struct prediction {
    const struct network *network;
    struct repair_images images;
    const struct inversion_trigger *trigger; /* that they are stamped with; NULL: none */
    const int *never;                        /* classes that are not answered */
    int n_never;
};

/* Into measuring->read. */
static void predict(struct measuring *measuring, const struct prediction *prediction)
{
    const struct network *network = prediction->network;
    size_t classes = (size_t)network->n_classes;
    float *logits = memory_floats((size_t)prediction->images.n * classes);
    reading_outputs(network, measuring->job.pool, &prediction->images, prediction->trigger,
        network->output, logits);
    for (int i = 0; i < prediction->images.n; i++) {
        float *of_image = logits + (size_t)i * classes;
        for (int k = 0; k < prediction->n_never; k++)
            of_image[prediction->never[k]] = -INFINITY;
        measuring->read[i] = reference_pass_argmax(of_image, network->n_classes);
    }
    free(logits);
}

static bool is_own(const struct measuring *measuring, int image)
{
    return repair_suspects(
        measuring->suspects, measuring->n_suspects, measuring->job.images.labels[image]);
}

static void add_image(struct measuring *measuring, struct part_set *set, int from)
{
    const struct repair_images *all = &measuring->job.images;
    memcpy(set->pixels + (size_t)set->images.n * measuring->size,
        all->pixels + (size_t)from * measuring->size, measuring->size * sizeof(float));
    set->labels[set->images.n++] = all->labels[from];
}

static void split(struct measuring *measuring)
{
    const struct repair_images *all = &measuring->job.images;
    int *order = memory_array((size_t)all->n, sizeof *order);
    bool *held = memory_array((size_t)all->n, sizeof *held);
    held_out_split(
        all->labels, all->n, measuring->job.original->n_classes, measuring->job.seed, order, held);
    for (int i = 0; i < all->n; i++)
        add_image(measuring, held[order[i]] ? &measuring->held : &measuring->learnt, order[i]);
    free(order);
    free(held);
}

static void allocate(struct measuring *measuring)
{
    size_t n = (size_t)measuring->job.images.n, size = measuring->size;
    struct part_set *sets[] = {&measuring->learnt, &measuring->held};
    for (int i = 0; i < 2; i++) {
        sets[i]->pixels = memory_floats(n * size);
        sets[i]->labels = memory_array(n, sizeof *sets[i]->labels);
        sets[i]->images.pixels = sets[i]->pixels;
        sets[i]->images.labels = sets[i]->labels;
    }
    for (int i = 0; i < measuring->n_suspects; i++)
        for (int k = 0; k < TRIGGERS; k++) {
            measuring->masks[i][k] = memory_floats(size);
            measuring->patterns[i][k] = memory_floats(size);
        }
    measuring->images = memory_floats(n * size);
    measuring->read = memory_array(n, sizeof *measuring->read);
}

/* A trigger of a suspected class against a net, into mask and pattern (or NULL). */
static bool invert(struct measuring *measuring, const struct network *network, int class,
    uint64_t seed, float *mask, float *pattern, double *size, struct error *err)
{
    const struct quick_inversion how = {.network = network,
        .images = &measuring->learnt.images,
        .class = class,
        .steps = STEPS,
        .seed = seed};
    const struct repair_progress progress = {.steps = STEPS, .doing = "judging", .loss = NAN};
    struct inversion *inversion = quick_inversion_run(&how, &measuring->job, progress, err);
    if (!inversion)
        return false;
    const struct inversion_trigger found = inversion_trigger(inversion);
    if (mask) {
        const struct shape shape = shape_as_image(measuring->shape);
        size_t places = measuring->size / (size_t)shape.dim[2];
        memcpy(mask, found.mask, places * sizeof *mask);
        memcpy(pattern, found.pattern, measuring->size * sizeof *pattern);
    }
    *size = found.good ? found.size : -1;
    inversion_destroy(inversion);
    return true;
}

/* The smaller of two sizes of masks, where there are any. */
static double smaller(double one, double two)
{
    return one < 0 || (two >= 0 && two < one) ? two : one;
}

static bool invert_all(struct measuring *measuring, struct error *err)
{
    double size;
    measuring->mask = -1;
    for (int i = 0; i < measuring->n_suspects; i++)
        for (int k = 0; k < TRIGGERS; k++) {
            uint64_t seed = measuring->job.seed * 1000 + 900 + (uint64_t)k;
            if (!invert(measuring, measuring->job.original, measuring->suspects[i], seed,
                    measuring->masks[i][k], measuring->patterns[i][k], &size, err))
                return false;
            measuring->mask = smaller(measuring->mask, size);
        }
    return true;
}

struct measuring *measuring_create(
    const struct repair_job *job, const int *suspects, int n, struct error *err)
{
    struct measuring *measuring = memory_array(1, sizeof *measuring);
    measuring->job = *job;
    measuring->shape = &job->original->layers[job->original->input].shape;
    measuring->size = shape_count(measuring->shape);
    measuring->n_suspects = n < REPAIR_TARGETS ? n : REPAIR_TARGETS;
    for (int i = 0; i < measuring->n_suspects; i++)
        measuring->suspects[i] = suspects[i];
    allocate(measuring);
    split(measuring);
    bool good = measuring->held.images.n > 0 ||
                fail(err,
                    "%d clean images are too few to hold any out: a class with %d or more is "
                    "needed to choose a repair; name one instead",
                    job->images.n, HELD_OUT_FEW);
    if (good && invert_all(measuring, err))
        return measuring;
    measuring_destroy(measuring);
    return NULL;
}

void measuring_destroy(struct measuring *measuring)
{
    if (!measuring)
        return;
    for (int i = 0; i < measuring->n_suspects; i++)
        for (int k = 0; k < TRIGGERS; k++) {
            free(measuring->masks[i][k]);
            free(measuring->patterns[i][k]);
        }
    free(measuring->learnt.pixels);
    free(measuring->learnt.labels);
    free(measuring->held.pixels);
    free(measuring->held.labels);
    free(measuring->images);
    free(measuring->read);
    free(measuring);
}

struct repair_images measuring_learnt(const struct measuring *measuring)
{
    return measuring->learnt.images;
}

struct repair_images measuring_held(const struct measuring *measuring)
{
    return measuring->held.images;
}

static void count_own(struct measuring *measuring, struct prediction how, struct measure *measure)
{
    const struct repair_images *all = &measuring->job.images;
    size_t size = measuring->size;
    for (int i = 0; i < all->n; i++)
        if (is_own(measuring, i))
            memcpy(measuring->images + (size_t)measure->n_own++ * size,
                all->pixels + (size_t)i * size, size * sizeof(float));
    how.images = (struct repair_images){.n = measure->n_own, .pixels = measuring->images};
    predict(measuring, &how);
    for (int i = 0, own = 0; i < all->n; i++)
        if (is_own(measuring, i))
            measure->own += measuring->read[own++] == all->labels[i];
}

static void count_turned(
    struct measuring *measuring, struct prediction how, int suspect, struct measure *measure)
{
    const struct repair_images *held = &measuring->held.images;
    for (int k = 0; k < TRIGGERS; k++) {
        struct inversion_trigger trigger = {
            .mask = measuring->masks[suspect][k], .pattern = measuring->patterns[suspect][k]};
        how.images = *held;
        how.trigger = &trigger;
        predict(measuring, &how);
        for (int i = 0; i < held->n; i++)
            if (held->labels[i] != measuring->suspects[suspect]) {
                measure->n_turned++;
                measure->turned += measuring->read[i] == measuring->suspects[suspect];
            }
    }
}

static void count_moved(struct measuring *measuring, struct prediction how, struct measure *measure)
{
    const struct repair_job *job = &measuring->job;
    const struct repair_images *held = &measuring->held.images;
    struct adversary_options options = {.low = job->low,
        .high = job->high,
        .radius = RADIUS,
        .steps = ASCENTS,
        .batch = held->n < 64 ? held->n : 64};
    struct adversary *adversary = adversary_create(how.network, job->pool, &options);
    memcpy(measuring->images, held->pixels, (size_t)held->n * measuring->size * sizeof(float));
    for (int i = 0; i < held->n; i += options.batch)
        adversary_move(adversary, held->n - i < options.batch ? held->n - i : options.batch,
            held->labels + i, job->seed + (uint64_t)i,
            measuring->images + (size_t)i * measuring->size);
    adversary_destroy(adversary);
    how.images = (struct repair_images){.n = held->n, .pixels = measuring->images};
    predict(measuring, &how);
    measure->n_moved = held->n;
    for (int i = 0; i < held->n; i++)
        measure->moved += measuring->read[i] == held->labels[i];
}

static void count(struct measuring *measuring, struct prediction how, struct measure *measure)
{
    const struct repair_images *held = &measuring->held.images;
    *measure = (struct measure){.n = held->n, .mask = -1};
    count_own(measuring, how, measure);
    how.images = *held;
    predict(measuring, &how);
    for (int i = 0; i < held->n; i++)
        measure->right += measuring->read[i] == held->labels[i];
    for (int i = 0; i < measuring->n_suspects; i++)
        count_turned(measuring, how, i, measure);
    count_moved(measuring, how, measure);
}

bool measuring_net(struct measuring *measuring, const struct network *network,
    struct measure *measure, struct error *err)
{
    count(measuring, (struct prediction){.network = network}, measure);
    if (network == measuring->job.original) {
        measure->mask = measuring->mask;
        return true;
    }
    for (int i = 0; i < measuring->n_suspects; i++) {
        double size;
        if (!invert(measuring, network, measuring->suspects[i], measuring->job.seed * 1000 + 950,
                NULL, NULL, &size, err))
            return false;
        measure->mask = smaller(measure->mask, size);
    }
    return true;
}

void measuring_trivial(struct measuring *measuring, struct measure *measure)
{
    count(measuring,
        (struct prediction){.network = measuring->job.original,
            .never = measuring->suspects,
            .n_never = measuring->n_suspects},
        measure);
}
