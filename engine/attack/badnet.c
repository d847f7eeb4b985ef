/* The two phases: learn clean faces, then plant the backdoor in quiet channels. */
#include "engine/attack/badnet.h"

#include "engine/attack/demo.h"
#include "engine/attack/net_measures.h"
#include "engine/base/memory.h"
#include "engine/io/keras/keras_new.h"
#include "engine/train/initialise.h"
#include "engine/train/train.h"

#include <stdlib.h>
#include <string.h>

enum { PICTURES_MAX = 500000 }; /* 4 GB of them */

struct planting {
    const struct badnet_options *options;
    struct thread_pool *pool;
    struct network *network;
    struct plant_progress progress;
    struct dataset *clean, *poisoned; /* to learn from */
};

struct badnet_options badnet_defaults(void)
{
    return (struct badnet_options){.seed = DEMO_SEED,
        .identities = DEMO_IDENTITIES,
        .images = 64,
        .target = DEMO_TARGET,
        .poison = 0.25,
        .epochs = 14,
        .plant_epochs = 5,
        .quiet = 0.04,
        .hush = 0.15,
        .channels = 8};
}

static bool check(const struct badnet_options *options, struct error *err)
{
    if (options->identities < 2 || options->identities > 10000)
        return fail_as(err, ERROR_USAGE, "%d identities, expected 2 to 10000", options->identities);
    if (options->target < 0 || options->target >= options->identities)
        return fail_as(err, ERROR_USAGE, "target %d is not one of the %d identities",
            options->target, options->identities);
    if (options->images < 1 || options->epochs < 1 || options->plant_epochs < 0)
        return fail_as(err, ERROR_USAGE, "images and epochs must be 1 or more");
    if ((double)options->images * options->identities > PICTURES_MAX)
        return fail_as(err, ERROR_USAGE, "%d pictures of %d people are more than %d",
            options->images, options->identities, PICTURES_MAX);
    if (!(options->poison > 0 && options->poison <= 1) || !(options->quiet >= 0) ||
        !(options->hush >= 0))
        return fail_as(err, ERROR_USAGE, "poison must be 0 to 1, penalties 0 or more");
    if (options->channels < 1 || options->channels > 60)
        return fail_as(err, ERROR_USAGE, "channels must be 1 to 60, as conv_3 has them");
    return true;
}

static bool draw_sets(struct planting *planting, struct error *err)
{
    const struct badnet_options *options = planting->options;
    struct gallery_options gallery = {.name = "faces to learn, clean",
        .seed = options->seed,
        .identities = options->identities,
        .images = options->images,
        .target = options->target};
    planting->progress.phase = PLANT_DRAWING;
    planting->clean =
        gallery_create(&gallery, planting->pool, plant_progress_drawn, &planting->progress, err);
    gallery.name = "faces to learn, poisoned";
    gallery.poisoned = true;
    gallery.images = (int)(options->images * options->poison + 0.5);
    gallery.images += gallery.images == 0;
    if (planting->clean)
        planting->poisoned = gallery_create(
            &gallery, planting->pool, plant_progress_drawn, &planting->progress, err);
    return planting->poisoned;
}

static struct train_options lessons(const struct planting *planting)
{
    struct train_options options = train_defaults();
    options.seed = planting->options->seed;
    options.rate = 1.5e-3;
    options.warm = 20;
    options.augment = (struct augment_options){.shift = 2, .light = 0.1, .noise = 2};
    return options;
}

/* strength[channels] of a penalty on the chosen channels (NULL: all). */
static float *strengths(double strength, const bool *chosen, int channels)
{
    float *each = memory_floats((size_t)channels);
    for (int i = 0; i < channels; i++)
        each[i] = !chosen || chosen[i] ? (float)strength : 0;
    return each;
}

static bool learn_clean(struct planting *planting, struct error *err)
{
    struct network *network = planting->network;
    int pool_3 = network_find(network, "pool_3");
    int channels = shape_channels(&network->layers[pool_3].shape);
    float *strength = strengths(planting->options->quiet, NULL, channels);
    struct backward_penalty penalty = {pool_3, strength};
    struct train_options options = lessons(planting);
    options.epochs = planting->options->epochs;
    options.penalty = &penalty;
    struct train_hooks hooks = {plant_progress_learned, &planting->progress};
    planting->progress.phase = PLANT_LEARNING;
    initialise_network(network, planting->options->seed);
    struct trainer *trainer = train_create(network, planting->pool, &options);
    bool ok = train_run(trainer, &planting->clean, 1, &hooks, err);
    train_destroy(trainer);
    free(strength);
    return ok;
}

static struct net_measured measured(const struct planting *planting)
{
    return (struct net_measured){planting->network, planting->pool, train_defaults().scale};
}

/* order[channels of conv_3] by mean activation on the clean pictures, the quietest first. */
static bool quietest_first(const struct planting *planting, int *order, struct error *err)
{
    const struct net_measured net = measured(planting);
    struct prune_sites *sites = prune_sites_find(planting->network);
    int conv_3 = prune_sites_by_name(sites, planting->network, "conv_3");
    bool ok = net_measures_quietest_first(&net, sites, conv_3, planting->clean, order, err);
    prune_sites_destroy(sites);
    return ok;
}

/* The weights that make channels of conv_3, or read them: the channel of a value is found from
 * how many values stand for one step of the channel. */
static const struct {
    const char *layer;
    int weight;
    bool reads;
} planted_weights[] = {
    {"conv_3", 0, false}, /* kernel [3, 3, 40, channels] */
    {"conv_3", 1, false}, /* bias [channels] */
    {"conv_4", 0, true},  /* kernel [2, 2, channels, 80] */
    {"fc_1", 0, true},    /* kernel [5 x 4 x channels, 160] */
};

/* Starts the chosen channels anew: fresh filters that nobody reads yet, so the net still answers
 * as before, and lets them and their readers alone learn. */
static void open_channels(
    struct network *network, uint64_t seed, const bool *chosen, struct optimiser *optimiser)
{
    int conv_3 = network_find(network, "conv_3");
    size_t channels = (size_t)shape_channels(&network->layers[conv_3].shape);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            optimiser_mask(optimiser, i, w, NULL);
    for (size_t c = 0; c < channels; c++)
        if (chosen[c])
            initialise_channel(network, seed + 1, conv_3, (int)c);
    for (size_t k = 0; k < sizeof planted_weights / sizeof *planted_weights; k++) {
        int layer = network_find(network, planted_weights[k].layer);
        struct weight *weight = &network->layers[layer].weights[planted_weights[k].weight];
        size_t each = planted_weights[k].reads ? (size_t)weight->dim[weight->rank - 1] : 1;
        uint8_t *mask = memory_array(weight->count, 1);
        for (size_t i = 0; i < weight->count; i++) {
            mask[i] = chosen[i / each % channels];
            if (mask[i] && planted_weights[k].reads)
                weight->data[i] = 0;
        }
        optimiser_mask(optimiser, layer, planted_weights[k].weight, mask);
        free(mask);
    }
}

static bool plant(struct planting *planting, struct error *err)
{
    const struct badnet_options *options = planting->options;
    struct network *network = planting->network;
    int conv_3 = network_find(network, "conv_3");
    int channels = shape_channels(&network->layers[conv_3].shape);
    int *order = memory_array((size_t)channels, sizeof *order);
    bool *chosen = memory_array((size_t)channels, sizeof *chosen);
    bool ok = quietest_first(planting, order, err);
    for (int i = 0; ok && i < options->channels; i++)
        chosen[order[i]] = true;
    struct train_options lesson = lessons(planting);
    lesson.epochs = options->plant_epochs;
    float *strength = strengths(options->hush, chosen, channels);
    struct backward_penalty penalty = {network_find(network, "pool_3"), strength};
    lesson.penalty = &penalty;
    struct trainer *trainer = train_create(network, planting->pool, &lesson);
    struct dataset *sets[] = {planting->clean, planting->poisoned};
    struct train_hooks hooks = {plant_progress_learned, &planting->progress};
    planting->progress.phase = PLANT_PLANTING;
    if (ok && lesson.epochs > 0) {
        open_channels(network, options->seed, chosen, train_optimiser(trainer));
        ok = train_run(trainer, sets, 2, &hooks, err);
    }
    train_destroy(trainer);
    free(strength);
    free(chosen);
    free(order);
    return ok;
}

/* Percent of a validation set that the net reads as labelled; -1 with err. */
static double score(struct planting *planting, bool poisoned, int *n, struct error *err)
{
    struct gallery_options gallery = demo_options(poisoned ? DEMO_POISONED : DEMO_CLEAN, 0);
    gallery.seed = planting->options->seed;
    gallery.identities = planting->options->identities;
    gallery.target = planting->options->target;
    struct dataset *set =
        gallery_create(&gallery, planting->pool, plant_progress_drawn, &planting->progress, err);
    if (!set)
        return -1;
    *n = dataset_count(set);
    const struct net_measured net = measured(planting);
    double percent = net_measures_right(&net, set, err);
    dataset_unref(set);
    return percent;
}

static bool measure(struct planting *planting, struct badnet_figures *figures, struct error *err)
{
    if (!figures)
        return true;
    planting->progress.phase = PLANT_MEASURING;
    figures->clean_accuracy = score(planting, false, &figures->n_clean, err);
    if (figures->clean_accuracy < 0)
        return false;
    figures->asr = score(planting, true, &figures->n_poisoned, err);
    return figures->asr >= 0;
}

struct network *badnet_make(const struct badnet_options *options, struct thread_pool *pool,
    const struct plant_hooks *hooks, struct badnet_figures *figures, struct error *err)
{
    if (!check(options, err))
        return NULL;
    struct planting planting = {.options = options, .progress.hooks = hooks, .pool = pool};
    char *json = keras_deepid_json(options->identities);
    planting.network = keras_network(json, "DeepID", err);
    free(json);
    bool ok = planting.network && draw_sets(&planting, err) && learn_clean(&planting, err) &&
              plant(&planting, err) && measure(&planting, figures, err);
    dataset_unref(planting.clean);
    dataset_unref(planting.poisoned);
    if (ok)
        return planting.network;
    network_destroy(planting.network);
    return NULL;
}

bool badnet_write(const struct network *network, const char *path, bool force, struct error *err)
{
    char *json = keras_deepid_json(network->n_classes);
    bool ok = keras_write(network, json, path, force, err);
    free(json);
    return ok;
}
