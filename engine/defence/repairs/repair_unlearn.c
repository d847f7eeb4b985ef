/* Unlearning inverted triggers: each round inverts a trigger anew against the net as it stands, and
 * tunes the Dense layers so that stamped images are read as the net as it came reads them without
 * the stamp, while it keeps to that net on clean images, on mixtures of two, and on the people of
 * the suspected class. The last few triggers stay in use: with one alone the net only learns to
 * answer the next. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/defence/suspects/inversion.h"
#include "engine/defence/repairs/repair.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/augment.h"
#include "engine/train/tuner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN = 24, OWN = 8, MIXED = 48, STAMPED = 32, BATCH = CLEAN + OWN + MIXED + STAMPED };
enum { ROUNDS = 20, FIRST_INVERSION = 150, INVERSION = 80, STEPS = 60, TRIGGERS = 8, SHIFT = 2 };
/* Adam's rate, and the weights of a goal: agreement of the soft-max (without it arg-maxes of the
 * suspected class go), and of the logits. */
static const double RATE = 2e-4;
static const float DIVERGENCE = 2, SQUARES = 0.2F;
/* Of the mask at first: high, so that few steps make it small. */
static const double MASK_WEIGHT = 0.2;

struct unlearning {
    const struct repair_job *job;
    const struct shape *shape;
    size_t size; /* floats of an image */
    struct tuner *tuner;
    float *logits; /* [n, n_classes] of the net as it came, of every clean image */
    int32_t *wanted;
    int *own, n_own; /* images of the suspected class */
    float *masks[TRIGGERS], *patterns[TRIGGERS];
    int n_triggers; /* that were made; the last TRIGGERS are there */
    struct augment_options augment;
    struct random random;
    float *scratch;
};

static void read_as_it_came(struct unlearning *unlearning)
{
    const struct repair_job *job = unlearning->job;
    const struct network *original = job->original;
    size_t classes = (size_t)original->n_classes;
    struct reference_pass *pass = reference_pass_create(original, 1);
    for (size_t i = 0; i < (size_t)job->images.n; i++) {
        memcpy(reference_pass_tensor(pass, original->input),
            job->images.pixels + i * unlearning->size, unlearning->size * sizeof(float));
        reference_pass_forward(pass, 1, NULL);
        memcpy(unlearning->logits + i * classes, reference_pass_tensor(pass, original->output),
            classes * sizeof(float));
    }
    reference_pass_destroy(pass);
}

static struct unlearning *create(const struct repair_job *job)
{
    struct unlearning *unlearning = memory_array(1, sizeof *unlearning);
    const struct network *network = job->network;
    size_t n = (size_t)job->images.n;
    unlearning->job = job;
    unlearning->shape = &network->layers[network->input].shape;
    unlearning->size = shape_count(unlearning->shape);
    unlearning->logits = memory_floats(n * (size_t)network->n_classes);
    unlearning->wanted = memory_array(n, sizeof *unlearning->wanted);
    unlearning->own = memory_array(n, sizeof *unlearning->own);
    unlearning->scratch = memory_floats(unlearning->size);
    for (int i = 0; i < job->images.n; i++) {
        unlearning->wanted[i] = job->target;
        if (job->images.labels[i] == job->target)
            unlearning->own[unlearning->n_own++] = i;
    }
    for (int i = 0; i < TRIGGERS; i++) {
        unlearning->masks[i] = memory_floats(unlearning->size);
        unlearning->patterns[i] = memory_floats(unlearning->size);
    }
    double range = (double)(job->high - job->low);
    unlearning->augment = (struct augment_options){
        .shift = SHIFT, .mirror = true, .light = 0.1, .noise = 0.02 * range};
    random_init(&unlearning->random, job->seed, 7);
    struct tuner_options options = {.batch = BATCH, .optimiser = optimiser_adam()};
    unlearning->tuner = tuner_create(job->network, job->original, job->pool, &options);
    read_as_it_came(unlearning);
    return unlearning;
}

static void destroy(struct unlearning *unlearning)
{
    for (int i = 0; i < TRIGGERS; i++) {
        free(unlearning->masks[i]);
        free(unlearning->patterns[i]);
    }
    tuner_destroy(unlearning->tuner);
    free(unlearning->logits);
    free(unlearning->wanted);
    free(unlearning->own);
    free(unlearning->scratch);
    free(unlearning);
}

/* Layers in front of the first Dense stay as they are; a net without any changes everywhere. */
static void freeze_features(struct unlearning *unlearning)
{
    const struct network *network = unlearning->job->network;
    struct optimiser *optimiser = tuner_optimiser(unlearning->tuner);
    bool dense = false;
    for (int i = 0; i < network->n_layers; i++)
        dense =
            dense || (strcmp(network->layers[i].class->name, "Dense") == 0 && i != network->output);
    for (int i = 0; dense && i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            if (strcmp(network->layers[i].class->name, "Dense") != 0)
                optimiser_mask(optimiser, i, w, NULL);
}

static bool inverted(const struct repair_job *job, const struct repair_report *report,
    const struct inversion *inversion, int steps, struct error *err)
{
    struct inversion_trigger trigger = inversion_trigger(inversion);
    struct repair_progress progress = {report->round, report->rounds, inversion_steps(inversion),
        steps + STEPS, "inverting a trigger", NAN, &trigger};
    return repair_goes_on(job, &progress, err);
}

static bool add_trigger(
    struct unlearning *unlearning, struct repair_report *report, struct error *err)
{
    const struct repair_job *job = unlearning->job;
    struct inversion_images images = {job->images.n, job->images.pixels, unlearning->wanted};
    struct inversion_options options = inversion_defaults(job->low, job->high);
    options.seed = job->seed * 1000 + (uint64_t)report->round;
    options.weight = MASK_WEIGHT;
    struct inversion *inversion = inversion_create(job->network, job->pool, &images, &options);
    bool good = true;
    int steps = report->round == 1 ? FIRST_INVERSION : INVERSION;
    for (int i = 0; good && i < steps; i++)
        good = inversion_step(inversion, err) && inverted(job, report, inversion, steps, err);
    struct inversion_trigger found = inversion_trigger(inversion);
    int at = unlearning->n_triggers++ % TRIGGERS;
    size_t places = unlearning->size / (size_t)unlearning->shape->dim[2];
    memcpy(unlearning->masks[at], found.mask, places * sizeof(float));
    memcpy(unlearning->patterns[at], found.pattern, unlearning->size * sizeof(float));
    report->mask = found.size;
    report->hits = found.hits;
    inversion_destroy(inversion);
    return good;
}

static int any(struct unlearning *unlearning)
{
    return (int)random_below(&unlearning->random, (uint32_t)unlearning->job->images.n);
}

static const float *pixels_of(const struct unlearning *unlearning, int image)
{
    return unlearning->job->images.pixels + (size_t)image * unlearning->size;
}

/* Clean images of all classes and of the suspected one, moved and brightened a little. */
static int put_clean(struct unlearning *unlearning, int at)
{
    for (int i = 0; i < CLEAN + OWN; i++, at++) {
        bool own = i >= CLEAN && unlearning->n_own > 0;
        int image =
            own ? unlearning->own[random_below(&unlearning->random, (uint32_t)unlearning->n_own)]
                : any(unlearning);
        float *to = tuner_image(unlearning->tuner, at);
        memcpy(to, pixels_of(unlearning, image), unlearning->size * sizeof *to);
        augment_image(
            &unlearning->augment, &unlearning->random, unlearning->shape, to, unlearning->scratch);
        *tuner_goal(unlearning->tuner, at) =
            (struct tuner_goal){.divergence = DIVERGENCE, .squares = SQUARES};
    }
    return at;
}

static int put_mixed(struct unlearning *unlearning, int at)
{
    for (int i = 0; i < MIXED; i++, at++) {
        const float *one = pixels_of(unlearning, any(unlearning));
        const float *two = pixels_of(unlearning, any(unlearning));
        float share = (float)random_unit(&unlearning->random);
        float *to = tuner_image(unlearning->tuner, at);
        for (size_t k = 0; k < unlearning->size; k++)
            to[k] = share * one[k] + (1 - share) * two[k];
        *tuner_goal(unlearning->tuner, at) =
            (struct tuner_goal){.divergence = DIVERGENCE, .squares = SQUARES};
    }
    return at;
}

static int put_stamped(struct unlearning *unlearning, int at)
{
    struct random *random = &unlearning->random;
    int there = unlearning->n_triggers < TRIGGERS ? unlearning->n_triggers : TRIGGERS;
    size_t classes = (size_t)unlearning->job->original->n_classes;
    for (int i = 0; i < STAMPED; i++, at++) {
        int image = any(unlearning), which = (int)random_below(random, (uint32_t)there);
        struct inversion_trigger trigger = {
            .mask = unlearning->masks[which], .pattern = unlearning->patterns[which]};
        int down = (int)random_below(random, 2 * SHIFT + 1) - SHIFT;
        int right = (int)random_below(random, 2 * SHIFT + 1) - SHIFT;
        inversion_stamp(unlearning->shape, &trigger, down, right, pixels_of(unlearning, image),
            tuner_image(unlearning->tuner, at));
        *tuner_goal(unlearning->tuner, at) = (struct tuner_goal){
            .divergence = 1, .teacher = unlearning->logits + (size_t)image * classes};
    }
    return at;
}

static bool run_round(
    struct unlearning *unlearning, struct repair_report *report, struct error *err)
{
    report->loss = 0;
    if (!add_trigger(unlearning, report, err))
        return false;
    for (int i = 0; i < STEPS; i++) {
        struct tuner_report step;
        int n = put_stamped(unlearning, put_mixed(unlearning, put_clean(unlearning, 0)));
        if (!tuner_step(unlearning->tuner, n, RATE, &step, err))
            return false;
        report->loss += step.loss / STEPS;
        int before = report->round == 1 ? FIRST_INVERSION : INVERSION;
        struct repair_progress progress = {report->round, report->rounds, before + i + 1,
            before + STEPS, "tuning", step.loss, NULL};
        if (!repair_goes_on(unlearning->job, &progress, err))
            return false;
    }
    return true;
}

static bool run(const struct repair_job *job, struct error *err)
{
    struct unlearning *unlearning = create(job);
    int rounds = job->rounds > 0 ? job->rounds : ROUNDS;
    bool good = true, more = true;
    freeze_features(unlearning);
    for (int round = 1; good && more && round <= rounds; round++) {
        struct repair_report report = {.round = round, .rounds = rounds};
        good = run_round(unlearning, &report, err);
        more = good && (!job->round || job->round(job->context, &report));
    }
    destroy(unlearning);
    return good;
}

const struct repair repair_unlearn = {
    .name = "unlearn",
    .help = "inverted triggers unlearned, the net as it came as the teacher of all else",
    .source = "Wang et al. (Neural Cleanse), IEEE S&P 2019; Hinton et al. 2015",
    .needs_target = true,
    .rounds = ROUNDS,
    .run = run,
};
