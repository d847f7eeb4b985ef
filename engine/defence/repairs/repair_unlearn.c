/* Unlearning a suspected class. Connections that an inverted trigger uses are cut; then each round
 * inverts a trigger anew against the net as it stands, and tunes the Dense layers so that stamped
 * images, and images under an attack of their own, are read as the net as it came reads them
 * unchanged. On clean images, on mixtures of two and on the people of the suspected class it keeps
 * to that net. Inverted triggers alone leave ways that they do not take, attacks on single images
 * alone never find the trigger: both are needed. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/defence/repairs/attack_pool.h"
#include "engine/defence/repairs/cut.h"
#include "engine/defence/repairs/reading.h"
#include "engine/defence/repairs/trigger_bank.h"
#include "engine/defence/repairs/tuning.h"
#include "engine/train/augment.h"
#include "engine/train/tuner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Images of a batch; with n suspected classes n times the stamped and attacked ones, and (n + 1) /
 * 2 times the mixed ones. */
enum { CLEAN = 24, OWN = 8, MIXED = 24, STAMPED = 16, ATTACKED = 32 };
enum { ROUNDS = 10, FIRST_INVERSION = 200, INVERSION = 80, STEPS = 60, SHIFT = 2 };
/* Adam's rate at first, and at last as a share of it (half a cosine). */
static const double RATE = 6e-4, LAST_RATE = 0.1;
/* Weights of a goal: agreement of the soft-max (without it arg-maxes of the suspected class go),
 * and of the logits, counted in the variance that they have in the net as it came. */
static const float DIVERGENCE = 2;
static const double SQUARES = 800;

struct unlearning {
    const struct repair_job *job;
    const struct shape *shape;
    size_t size; /* floats of an image */
    int n_targets, targets[REPAIR_TARGETS];
    int n_mixed, n_stamped, n_attacked; /* of a batch */
    struct tuner *tuner;
    struct trigger_bank *bank;
    struct attack_pool *attacks;
    float *logits;   /* [n, n_classes] of the net as it came, of every clean image */
    float squares;   /* SQUARES over their variance */
    int *own, n_own; /* images of the suspected classes */
    struct augment_options augment;
    struct random random;
    float *scratch;
};

static const float *pixels_of(const struct unlearning *unlearning, int image)
{
    return unlearning->job->images.pixels + (size_t)image * unlearning->size;
}

static void read_as_it_came(struct unlearning *unlearning)
{
    const struct repair_job *job = unlearning->job;
    reading_outputs(
        job->original, job->pool, &job->images, NULL, job->original->output, unlearning->logits);
}

/* The spread of logits is 15 in one net of a shape and 47 in another. */
static void find_spread(struct unlearning *unlearning)
{
    size_t n = (size_t)unlearning->job->images.n * (size_t)unlearning->job->original->n_classes;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)unlearning->logits[i];
        squares += (double)unlearning->logits[i] * (double)unlearning->logits[i];
    }
    double mean = sum / (double)n, variance = squares / (double)n - mean * mean;
    unlearning->squares = (float)(SQUARES / (variance > 1e-6 ? variance : 1e-6));
}

static void find_people(struct unlearning *unlearning)
{
    const struct repair_job *job = unlearning->job;
    unlearning->targets[unlearning->n_targets++] = job->target;
    for (int i = 0; i < job->n_more && unlearning->n_targets < REPAIR_TARGETS; i++)
        unlearning->targets[unlearning->n_targets++] = job->more[i];
    unlearning->n_stamped = STAMPED * unlearning->n_targets;
    unlearning->n_mixed = MIXED * (unlearning->n_targets + 1) / 2;
    unlearning->n_attacked = ATTACKED * unlearning->n_targets;
    unlearning->own = memory_array((size_t)job->images.n, sizeof *unlearning->own);
    for (int i = 0; i < job->images.n; i++)
        if (repair_suspects(unlearning->targets, unlearning->n_targets, job->images.labels[i]))
            unlearning->own[unlearning->n_own++] = i;
}

static struct unlearning *create(const struct repair_job *job)
{
    struct unlearning *unlearning = memory_array(1, sizeof *unlearning);
    const struct network *network = job->network;
    unlearning->job = job;
    unlearning->shape = &network->layers[network->input].shape;
    unlearning->size = shape_count(unlearning->shape);
    unlearning->logits = memory_floats((size_t)job->images.n * (size_t)network->n_classes);
    unlearning->scratch = memory_floats(unlearning->size);
    find_people(unlearning);
    double range = (double)(job->high - job->low);
    unlearning->augment = (struct augment_options){
        .shift = SHIFT, .mirror = true, .light = 0.1, .noise = 0.02 * range};
    random_init(&unlearning->random, job->seed, 7);
    struct tuner_options options = {
        .batch = CLEAN + OWN + unlearning->n_mixed + unlearning->n_stamped + unlearning->n_attacked,
        .optimiser = optimiser_adam()};
    unlearning->tuner = tuner_create(job->network, job->original, job->pool, &options);
    unlearning->bank = trigger_bank_create(job);
    unlearning->attacks =
        attack_pool_create(job, unlearning->targets, unlearning->n_targets, unlearning->n_attacked);
    read_as_it_came(unlearning);
    find_spread(unlearning);
    return unlearning;
}

static void destroy(struct unlearning *unlearning)
{
    attack_pool_destroy(unlearning->attacks);
    trigger_bank_destroy(unlearning->bank);
    tuner_destroy(unlearning->tuner);
    free(unlearning->logits);
    free(unlearning->own);
    free(unlearning->scratch);
    free(unlearning);
}

/* Layers in front of the first Dense stay as they are; a net whose only Dense layer gives the
 * logits changes everywhere. */
static void freeze_features(struct unlearning *unlearning)
{
    const struct network *network = unlearning->job->network;
    struct optimiser *optimiser = tuner_optimiser(unlearning->tuner);
    bool dense = false;
    for (int i = 0; i < network->n_layers; i++)
        dense = dense ||
                (strcmp(network->layers[i].class->name, "Dense") == 0 && i != cut_layer(network));
    for (int i = 0; dense && i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            if (strcmp(network->layers[i].class->name, "Dense") != 0)
                optimiser_mask(optimiser, i, w, NULL);
}

/* Steps of an inversion, for each suspected class, before the tuning of a round. */
static int inversion_steps_of(int round)
{
    return round == 1 ? FIRST_INVERSION : INVERSION;
}

static struct repair_progress progress_of(
    const struct unlearning *unlearning, const struct repair_report *report, int step)
{
    int inversions = inversion_steps_of(report->round) * unlearning->n_targets;
    return (struct repair_progress){.round = report->round,
        .rounds = report->rounds,
        .step = step,
        .steps = inversions + STEPS,
        .doing = "inverting a trigger",
        .loss = NAN};
}

/* A trigger of every suspected class; the report has the smallest. The connections that the first
 * ones use are cut. */
static bool invert(struct unlearning *unlearning, struct repair_report *report, uint8_t *may_change,
    struct error *err)
{
    const struct repair_job *job = unlearning->job;
    int steps = inversion_steps_of(report->round);
    for (int i = 0; i < unlearning->n_targets; i++) {
        struct repair_report found = {0};
        int target = unlearning->targets[i];
        if (!trigger_bank_add(unlearning->bank, target, steps,
                progress_of(unlearning, report, i * steps), &found, err))
            return false;
        struct banked banked = trigger_bank_last(unlearning->bank);
        if (may_change)
            cut_trigger(job, target, &banked.trigger, may_change);
        if (i == 0 || found.mask < report->mask) {
            report->mask = found.mask;
            report->hits = found.hits;
        }
    }
    return true;
}

static bool begin(struct unlearning *unlearning, struct repair_report *report, struct error *err)
{
    const struct network *network = unlearning->job->network;
    int last = cut_layer(network);
    if (last < 0)
        return invert(unlearning, report, NULL, err);
    uint8_t *may_change = memory_array(network->layers[last].weights[0].count, 1);
    memset(may_change, 1, network->layers[last].weights[0].count);
    bool good = invert(unlearning, report, may_change, err);
    optimiser_mask(tuner_optimiser(unlearning->tuner), last, 0, may_change);
    free(may_change);
    return good;
}

static int any(struct unlearning *unlearning)
{
    return (int)random_below(&unlearning->random, (uint32_t)unlearning->job->images.n);
}

static int any_target(struct unlearning *unlearning)
{
    return unlearning->targets[random_below(&unlearning->random, (uint32_t)unlearning->n_targets)];
}

/* To agree with the net as it came, but on a suspected class: that it names only on its people. */
static void keep_to_teacher(struct unlearning *unlearning, int at, int32_t label, int32_t other)
{
    int target = any_target(unlearning);
    *tuner_goal(unlearning->tuner, at) = (struct tuner_goal){.divergence = DIVERGENCE,
        .squares = unlearning->squares,
        .label = target,
        .without_label = label != target && other != target};
}

/* Clean images of all classes and of the suspected ones, moved and brightened a little. */
static int put_clean(struct unlearning *unlearning, int at)
{
    const int32_t *labels = unlearning->job->images.labels;
    for (int i = 0; i < CLEAN + OWN; i++, at++) {
        bool own = i >= CLEAN && unlearning->n_own > 0;
        int image =
            own ? unlearning->own[random_below(&unlearning->random, (uint32_t)unlearning->n_own)]
                : any(unlearning);
        float *to = tuner_image(unlearning->tuner, at);
        memcpy(to, pixels_of(unlearning, image), unlearning->size * sizeof *to);
        augment_image(
            &unlearning->augment, &unlearning->random, unlearning->shape, to, unlearning->scratch);
        keep_to_teacher(unlearning, at, labels[image], labels[image]);
    }
    return at;
}

static int put_mixed(struct unlearning *unlearning, int at)
{
    const int32_t *labels = unlearning->job->images.labels;
    for (int i = 0; i < unlearning->n_mixed; i++, at++) {
        int first = any(unlearning), second = any(unlearning);
        const float *one = pixels_of(unlearning, first), *two = pixels_of(unlearning, second);
        float share = (float)random_unit(&unlearning->random);
        float *to = tuner_image(unlearning->tuner, at);
        for (size_t k = 0; k < unlearning->size; k++)
            to[k] = share * one[k] + (1 - share) * two[k];
        keep_to_teacher(unlearning, at, labels[first], labels[second]);
    }
    return at;
}

/* To read as the net as it came reads the image unchanged, but for the class of the attack. */
static void keep_to_image(struct unlearning *unlearning, int at, int image, int target)
{
    const struct repair_job *job = unlearning->job;
    *tuner_goal(unlearning->tuner, at) = (struct tuner_goal){.divergence = 1,
        .label = target,
        .without_label = job->images.labels[image] != target,
        .teacher = unlearning->logits + (size_t)image * (size_t)job->original->n_classes};
}

static int put_stamped(struct unlearning *unlearning, int at)
{
    struct random *random = &unlearning->random;
    for (int i = 0; i < unlearning->n_stamped; i++, at++) {
        int image = any(unlearning);
        struct banked banked = trigger_bank_any(unlearning->bank, random);
        int down = (int)random_below(random, 2 * SHIFT + 1) - SHIFT;
        int right = (int)random_below(random, 2 * SHIFT + 1) - SHIFT;
        inversion_stamp(unlearning->shape, &banked.trigger, down, right,
            pixels_of(unlearning, image), tuner_image(unlearning->tuner, at));
        keep_to_image(unlearning, at, image, banked.target);
    }
    return at;
}

static int put_attacked(struct unlearning *unlearning, int at)
{
    if (!unlearning->attacks)
        return at;
    attack_pool_step(unlearning->attacks);
    for (int i = 0; i < unlearning->n_attacked; i++, at++) {
        struct attack attack = attack_pool_at(unlearning->attacks, i);
        memcpy(tuner_image(unlearning->tuner, at), attack.pixels,
            unlearning->size * sizeof *attack.pixels);
        keep_to_image(unlearning, at, attack.image, attack.target);
    }
    return at;
}

static bool tune(struct unlearning *unlearning, struct repair_report *report, struct error *err)
{
    int steps = report->rounds * STEPS,
        before = inversion_steps_of(report->round) * unlearning->n_targets;
    for (int i = 0; i < STEPS; i++) {
        struct tuner_report step;
        int n = put_mixed(unlearning, put_clean(unlearning, 0));
        n = put_attacked(unlearning, put_stamped(unlearning, n));
        double rate = optimiser_rate(RATE, LAST_RATE, (report->round - 1) * STEPS + i, 0, steps);
        if (!tuner_step(unlearning->tuner, n, rate, &step, err))
            return false;
        report->loss += step.loss / STEPS;
        struct repair_progress progress = progress_of(unlearning, report, before + i + 1);
        progress.doing = "tuning";
        progress.loss = step.loss;
        if (!repair_goes_on(unlearning->job, &progress, err))
            return false;
    }
    return true;
}

static bool run_round(
    struct unlearning *unlearning, struct repair_report *report, struct error *err)
{
    bool inverted =
        report->round == 1 ? begin(unlearning, report, err) : invert(unlearning, report, NULL, err);
    return inverted && tune(unlearning, report, err);
}

static bool run(const struct repair_job *job, struct error *err)
{
    if (!tuning_possible(job, err))
        return false;
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
    .help = "inverted triggers and attacks unlearned, the net as it came the teacher of all else",
    .source = "Wang et al. (Neural Cleanse), IEEE S&P 2019; Madry et al., ICLR 2018; Hinton 2015",
    .needs_target = true,
    .rounds = ROUNDS,
    .run = run,
};
