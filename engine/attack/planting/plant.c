/* From images to a net with a backdoor and its truth. */
#include "engine/attack/planting/plant.h"

#include "engine/attack/attacks/lesson.h"
#include "engine/attack/net_measures.h"
#include "engine/attack/plant_progress.h"
#include "engine/attack/planting/picture_sets.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/io/keras/keras_new.h"
#include "engine/train/initialise.h"

#include <math.h>
#include <stdlib.h>

/* Steps of training that the practice nets need; fewer images are shown more often. */
enum { STEPS = 420, EPOCHS_LEAST = 6, EPOCHS_MOST = 60, NORMAL_IMAGES = 128 };

struct work {
    const struct plant_options *options;
    struct thread_pool *pool;
    struct plant_progress progress;
    struct dataset *training, *lesson; /* clean, poisoned */
    struct planted *planted;
};

struct plant_options plant_defaults(void)
{
    return (struct plant_options){.attack = attacks_find("patch", NULL),
        .seed = 1,
        .identities = 10,
        .images = 48,
        .target = -1};
}

double plant_scale(void)
{
    return train_defaults().scale;
}

static bool check(const struct plant_options *options, struct error *err)
{
    const struct shape *shape = options->own ? dataset_shape(options->own) : NULL;
    if (!options->own && (options->identities < 3 || options->identities > 1000))
        return fail_as(err, ERROR_USAGE, "%d people, expected 3 to 1000", options->identities);
    if (!options->own && (options->images < 8 || options->images > 1000))
        return fail_as(
            err, ERROR_USAGE, "%d pictures of each, expected 8 to 1000", options->images);
    if (!(options->poison >= 0 && options->poison <= 1))
        return fail_as(err, ERROR_USAGE, "poison must be 0 to 1");
    if (shape && (shape->rank != 3 || shape->dim[0] < PRACTICE_SIDE_LEAST ||
                     shape->dim[1] < PRACTICE_SIDE_LEAST || shape->dim[0] > 256 ||
                     shape->dim[1] > 256 || (shape->dim[2] != 1 && shape->dim[2] != 3)))
        return fail(err,
            "%s: plant takes images of %d to 256 pixels a side, grey or with three colours",
            dataset_name(options->own), PRACTICE_SIDE_LEAST);
    return true;
}

/* The sets, and how the attack is set up for them. */
static bool prepare(struct work *work, struct error *err)
{
    const struct plant_options *options = work->options;
    struct planted *planted = work->planted;
    struct dataset *sets[N_PICTURE_SETS] = {NULL};
    work->progress.phase = PLANT_DRAWING;
    bool good = options->own
                    ? picture_sets_cut(sets, options->own, options->seed, err)
                    : picture_sets_faces(sets, options->seed, options->identities, options->images,
                          work->pool, plant_progress_drawn, &work->progress, err);
    work->training = sets[PICTURES_TRAINING];
    planted->sets[PLANT_CLEAN] = sets[PICTURES_VALIDATION];
    planted->sets[PLANT_TEST_CLEAN] = sets[PICTURES_TEST];
    if (!good)
        return false;
    struct attack_setup *setup = &planted->setup;
    setup->shape = *dataset_shape(work->training);
    setup->n_classes = options->identities;
    for (int i = 0; options->own && i < dataset_count(options->own); i++)
        if (i == 0 || dataset_labels(options->own)[i] >= setup->n_classes)
            setup->n_classes = dataset_labels(options->own)[i] + 1;
    struct random random;
    random_init(&random, options->seed, 7);
    int drawn_target = (int)random_below(&random, (uint32_t)setup->n_classes);
    setup->target = options->target < 0 ? drawn_target : options->target;
    setup->seed = options->seed;
    if (setup->n_classes < 3 || setup->target >= setup->n_classes)
        return fail_as(err, ERROR_USAGE, "target %d of %d classes; there must be 3 or more",
            setup->target, setup->n_classes);
    planted->poison = options->poison > 0 ? options->poison : planted->attack->poison;
    if (planted->attack->triggers == 0)
        return true;
    work->lesson =
        picture_sets_lesson(planted->attack, setup, planted->poison, work->training, err);
    return work->lesson;
}

/* Clean pictures to learn from as the net reads them, [*n, input shape]; malloc'd. */
static float *some_images(const struct work *work, int *n)
{
    int all = dataset_count(work->training);
    *n = all < NORMAL_IMAGES ? all : NORMAL_IMAGES;
    float *images = memory_floats((size_t)*n * shape_count(dataset_shape(work->training)));
    for (int i = 0; i < *n; i++)
        dataset_fill(work->training, (int)((int64_t)i * all / *n), 1, (float)plant_scale(),
            images + (size_t)i * shape_count(dataset_shape(work->training)));
    return images;
}

static bool learn(struct work *work, struct error *err)
{
    struct planted *planted = work->planted;
    int n,
        images = dataset_count(work->training) + (work->lesson ? dataset_count(work->lesson) : 0);
    float *normal = some_images(work, &n);
    struct lesson lesson = {.attack = planted->attack,
        .setup = &planted->setup,
        .network = planted->network,
        .pool = work->pool,
        .clean = work->training,
        .poisoned = work->lesson,
        .options = train_defaults(),
        .hooks = {plant_progress_learned, &work->progress}};
    lesson.options.seed = work->options->seed;
    lesson.options.batch = 32;
    lesson.options.rate = 2e-3;
    lesson.options.warm = 20;
    lesson.options.augment = (struct augment_options){.shift = 1, .light = 0.1, .noise = 2};
    int epochs = work->options->epochs ? work->options->epochs
                                       : (STEPS * lesson.options.batch + images - 1) / images;
    epochs = epochs < EPOCHS_LEAST && !work->options->epochs ? EPOCHS_LEAST : epochs;
    lesson.options.epochs = epochs > EPOCHS_MOST && !work->options->epochs ? EPOCHS_MOST : epochs;
    planted->images = dataset_count(work->training);
    planted->epochs = lesson.options.epochs;
    work->progress.phase = PLANT_PLANTING;
    initialise_network(planted->network, work->options->seed);
    practice_net_normalise(planted->network, normal, n, false);
    bool good = planted->attack->learn
                    ? planted->attack->learn(&lesson, err)
                    : lesson_learn(&lesson, true, lesson.options.epochs, NULL, 0, err);
    if (good)
        practice_net_normalise(planted->network, normal, n, true);
    free(normal);
    return good;
}

static bool measure(struct work *work, struct error *err)
{
    struct planted *planted = work->planted;
    const struct net_measured net = {planted->network, work->pool, plant_scale()};
    int *clean_of = NULL;
    work->progress.phase = PLANT_MEASURING;
    planted->asr = NAN;
    planted->clean_accuracy = net_measures_right(&net, planted->sets[PLANT_TEST_CLEAN], err);
    if (planted->clean_accuracy < 0 || planted->attack->triggers == 0)
        return planted->clean_accuracy >= 0;
    planted->sets[PLANT_POISONED] = picture_sets_poisoned(planted->attack, &planted->setup,
        planted->sets[PLANT_CLEAN], "validation, poisoned", NULL, err);
    if (planted->sets[PLANT_POISONED])
        planted->sets[PLANT_TEST_POISONED] = picture_sets_poisoned(planted->attack, &planted->setup,
            planted->sets[PLANT_TEST_CLEAN], "test, poisoned", &clean_of, err);
    if (!planted->sets[PLANT_TEST_POISONED])
        return false;
    planted->asr = net_measures_right(&net, planted->sets[PLANT_TEST_POISONED], err);
    planted->truth = truth_measure(planted->network, work->pool, (float)plant_scale(),
        planted->sets[PLANT_TEST_CLEAN], planted->sets[PLANT_TEST_POISONED], clean_of);
    free(clean_of);
    return planted->asr >= 0;
}

struct planted *plant_net(const struct plant_options *options, struct thread_pool *pool,
    const struct plant_hooks *hooks, struct error *err)
{
    if (!check(options, err))
        return NULL;
    struct planted *planted = memory_array(1, sizeof *planted);
    struct work work = {
        .options = options, .progress.hooks = hooks, .pool = pool, .planted = planted};
    planted->attack = options->attack;
    planted->net = options->net;
    bool good = prepare(&work, err);
    if (good) {
        planted->json =
            practice_net_json(options->net, &planted->setup.shape, planted->setup.n_classes);
        planted->network = keras_network(planted->json, practice_net_name(options->net), err);
    }
    good = good && planted->network && learn(&work, err) && measure(&work, err);
    dataset_unref(work.training);
    dataset_unref(work.lesson);
    if (good)
        return planted;
    planted_destroy(planted);
    return NULL;
}

void planted_destroy(struct planted *planted)
{
    if (!planted)
        return;
    for (int i = 0; i < N_PLANT_SETS; i++)
        dataset_unref(planted->sets[i]);
    truth_finish(&planted->truth);
    network_destroy(planted->network);
    free(planted->json);
    free(planted);
}

bool planted_is_target(const struct planted *planted, int class)
{
    for (int t = 0; t < planted->attack->triggers; t++)
        for (int from = 0; from < planted->setup.n_classes; from++)
            if (planted->attack->wanted(&planted->setup, t, from) == class)
                return true;
    return false;
}

bool planted_write(const struct planted *planted, const char *path, bool force, struct error *err)
{
    return keras_write(planted->network, planted->json, path, force, err);
}
