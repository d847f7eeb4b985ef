/* The loop of a tuning: batches, adversarial copies, steps, rounds. Leans on the tuner. */
#include "engine/defence/repairs/tuning.h"

#include "engine/base/memory.h"
#include "engine/defence/repairs/reading.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/adversary.h"
#include "engine/train/tuner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIAL_STEPS = 16, TRIALS = 8 };
static const double MOMENTUM = 0.9, FIRST_RATE = 0.04; /* of the highest rate */
static const double SLOWER = 0.25;                     /* from trial to trial */
static const double NEAR_GUESSING = 0.9;               /* of the loss of a net that guesses */
static const float TEACHING = 1;                       /* beside the cross-entropy of the label */

struct tuning {
    const struct repair_job *job;
    const struct tuning_recipe *recipe;
    const struct shape *shape;
    size_t size;             /* floats of an image */
    struct network *network; /* a copy of the job's, whose pixels are about 0..1 */
    float unit;              /* pixels of the job's net that are 1 of the copy's */
    bool *readers;           /* [n_layers] whose first weight takes that up */
    struct augment_options augment;
    struct tuner *tuner;
    struct adversary *adversary;
    struct random random;
    int *order, at; /* the clean images, shuffled; the next of them */
    int32_t *labels;
    float *answers; /* [images, classes] logits of the net as it came, of images unchanged */
    bool *right;    /* [images] those that it reads as they are labelled */
    int *chosen;    /* [batch] which images these are of */
    float *scratch; /* [workers] an image each */
    uint64_t batches;
};

struct tuning_recipe tuning_defaults(const struct network *network)
{
    const struct shape *shape = &network->layers[network->input].shape;
    int height = shape->dim[0], width = shape->rank > 1 ? shape->dim[1] : 0;
    int side = width < height ? width : height;
    struct tuning_recipe recipe = {.steps = 96,
        .batch = 64,
        .rate = 0.02,
        .rise = 0.3,
        .augment = {.shift = side / 24,
            .turn = 6,
            .zoom = 0.06,
            .bend = side / 24.0,
            .patch = side * 3 / 14,
            .veil = 0.3},
        .radius = 0.1,
        .ascents = 2};
    return recipe;
}

/* Marks the layers whose first weight multiplies pixels; false where others read pixels too. */
static bool find_readers(const struct network *network, bool *readers)
{
    bool *pixels = memory_array((size_t)network->n_layers, sizeof *pixels), all = true;
    pixels[network->input] = true;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        const char *name = layer->class->name;
        bool reads = false;
        for (int k = 0; k < layer->n_inputs; k++)
            reads = reads || pixels[layer->inputs[k]];
        pixels[i] = pixels[i] ||
                    (reads && (strcmp(name, "Flatten") == 0 || strcmp(name, "ZeroPadding2D") == 0));
        readers[i] = reads && !pixels[i];
        all = all && layer->owner == i;
        all = all &&
              !(readers[i] && (layer->n_weights == 0 || !strstr(layer->weights[0].name, "kernel")));
    }
    free(pixels);
    return all;
}

/* SGD's steps are of use only where pixels are about 1: where the net's are not, the weights that
 * read them take up the difference, a power of 2 so that no digit is lost. */
static float unit_of(const struct repair_job *job, bool *readers)
{
    double range = (double)job->high - (double)job->low;
    bool simple = find_readers(job->network, readers) && range > 0 && isfinite(range);
    return simple ? (float)exp2(round(log2(range))) : 1;
}

/* From the job's network to the copy, or back. */
static void copy_weights(const struct tuning *tuning, const struct network *from,
    struct network *to, float readers_times)
{
    for (int i = 0; i < to->n_layers; i++)
        for (int w = 0; w < to->layers[i].n_weights; w++) {
            const struct weight *weight = &from->layers[i].weights[w];
            float times = w == 0 && tuning->readers[i] ? readers_times : 1;
            for (size_t k = 0; k < weight->count; k++)
                to->layers[i].weights[w].data[k] = times * weight->data[k];
        }
}

static double rate_at(const struct tuning_recipe *recipe, double along)
{
    const double pi = 3.14159265358979323846, rise = recipe->rise;
    if (along < rise)
        return FIRST_RATE + (1 - FIRST_RATE) * 0.5 * (1 - cos(pi * along / rise));
    return 0.5 * (1 + cos(pi * (along - rise) / (1 - rise)));
}

/* Every image once before any comes again. */
static int next_image(struct tuning *tuning)
{
    int n = tuning->job->images.n;
    if (tuning->at == n) {
        for (int i = n - 1; i > 0; i--) {
            int other = (int)random_below(&tuning->random, (uint32_t)i + 1);
            int image = tuning->order[i];
            tuning->order[i] = tuning->order[other];
            tuning->order[other] = image;
        }
        tuning->at = 0;
    }
    return tuning->order[tuning->at++];
}

/* One image of a batch, from a stream of its own. */
static void make_image(void *context, int index, int worker)
{
    struct tuning *tuning = context;
    const struct repair_images *images = &tuning->job->images;
    uint64_t stream = tuning->batches * (uint64_t)tuning->recipe->batch + (uint64_t)index;
    const float *pixels = images->pixels + (size_t)tuning->chosen[index] * tuning->size;
    float *image = tuner_image(tuning->tuner, index);
    struct random random;
    random_init(&random, tuning->job->seed, 1 + stream);
    for (size_t k = 0; k < tuning->size; k++)
        image[k] = pixels[k] / tuning->unit;
    augment_image(&tuning->augment, &random, tuning->shape, image,
        tuning->scratch + (size_t)worker * tuning->size);
}

/* The net as it came learned from more images than there are here: it teaches what it knows of
 * those that it reads right, unchanged, whatever is done to them for the net that is tuned. */
static void ask_original(struct tuning *tuning)
{
    const struct repair_job *job = tuning->job;
    size_t n = (size_t)job->images.n, classes = (size_t)job->original->n_classes;
    tuning->answers = memory_floats(n * classes);
    tuning->right = memory_array(n, sizeof *tuning->right);
    reading_outputs(
        job->original, job->pool, &job->images, NULL, job->original->output, tuning->answers);
    for (size_t i = 0; i < n; i++)
        tuning->right[i] = reference_pass_argmax(tuning->answers + i * classes, (int)classes) ==
                           job->images.labels[i];
}

static struct tuner_goal goal_of(const struct tuning *tuning, int image)
{
    bool taught = tuning->right[image];
    size_t classes = (size_t)tuning->network->n_classes;
    return (struct tuner_goal){.cross_entropy = 1,
        .label = tuning->job->images.labels[image],
        .divergence = taught ? TEACHING : 0,
        .teacher = taught ? tuning->answers + (size_t)image * classes : NULL};
}

static void make_batch(struct tuning *tuning)
{
    const struct repair_job *job = tuning->job;
    const struct tuning_recipe *recipe = tuning->recipe;
    for (int i = 0; i < recipe->batch; i++) {
        tuning->chosen[i] = next_image(tuning);
        tuning->labels[i] = job->images.labels[tuning->chosen[i]];
        *tuner_goal(tuning->tuner, i) = goal_of(tuning, tuning->chosen[i]);
    }
    thread_pool_run(job->pool, recipe->batch, make_image, tuning);
    if (recipe->copies > 0)
        adversary_move(tuning->adversary, recipe->copies, tuning->labels,
            job->seed + tuning->batches, tuner_image(tuning->tuner, 0));
    tuning->batches++;
}

/* One step; `step` of `steps` is what is reported. Adds the loss to *loss. */
static bool run_step(struct tuning *tuning, double rate, const struct repair_progress *progress,
    double *loss, struct error *err)
{
    struct tuner_report report;
    struct repair_progress now = *progress;
    make_batch(tuning);
    if (!tuner_step(tuning->tuner, tuning->recipe->batch, rate, &report, err))
        return false;
    now.loss = report.loss;
    *loss += report.loss;
    return repair_goes_on(tuning->job, &now, err);
}

static bool is_pruned(const struct layer *layer, int channel)
{
    bool any = false;
    for (int w = 0; w < layer->n_weights; w++) {
        const struct weight *weight = &layer->weights[w];
        if (weight->trainable && !weight_channel_is_zero(weight, channel))
            return false;
        any = any || (weight->trainable && weight_channels(weight) > channel);
    }
    return any;
}

/* Channels of which nothing is left, and values that were there as the net came and are 0 now. */
static void keep_pruned(struct optimiser *optimiser, const struct network *network,
    const struct network *original, int at)
{
    const struct layer *layer = &network->layers[at];
    for (int w = 0; w < layer->n_weights; w++) {
        const struct weight *weight = &layer->weights[w];
        const float *came = original->layers[at].weights[w].data;
        uint8_t *mask = memory_array(weight->count, sizeof *mask);
        size_t channels = (size_t)weight_channels(weight);
        for (size_t i = 0; i < weight->count; i++)
            mask[i] = !(weight->data[i] == 0 && came[i] != 0);
        for (size_t c = 0; c < channels; c++)
            for (size_t i = c; is_pruned(layer, (int)c) && i < weight->count; i += channels)
                mask[i] = 0;
        optimiser_mask(optimiser, at, w, mask);
        free(mask);
    }
}

/* As the job's network stands, with no steps behind it. */
static void begin(struct tuning *tuning)
{
    const struct repair_job *job = tuning->job;
    struct tuner_options options = {
        .batch = tuning->recipe->batch, .optimiser = optimiser_sgd(MOMENTUM)};
    copy_weights(tuning, job->network, tuning->network, tuning->unit);
    tuner_destroy(tuning->tuner);
    tuning->tuner = tuner_create(tuning->network, NULL, job->pool, &options);
    for (int i = 0; i < job->network->n_layers; i++)
        keep_pruned(tuner_optimiser(tuning->tuner), job->network, job->original, i);
    for (int i = 0; i < job->images.n; i++)
        tuning->order[i] = i;
    tuning->at = job->images.n;
    tuning->batches = 0;
    random_init(&tuning->random, job->seed, 0);
}

static void init(struct tuning *tuning)
{
    const struct repair_job *job = tuning->job;
    const struct tuning_recipe *recipe = tuning->recipe;
    tuning->network = network_clone(job->network);
    tuning->readers = memory_array((size_t)job->network->n_layers, sizeof *tuning->readers);
    tuning->unit = unit_of(job, tuning->readers);
    if (tuning->unit == 1)
        memset(tuning->readers, 0, (size_t)job->network->n_layers * sizeof *tuning->readers);
    tuning->augment = recipe->augment;
    tuning->augment.low = job->low / tuning->unit;
    tuning->augment.high = job->high / tuning->unit;
    struct adversary_options adversary = {.low = tuning->augment.low,
        .high = tuning->augment.high,
        .radius = recipe->radius,
        .steps = recipe->ascents,
        .batch = recipe->batch};
    tuning->adversary = adversary_create(tuning->network, job->pool, &adversary);
    tuning->shape = &job->network->layers[job->network->input].shape;
    tuning->size = shape_count(tuning->shape);
    tuning->order = memory_array((size_t)job->images.n, sizeof *tuning->order);
    tuning->labels = memory_array((size_t)recipe->batch, sizeof *tuning->labels);
    tuning->chosen = memory_array((size_t)recipe->batch, sizeof *tuning->chosen);
    ask_original(tuning);
    tuning->scratch = memory_floats((size_t)thread_pool_workers(job->pool) * tuning->size);
}

static void finish(struct tuning *tuning)
{
    free(tuning->readers);
    free(tuning->order);
    free(tuning->labels);
    free(tuning->answers);
    free(tuning->right);
    free(tuning->chosen);
    free(tuning->scratch);
    adversary_destroy(tuning->adversary);
    tuner_destroy(tuning->tuner);
    network_destroy(tuning->network);
}

/* A few steps from where the net stands. *bears: the loss stays away from that of a net that
 * guesses, and does not grow. False when it was cancelled. */
static bool try_rate(struct tuning *tuning, double rate, const struct repair_progress *progress,
    bool *bears, struct error *err)
{
    double first = 0, loss = 0;
    double guessing = (1 + (double)TEACHING) * log((double)tuning->network->n_classes);
    struct repair_progress now = *progress;
    struct error why = {0};
    begin(tuning);
    *bears = true;
    for (now.step = 1; *bears && now.step <= now.steps; now.step++) {
        *bears = run_step(tuning, rate, &now, &loss, &why);
        if (now.step == 1)
            first = loss;
        if (now.step == now.steps / 2)
            loss = 0;
    }
    if (why.class == ERROR_CANCELLED)
        return fail_as(err, ERROR_CANCELLED, "%s", why.text);
    loss /= now.steps - now.steps / 2;
    *bears = *bears && loss < NEAR_GUESSING * (first > guessing ? first : guessing);
    return true;
}

/* The recipe's rate, or a lower one that the net bears, without copies: those begin with a large
 * loss. False when it was cancelled. */
static bool find_rate(struct tuning *tuning, int round, int rounds, double *rate, struct error *err)
{
    const struct tuning_recipe *recipe = tuning->recipe;
    struct tuning_recipe without = *recipe;
    struct repair_progress progress = {
        .round = round, .rounds = rounds, .steps = TRIAL_STEPS, .doing = "trying a rate"};
    bool bears = false, good = true;
    without.copies = 0;
    tuning->recipe = &without;
    *rate = recipe->rate;
    for (int trial = 0; good && !bears && trial < TRIALS; trial++, *rate *= bears ? 1 : SLOWER)
        good = try_rate(tuning, *rate, &progress, &bears, err);
    tuning->recipe = recipe;
    return good;
}

static bool run_round(struct tuning *tuning, double rate, int round, int first, int rounds,
    double *loss, struct error *err)
{
    int steps = tuning->recipe->steps;
    bool good = true;
    for (int i = 1; good && i <= steps; i++) {
        double along = (double)((round - first) * steps + i - 1) / ((rounds - first + 1) * steps);
        struct repair_progress progress = {
            .round = round, .rounds = rounds, .step = i, .steps = steps, .doing = "tuning"};
        good = run_step(tuning, rate * rate_at(tuning->recipe, along), &progress, loss, err);
    }
    *loss /= steps;
    copy_weights(tuning, tuning->network, tuning->job->network, 1 / tuning->unit);
    return good;
}

bool tuning_possible(const struct repair_job *job, struct error *err)
{
    return job->images.n > 0 ||
           fail_as(err, ERROR_INPUT, "no clean image to learn from: give more of them");
}

bool tuning_run(const struct repair_job *job, const struct tuning_recipe *recipe, int first,
    int rounds, struct error *err)
{
    struct tuning tuning = {.job = job, .recipe = recipe};
    double rate;
    if (!tuning_possible(job, err))
        return false;
    init(&tuning);
    bool good = find_rate(&tuning, first, rounds, &rate, err);
    if (good)
        begin(&tuning);
    for (int round = first; good && round <= rounds; round++) {
        double loss = 0;
        good = run_round(&tuning, rate, round, first, rounds, &loss, err);
        struct repair_report report = {.round = round, .rounds = rounds, .loss = loss, .mask = -1};
        if (good && job->round && !job->round(job->context, &report))
            break;
    }
    finish(&tuning);
    return good;
}
