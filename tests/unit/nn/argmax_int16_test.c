/* nn/argmax/argmax_int16.h: the winner of a Dense at some units, and by how much, against sums
 * in double precision, with weights and units that are random or mean; with every set of kernels.
 */
#include "engine/base/memory.h"
#include "engine/nn/argmax/argmax_int16.h"

#include <float.h>
#include <math.h>

#include "tests/unit/common/random_nets.h"

enum { UNITS = 300, MANY_UNITS = 1400, CLASSES = 400, QUESTIONS = 5 };

/* A Dense and some questions about it. */
struct trial {
    struct random *random;
    size_t units, classes;
    float *kernel; /* [units][classes] */
    float *bias;   /* NULL: none */
    float *values; /* [QUESTIONS][units] */
    float needed[QUESTIONS];
    bool sane; /* no value is so large, small or strange that nothing need be said */
};

static size_t some(struct trial *trial, size_t most)
{
    return 1 + random_below(trial->random, (uint32_t)most);
}

/* Weights ------------------------------------------------------------------------------------ */

static float random_weight(struct trial *trial, int kind)
{
    double value = random_normal(trial->random);
    switch (kind) {
    case 0:
        return (float)random_between(trial->random, -2, 2); /* ties */
    case 1:
        return value < 0 ? -1 : 1; /* all as large as can be */
    case 2:
        return (float)(value * exp2(random_between(trial->random, -40, 0)));
    default:
        return (float)value;
    }
}

/* Some classes become others but for a last bit; some are zero. */
static void repeat_classes(struct trial *trial)
{
    size_t n = trial->classes;
    for (size_t times = some(trial, n); times > 0; times--) {
        size_t to = some(trial, n) - 1, from = some(trial, n) - 1, odd = some(trial, trial->units);
        bool zero = random_below(trial->random, 8) == 0;
        for (size_t u = 0; u < trial->units; u++)
            trial->kernel[u * n + to] = zero ? 0 : trial->kernel[u * n + from];
        float *weight = &trial->kernel[(odd - 1) * n + to];
        if (random_below(trial->random, 2))
            *weight = nextafterf(*weight, random_below(trial->random, 2) ? INFINITY : -INFINITY);
        if (trial->bias && random_below(trial->random, 2))
            trial->bias[to] = trial->bias[from];
    }
}

/* One class has the largest weights of all units, so that a sum is as large as it can get. */
static void raise_class(struct trial *trial)
{
    size_t class = some(trial, trial->classes) - 1;
    float sign = random_below(trial->random, 2) ? 8 : -8;
    for (size_t u = 0; u < trial->units; u++)
        trial->kernel[u * trial->classes + class] = sign;
}

static void draw_weights(struct trial *trial)
{
    struct random *random = trial->random;
    size_t n = trial->classes;
    int kind = random_between(random, 0, 5), scale = random_between(random, -1, 1) * 60;
    bool uneven = random_below(random, 4) == 0;
    for (size_t u = 0; u < trial->units; u++) {
        double step = exp2(scale + (uneven ? random_between(random, -60, 0) : 0));
        for (size_t k = 0; k < n; k++)
            trial->kernel[u * n + k] = (float)(random_weight(trial, kind) * step);
    }
    for (size_t k = 0; k < n && trial->bias; k++)
        trial->bias[k] = (float)(random_weight(trial, kind) * exp2(scale));
    if (random_below(random, 3) == 0)
        raise_class(trial);
    if (random_below(random, 2))
        repeat_classes(trial);
}

/* Units -------------------------------------------------------------------------------------- */

static void draw_units(struct trial *trial, float *values)
{
    struct random *random = trial->random;
    uint32_t share = random_below(random, 5), sign = random_below(random, 3);
    double scale = exp2(random_between(random, -1, 1) * random_between(random, 0, 30));
    for (size_t u = 0; u < trial->units; u++) {
        double value = random_normal(random) * scale;
        value = sign == 0 ? value : sign == 1 ? fabs(value) : scale;
        values[u] = random_below(random, 4) < share ? (float)value : 0;
    }
}

/* Puts something in that nothing can be said about. */
static void spoil(struct trial *trial)
{
    static const float odd[] = {INFINITY, -INFINITY, NAN, 3e38F, -3e38F, 1e-45F};
    float *all[] = {trial->kernel, trial->values, trial->bias ? trial->bias : trial->kernel};
    size_t counts[] = {trial->units * trial->classes, QUESTIONS * trial->units, trial->classes};
    uint32_t which = random_below(trial->random, 3);
    all[which][some(trial, counts[which]) - 1] = odd[random_below(trial->random, 6)];
}

/* Answers ------------------------------------------------------------------------------------ */

/* In double precision, and what sums of floats may be off: many roundings of the largest sum of
 * absolute values. */
struct truth {
    double logits[CLASSES];
    double rounding;
};

static void find_truth(struct truth *truth, const struct trial *trial, const float *values)
{
    double largest = 0;
    bool broken = false;
    for (size_t k = 0; k < trial->classes; k++) {
        double sum = trial->bias ? (double)trial->bias[k] : 0, size = fabs(sum);
        for (size_t u = 0; u < trial->units; u++) {
            double product = (double)values[u] * trial->kernel[u * trial->classes + k];
            sum += product;
            size += fabs(product);
        }
        truth->logits[k] = sum;
        largest = fmax(largest, size);
        broken = broken || !isfinite(size);
    }
    double n = broken ? NAN : (double)trial->units + 2;
    truth->rounding = 2 * n * (FLT_EPSILON * largest + FLT_MIN);
}

/* The winner wins by no less than is said; what needs to be told is told. */
static void check_answer(
    const struct trial *trial, const struct truth *truth, const struct argmax_query *question)
{
    size_t class = (size_t)question->class;
    double apart = INFINITY, best = -INFINITY, second = -INFINITY;
    assert_true(class < trial->classes);
    for (size_t k = 0; k < trial->classes; k++) {
        double logit = truth->logits[k];
        if (k != class)
            apart = fmin(apart, truth->logits[class] - logit);
        second = fmax(second, fmin(best, logit));
        best = fmax(best, logit);
    }
    assert_true(question->margin == -1 || question->margin > 0);
    if (question->margin > 0) {
        assert_true(isfinite(truth->rounding)); /* nothing is not a number */
        assert_true(question->margin <= apart + truth->rounding);
    }
    if (trial->sane && trial->classes > 1)
        assert_true(fmax(question->margin, 0) + 2 * truth->rounding >=
                    fmin(question->needed, best - second) * (1 - 1e-5));
}

static void ask(const struct trial *trial, const struct batched_kernels *batched)
{
    static struct truth truth;
    struct argmax_query questions[QUESTIONS];
    struct argmax_classes classes;
    argmax_classes_init(
        &classes, batched, trial->kernel, trial->bias, trial->units, trial->classes);
    float *scratch = memory_floats(QUESTIONS * classes.kernels->bytes(&classes) / sizeof *scratch);
    for (int i = 0; i < QUESTIONS; i++)
        questions[i] = (struct argmax_query){
            .units = trial->values + (size_t)i * trial->units, .needed = trial->needed[i]};
    classes.kernels->answer(questions, &classes, QUESTIONS, scratch);
    for (int i = 0; i < QUESTIONS; i++) {
        find_truth(&truth, trial, questions[i].units);
        check_answer(trial, &truth, &questions[i]);
    }
    free(scratch);
    argmax_classes_finish(&classes);
}

static void try_once(struct random *random)
{
    struct trial trial = {.random = random};
    const struct batched_kernels *batched;
    static const size_t units[] = {6, 6, 6, 6, UNITS, UNITS, UNITS, MANY_UNITS};
    trial.units = some(&trial, units[random_below(random, 8)]);
    trial.classes = some(&trial, random_below(random, 2) ? CLASSES : 40);
    trial.kernel = memory_floats(trial.units * trial.classes);
    trial.bias = random_below(random, 2) ? memory_floats(trial.classes) : NULL;
    trial.values = memory_floats(QUESTIONS * trial.units);
    trial.sane = random_below(random, 4) > 0;
    draw_weights(&trial);
    for (size_t i = 0; i < QUESTIONS; i++) {
        draw_units(&trial, trial.values + i * trial.units);
        trial.needed[i] = (float)(random_below(random, 3) * exp2(random_between(random, -20, 6)));
    }
    if (!trial.sane)
        spoil(&trial);
    for (int k = 0; (batched = batched_at(k)); k++)
        ask(&trial, batched);
    free(trial.kernel);
    free(trial.bias);
    free(trial.values);
}

static void the_winner_wins_by_what_is_said(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 1, 0);
    for (int i = 0; i < random_trials(1000); i++)
        try_once(&random);
}

/* A search for the worst --------------------------------------------------------------------- */

/* How much more is said than is so: values are changed one by one as long as that grows. One unit
 * is larger than all others together and one class, which loses, has the largest weights, so that
 * what is rounded of one value does not depend on the others. */
static double exaggeration(const struct trial *trial, const struct batched_kernels *batched)
{
    static struct truth truth;
    struct argmax_query question = {.units = trial->values};
    struct argmax_classes classes;
    argmax_classes_init(&classes, batched, trial->kernel, NULL, trial->units, trial->classes);
    float *scratch = memory_floats(classes.kernels->bytes(&classes) / sizeof *scratch);
    classes.kernels->answer(&question, &classes, 1, scratch);
    find_truth(&truth, trial, question.units);
    check_answer(trial, &truth, &question);
    free(scratch);
    argmax_classes_finish(&classes);
    return question.margin - fabs(truth.logits[0] - truth.logits[1]);
}

static void search_once(struct random *random, const struct batched_kernels *batched)
{
    enum { MOST = 16, STEPS = 4000 };
    float kernel[MOST * 3], values[MOST * QUESTIONS];
    struct trial trial = {.random = random, .classes = 3, .kernel = kernel, .values = values};
    trial.units = 1 + some(&trial, MOST - 1);
    for (size_t u = 0; u < trial.units; u++) {
        values[u] = u == 0 ? 1 : (float)random_range(random, 0.1, 0.9) / MOST;
        kernel[3 * u] = (float)random_range(random, -0.9, 0.9);
        kernel[3 * u + 1] = (float)random_range(random, -0.9, 0.9);
        kernel[3 * u + 2] = u == 0 ? -1 : 1;
    }
    double worst = exaggeration(&trial, batched);
    for (int i = 0; i < STEPS; i++) {
        size_t unit = some(&trial, trial.units - 1);
        bool weight = random_below(random, 3) > 0;
        float *value = weight ? &kernel[3 * unit + random_below(random, 2)] : &values[unit];
        float before = *value;
        *value += (float)(random_normal(random) * exp2(weight ? -12 : -16));
        double now = exaggeration(&trial, batched);
        *value = now < worst ? before : *value;
        worst = fmax(worst, now);
    }
}

static void the_worst_case_is_allowed_for(void **state)
{
    (void)state;
    struct random random;
    const struct batched_kernels *batched;
    random_init(&random, 2, 0);
    for (int i = 0; i < random_trials(30); i++)
        for (int k = 0; (batched = batched_at(k)); k++)
            search_once(&random, batched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_winner_wins_by_what_is_said),
        cmocka_unit_test(the_worst_case_is_allowed_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
