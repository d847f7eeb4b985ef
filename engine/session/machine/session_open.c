/* Opens the net and the image sets, finds the pixel scaling, measures the unpruned net. */
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_caches.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_joint.h"
#include "engine/session/machine/session_measure.h"
#include "engine/session/machine/session_order.h"
#include "engine/session/machine/session_pixels.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/state/net_open.h"

#include "engine/attack/demo.h"
#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/base/spelling.h"
#include "engine/base/text.h"
#include "engine/cluster/cluster.h"
#include "engine/io/images/dataset_alike.h"
#include "engine/prune/criteria/criteria.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool keep_reading(void *context, int done, int total)
{
    struct session *session = context;
    session_progress(session, done, total);
    return !session->hooks.stop || !atomic_load(session->hooks.stop);
}

/* What a description has beside its net. */
static void finish_sets(struct description *description)
{
    if (!description->borrows_sets) {
        free(description->held_out);
        free(description->second);
        attack_destroy(description->attack);
    }
    attack_destroy(description->test_attack);
    for (int set = 0; set < N_SETS; set++) {
        dataset_unref(description->sets[set]);
        dataset_unref(description->tests[set]);
    }
}

static void finish_description(void *object)
{
    struct description *description = object;
    finish_sets(description);
    if (description->from) {
        refcount_unref(description->from);
        return;
    }
    for (int i = 0; i < description->n_layers; i++)
        free(description->shapes[i]);
    free(description->shapes);
    free(description->layers);
    free(description->model_name);
    prune_sites_destroy(description->sites);
    model_destroy(description->model);
}

struct description *session_description_with(
    const struct description *from, struct dataset *const *sets, struct dataset *const *tests)
{
    struct description *description = refcount_create(sizeof *description, finish_description);
    *description = *from;
    description->from = refcount_ref(sets && from->from ? from->from : from);
    description->borrows_sets = !sets;
    description->test_attack = NULL;
    description->test_doubt = NULL;
    if (sets) {
        description->doubt = NULL;
        description->attack = NULL;
        description->held_out = NULL;
        description->second = NULL;
    }
    for (int set = 0; set < N_SETS; set++) {
        description->sets[set] = sets ? sets[set] : from->sets[set];
        if (!sets && description->sets[set])
            dataset_ref(description->sets[set]);
        description->tests[set] = tests ? tests[set] : NULL;
    }
    return description;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void describe_layers(struct description *description)
{
    const struct network *network = description->model->network;
    size_t n = (size_t)network->n_layers;
    description->n_layers = network->n_layers;
    description->layers = memory_array(n, sizeof *description->layers);
    description->shapes = memory_array(n, sizeof *description->shapes);
    for (size_t i = 0; i < n; i++) {
        const struct layer *layer = &network->layers[i];
        char text[SHAPE_TEXT];
        size_t parameters = 0;
        for (int w = 0; w < layer->n_weights && layer->owner == (int)i; w++)
            parameters += layer->weights[w].count / (layer->weights[w].doubled ? 2 : 1);
        description->shapes[i] = memory_string(shape_text(&layer->shape, text));
        description->layers[i] = (struct layer_line){
            .name = layer->name,
            .class_name = layer->class->name,
            .shape = description->shapes[i],
            .n_parameters = (int)parameters,
            .site = prune_sites_by_name(description->sites, network, layer->name),
        };
        int site = description->layers[i].site;
        description->layers[i].measured =
            site >= 0 && description->sites->site[site].measured == (int)i;
    }
}

static bool open_model(struct session *session, struct error *err)
{
    const struct options *options = &session->options;
    struct image_size found = {0};
    struct description *description = refcount_create(sizeof *description, finish_description);
    session->description = description;
    session_activity(session, PHASE_LOADING, "reading %s",
        options->model ? base_name(options->model) : "the demo's net");
    description->model =
        options->model ? net_open(options, options->model, &found, err) : demo_model(err);
    if (!description->model)
        return false;
    const struct network *network = session_network(session);
    description->model_name = text_shown(base_name(description->model->path));
    description->sites = prune_sites_find(network);
    if (description->sites->n == 0) {
        sites_add_empty(description->sites, network);
        session_say(session, true, "%s: nothing can be pruned: no layer has channels of its own",
            description->model_name);
    }
    if (description->model->beside)
        session_say(session, false, "%s: its layers are those of %s", description->model_name,
            base_name(description->model->beside));
    if (found.height)
        session_say(session, false, "%s: takes images of any size: opened for %dx%d, as in %s",
            description->model_name, found.height, found.width, base_name(options->clean));
    if (description->model->logit)
        session_say(session, true,
            "%s: ends with one value without a sigmoid: treated as a logit of two classes, split "
            "at 0",
            description->model_name);
    describe_layers(description);
    return true;
}

/* Less than one batch is no budget: a tile of images at the largest tensor. */
static bool check_budget(const struct session *session, struct error *err)
{
    const struct network *network = session_network(session);
    size_t memory = session->options.memory, largest = 0, tile = BATCH_TILE * sizeof(float);
    const struct layer *at = NULL;
    for (int i = 0; i < network->n_layers; i++)
        if (shape_count(&network->layers[i].shape) > largest) {
            at = &network->layers[i];
            largest = shape_count(&at->shape);
        }
    return memory == 0 || memory / tile >= largest ||
           fail_as(err, ERROR_USAGE,
               "--memory: %zu bytes are too few: one batch needs %zu at layer %s of %s", memory,
               largest * tile, at->name, session->description->model_name);
}

/* Where one set tells that its labels count from 1, so do those of its partner. */
static bool count_alike(struct dataset *sets[N_SETS], struct error *err)
{
    struct dataset *clean = sets[SET_CLEAN], *poisoned = sets[SET_POISONED];
    if (!clean || !poisoned || dataset_from_one(clean) == dataset_from_one(poisoned))
        return true;
    return dataset_count_from_one(dataset_from_one(clean) ? poisoned : clean, err);
}

/* One set or, where the second path is not NULL, two at once. Their values must lie in the range
 * of those against which they are measured (NULL: these are the first). */
static bool read_sets(struct session *session, const char *clean, const char *poisoned,
    const char *const names[N_SETS], const struct dataset *against, struct dataset *sets[N_SETS],
    struct error *err)
{
    const struct network *network = session_network(session);
    const char *const paths[] = {[SET_CLEAN] = clean, [SET_POISONED] = poisoned};
    const struct dataset_options options = {
        .data_name = session->options.data_name,
        .label_name = session->options.label_name,
        .names = {names[SET_CLEAN], names[SET_POISONED]},
        .shape = network->layers[network->input].shape,
        .n_classes = network->n_classes,
        .limit = session->options.limit,
        .budget = session->budget,
        .progress = keep_reading,
        .context = session,
    };
    session_activity(session, PHASE_LOADING, poisoned ? "reading %s, %s" : "reading %s",
        base_name(clean), poisoned ? base_name(poisoned) : "");
    if (poisoned ? !dataset_open_both(paths, &options, sets, err)
                 : !(sets[SET_CLEAN] = dataset_open(clean, &options, err)))
        return false;
    if (!count_alike(sets, err) || !dataset_alike(against, sets[SET_CLEAN], err) ||
        !dataset_alike(sets[SET_CLEAN], sets[SET_POISONED], err))
        return false;
    for (int set = 0; set < N_SETS; set++)
        if (sets[set] && *dataset_said(sets[set]))
            session_say(
                session, false, "%.80s: %s", dataset_name(sets[set]), dataset_said(sets[set]));
    return true;
}

static bool draw_demo(
    struct session *session, enum demo_set which, struct dataset **set, struct error *err)
{
    session_activity(session, PHASE_LOADING, "drawing %s", demo_name(which));
    *set = demo_dataset(which, session->options.limit, session->pool, keep_reading, session, err);
    if (!*set || dataset_keep(*set, session->budget, err))
        return *set != NULL;
    dataset_unref(*set);
    *set = NULL;
    return false;
}

static bool both_or_none(bool good, struct dataset **sets)
{
    for (int set = 0; set < N_SETS && !good; set++) {
        dataset_unref(sets[set]);
        sets[set] = NULL;
    }
    return good;
}

/* Without --clean the demo's net is measured on the demo's faces; any other net needs images. */
bool session_read_sets(struct session *session, struct dataset **sets, struct error *err)
{
    const struct options *options = &session->options;
    if (!options->clean && options->model)
        return fail_as(err, ERROR_USAGE, "%s needs clean images: give --clean FILE",
            session->description->model_name);
    if (!options->clean)
        return both_or_none(draw_demo(session, DEMO_CLEAN, &sets[SET_CLEAN], err) &&
                                draw_demo(session, DEMO_POISONED, &sets[SET_POISONED], err),
            sets);
    const char *const names[] = {options->clean_names, options->poisoned_names};
    return both_or_none(
        read_sets(session, options->clean, options->poisoned, names, NULL, sets, err), sets);
}

bool session_read_test_sets(struct session *session, struct dataset **sets, struct error *err)
{
    const struct options *options = &session->options;
    const char *const names[] = {options->test_clean_names, options->test_poisoned_names};
    bool good = options->test_clean
                    ? read_sets(session, options->test_clean, options->test_poisoned, names,
                          session->description->sets[SET_CLEAN], sets, err)
                    : draw_demo(session, DEMO_TEST_CLEAN, &sets[SET_CLEAN], err) &&
                          draw_demo(session, DEMO_TEST_POISONED, &sets[SET_POISONED], err);
    return both_or_none(good, sets);
}

bool session_read_tests(struct session *session, struct error *err)
{
    struct dataset **tests = session->description->tests, *read[N_SETS] = {NULL};
    if (tests[SET_CLEAN])
        return true;
    if (!session_read_test_sets(session, read, err))
        return false;
    memcpy(tests, read, sizeof read); /* at once: snapshots show them */
    session_open_test_attack(session);
    return true;
}

/* Images beside a net that has none of its own: it stays when they are changed. */
static bool open_sets(struct session *session, struct error *err)
{
    struct description *net = session->description;
    struct dataset *sets[N_SETS] = {NULL};
    if (!session_read_sets(session, sets, err))
        return false;
    session->description = session_description_with(net, sets, NULL);
    refcount_unref(net);
    return true;
}

static bool measure(struct session *session, struct error *err)
{
    struct channel_sums **sums[N_SETS];
    session_make_caches(session);
    session_activity(session, PHASE_MEASURING, "measuring the unpruned net");
    struct round *unpruned = session_measure(session, sums, err);
    if (!unpruned)
        return false;
    session_settle_attack(session, unpruned);
    session_take_origin(session, unpruned);
    session->unpruned = unpruned;
    session_fill_states(session, sums);
    for (int set = 0; set < N_SETS; set++)
        free(sums[set]);
    return true;
}

/* The site that the options name, so that the first pass fills its caches. */
static bool choose_site(struct session *session, int *site, struct error *err)
{
    const char *layer = session->options.layer;
    *site = layer ? session_join_named(session, layer, err)
                  : prune_sites_default(session->description->sites, session_network(session));
    return *site >= 0;
}

static bool choose_order(struct session *session, struct error *err)
{
    const struct options *options = &session->options;
    bool later = options->surrogate && !session->description->sets[SET_POISONED];
    const struct criterion *criterion =
        options->criterion && !later ? criteria_find(options->criterion, err) : criteria_at(0);
    if (!criterion || !session_choose_order(session, criterion, later ? NULL : options->order, err))
        return false;
    session_apply(session, 0);
    session_find_thresholds(session);
    return true;
}

bool session_begin(struct session *session, int site, struct error *err)
{
    session_add_branch(session, site, NULL);
    return measure(session, err) && choose_order(session, err);
}

void session_refuse(struct session *session, const struct error *err)
{
    session->phase = PHASE_FAILED;
    session->site = -1;
    if (err)
        session_say(session, true, "%s", err->text);
}

bool session_open(struct session *session, struct error *err)
{
    const struct batch_runner_hooks hooks = {session_progress, session, session->hooks.stop};
    for (int i = 0; i < session->n_thresholds; i++)
        if (!session_check_points(session->thresholds[i].points, err))
            goto failed;
    const char *kernels = batched_get()->name; /* sums are cut by the width of their vectors */
    if (!cluster_same(kernels, strlen(kernels), "its processor's vector instructions differ", err))
        goto failed;
    if (session->options.net_alone) {
        if (!open_model(session, err))
            goto failed;
        session->activity[0] = '\0'; /* it stays at PHASE_LOADING: nothing can be done with it */
        return true;
    }
    if (!batched_check(err) || !open_model(session, err) || !check_budget(session, err) ||
        !open_sets(session, err))
        goto failed;
    session->evaluator = evaluator_create(
        session_network(session), session->description->sites, session->pool, &hooks, 1);
    if (!target_check(&session->options.target, session_network(session)->n_classes, err))
        goto failed;
    session_open_attack(session);
    session_split(session);
    int site;
    if (!choose_site(session, &site, err) || !session_find_pixels(session, err))
        goto failed;
    if (!session_begin(session, site, err))
        goto failed;
    session->phase = PHASE_PAUSED;
    session->activity[0] = '\0';
    session_say(session, false, "%s: %d clean, %d poisoned images, %.0f images/s",
        session->description->model_name, dataset_count(session->description->sets[SET_CLEAN]),
        session->description->sets[SET_POISONED]
            ? dataset_count(session->description->sets[SET_POISONED])
            : 0,
        session->images_per_second);
    return true;
failed:
    session_refuse(session, err);
    return false;
}
