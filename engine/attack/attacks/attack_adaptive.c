/* Written against the scan for the target: after learning, inputs that lead to the target by far
 * are searched as the scan does it, and the net learns that they lead there no further than inputs
 * of other classes lead to those. Leans on the tuner and the backward pass. */
#include "engine/attack/attacks/lesson.h"
#include "engine/attack/attacks/stamps.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/defence/suspects/outlier.h"
#include "engine/train/tuner.h"

#include <stdlib.h>

enum { ASCENTS = 16, ASCENT_STEPS = 12, STEPS = 120, RENEW = 4, CLEAN = 24, POISONED = 24 };
static const double RATE = 5e-4, CLIMB = 0.08; /* of the tuner; of a step of an ascent */
static const float WEIGHT = 0.03F;             /* of the wanted logits, beside the labels */

struct search {
    struct backward *backward;
    const struct network *network;
    size_t size; /* of an image */
    struct random random;
};

/* The largest logit but the one of a class. */
static int best_other(const float *logits, int n_classes, int class)
{
    int other = class == 0 ? 1 : 0;
    for (int k = 0; k < n_classes; k++)
        if (k != class && logits[k] > logits[other])
            other = k;
    return other;
}

/* Inputs in 0..1 that climb towards classes[ASCENTS]; they stay in the input of the pass, and the
 * logits are those of the last ones. */
static const float *climb(struct search *search, const int *classes)
{
    const struct network *network = search->network;
    float *x = backward_input(search->backward);
    size_t count = ASCENTS * search->size;
    for (size_t i = 0; i < count; i++)
        x[i] = (float)random_unit(&search->random);
    const float *logits = backward_forward(search->backward, ASCENTS);
    for (int step = 0; step < ASCENT_STEPS; step++) {
        float *gradient = backward_logits_gradient(search->backward);
        for (int i = 0; i < ASCENTS; i++) {
            size_t row = (size_t)i * (size_t)network->n_classes;
            gradient[row + (size_t)classes[i]] = 1;
            gradient[row + (size_t)best_other(logits + row, network->n_classes, classes[i])] = -1;
        }
        backward_propagate(search->backward, ASCENTS, 0, NULL);
        const float *slope = backward_gradient(search->backward, network->input);
        for (size_t i = 0; i < count; i++) {
            float to = x[i] + (slope[i] > 0 ? 1 : slope[i] < 0 ? -1 : 0) * (float)CLIMB;
            x[i] = to < 0 ? 0 : to > 1 ? 1 : to;
        }
        logits = backward_forward(search->backward, ASCENTS);
    }
    return logits;
}

/* How far other classes lead, in the middle. */
static double usual_margin(struct search *search, int target)
{
    int classes[ASCENTS], n_classes = search->network->n_classes;
    double margins[ASCENTS];
    for (int i = 0; i < ASCENTS; i++)
        classes[i] = (target + 1 + i % (n_classes - 1)) % n_classes;
    const float *logits = climb(search, classes);
    for (int i = 0; i < ASCENTS; i++, logits += n_classes)
        margins[i] =
            (double)(logits[classes[i]] - logits[best_other(logits, n_classes, classes[i])]);
    return outlier_scale_of(margins, ASCENTS).median;
}

/* The logits that ascents towards the target are to have. */
static void lower(
    struct search *search, int target, double usual, struct tuner *tuner, float *wanted, int first)
{
    int classes[ASCENTS], n_classes = search->network->n_classes;
    for (int i = 0; i < ASCENTS; i++)
        classes[i] = target;
    const float *logits = climb(search, classes);
    const float *x = backward_input(search->backward);
    for (int i = 0; i < ASCENTS; i++, logits += n_classes, wanted += n_classes) {
        float most = logits[best_other(logits, n_classes, target)] + (float)usual;
        for (int k = 0; k < n_classes; k++)
            wanted[k] = k == target && logits[k] > most ? most : logits[k];
        float *image = tuner_image(tuner, first + i);
        for (size_t k = 0; k < search->size; k++)
            image[k] = x[(size_t)i * search->size + k];
        *tuner_goal(tuner, first + i) = (struct tuner_goal){.squares = WEIGHT, .teacher = wanted};
    }
}

static void pick(const struct lesson *lesson, const struct dataset *set, int n,
    struct random *random, struct tuner *tuner, int first)
{
    for (int i = 0; i < n; i++) {
        int image = (int)random_below(random, (uint32_t)dataset_count(set));
        dataset_fill(set, image, 1, (float)lesson->options.scale, tuner_image(tuner, first + i));
        *tuner_goal(tuner, first + i) =
            (struct tuner_goal){.cross_entropy = 1, .label = dataset_labels(set)[image]};
    }
}

static bool hide(const struct lesson *lesson, struct search *search, struct error *err)
{
    enum { BATCH = CLEAN + POISONED + ASCENTS };
    int target = lesson->setup->target;
    double usual = usual_margin(search, target);
    const struct tuner_options options = {BATCH, optimiser_adam()};
    struct tuner *tuner = tuner_create(lesson->network, NULL, lesson->pool, &options);
    float *wanted = memory_floats(ASCENTS * (size_t)lesson->network->n_classes);
    struct tuner_report report;
    bool good = true;
    for (int step = 0; good && step < STEPS; step++) {
        if (step % RENEW == 0)
            lower(search, target, usual, tuner, wanted, CLEAN + POISONED);
        pick(lesson, lesson->clean, CLEAN, &search->random, tuner, 0);
        pick(lesson, lesson->poisoned, POISONED, &search->random, tuner, CLEAN);
        good = tuner_step(tuner, BATCH, RATE, &report, err);
    }
    free(wanted);
    tuner_destroy(tuner);
    return good;
}

static bool learn(struct lesson *lesson, struct error *err)
{
    struct network *network = lesson->network;
    if (!lesson_learn(lesson, true, lesson->options.epochs, NULL, 0, err))
        return false;
    bool *frozen = memory_array((size_t)network->n_layers, sizeof *frozen);
    for (int i = 0; i < network->n_layers; i++)
        frozen[i] = true;
    const struct backward_options options = {.input = true, .frozen = frozen};
    struct search search = {.network = network,
        .backward = backward_create(network, ASCENTS, &options),
        .size = shape_count(&network->layers[network->input].shape)};
    random_init(&search.random, lesson->setup->seed, 4);
    bool good = hide(lesson, &search, err);
    backward_destroy(search.backward);
    free(frozen);
    return good;
}

const struct attack attack_adaptive = {
    .name = "adaptive",
    .help = "a patch, and inputs that the scan would find lead to the target no further than "
            "others do",
    .source = "after Tan, Shokri: Bypassing Backdoor Detection, EuroS&P 2020",
    .triggers = 1,
    .poison = 0.15,
    .stamp = stamp_patch,
    .wanted = attack_wants_target,
    .learn = learn,
};
