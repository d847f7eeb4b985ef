/* Commands explain and scatter: what the net sees in one image, and in many. Lean on the room of
 * explanations; the session's own network is not touched. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_joint.h"
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/session_save.h"

#include "engine/api/explanation.h"
#include "engine/api/scatter.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/defence/detectors/reading.h"
#include "engine/explain/attribution.h"
#include "engine/explain/projection.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void finish_explanation(void *object)
{
    const struct explanation *found = object;
    free((void *)(uintptr_t)found->heat);
}

/* "clean 17 gradient" */
static bool read_wish(const struct session *session, const struct command *command,
    struct explanation *wish, struct error *err)
{
    char set[16], method[16];
    if (sscanf(command->text, "%15s %d %15s", set, &wish->image, method) != 3)
        return fail_as(err, ERROR_USAGE, "explain: name the set, the image and the method");
    wish->set = strcmp(set, "poisoned") == 0 ? SET_POISONED : SET_CLEAN;
    wish->method = N_EXPLANATION_METHODS;
    for (int m = 0; m < N_EXPLANATION_METHODS; m++)
        if (strcmp(method, explanation_word((enum explanation_method)m)) == 0)
            wish->method = (enum explanation_method)m;
    if (wish->method == N_EXPLANATION_METHODS)
        return fail_as(err, ERROR_USAGE, "explain: %s is none of map, gradient, occlusion", method);
    const struct dataset *images = session->description->sets[wish->set];
    if (!images)
        return fail_as(err, ERROR_USAGE, "there are no %s images to explain", set);
    if (wish->image < 0 || wish->image >= dataset_count(images))
        return fail_as(err, ERROR_USAGE, "%s image %d does not exist; they are 0 to %d", set,
            wish->image, dataset_count(images) - 1);
    int channels = session_history(session)->order->n_channels, rounds;
    wish->channel = wish->method == EXPLANATION_MAP ? (int)command->value : -1;
    if (wish->method == EXPLANATION_MAP && (wish->channel < 0 || wish->channel >= channels))
        return fail_as(err, ERROR_USAGE, "channel %d does not exist; channels are 0 to %d",
            wish->channel, channels - 1);
    rounds = session_history(session)->n_rounds;
    if (command->number < 0 || command->number >= rounds)
        return fail_as(err, ERROR_USAGE, "round %d is not known yet", command->number);
    wish->branch = session->branch;
    wish->round = wish->method == EXPLANATION_MAP ? 0 : command->number;
    return true;
}

/* The channel's values in the image. */
static void take_map(
    const struct session *session, struct reference_pass *pass, struct explanation *found)
{
    int channel = found->channel;
    const struct prune_site *site = session_own_site(session, &channel);
    const struct shape *shape = &session_network(session)->layers[site->measured].shape;
    const float *values = reference_pass_tensor(pass, site->measured);
    int n = (int)shape_count(shape) / site->n_channels;
    found->height = shape->rank == 3 ? shape->dim[0] : 1;
    found->width = n / found->height;
    float *heat = memory_array((size_t)n, sizeof *heat);
    for (int p = 0; p < n; p++)
        heat[p] = values[p * site->n_channels + channel];
    found->heat = heat;
}

/* The pixels that speak for the answer. */
static bool take_reasons(const struct session *session, const struct network *network,
    const float *image, struct explanation *found, struct error *err)
{
    const struct shape *shape = &network->layers[network->input].shape;
    found->height = shape->dim[0];
    found->width = shape->rank > 1 ? shape->dim[1] : 1;
    float *heat = memory_array((size_t)found->height * (size_t)found->width, sizeof *heat);
    found->heat = heat;
    if (found->method == EXPLANATION_GRADIENT)
        return attribution_gradient(network, image, found->answer, heat, err);
    found->patch = attribution_patches_of(found->height, found->width).size;
    return attribution_occlusion(
        network, image, found->answer, session->pool, session->hooks.stop, heat, err);
}

static bool explain_image(const struct session *session, const struct network *network,
    struct explanation *found, struct error *err)
{
    const struct dataset *images = session->description->sets[found->set];
    struct reference_pass *pass = reference_pass_create(network, 1);
    float *input = reference_pass_tensor(pass, network->input);
    dataset_feed(images, found->image, 1, &session->scaling, input);
    reference_pass_forward(pass, 1, NULL);
    bool good = dataset_check(images, err);
    if (good && found->method == EXPLANATION_MAP) {
        take_map(session, pass, found);
    } else if (good) {
        float *logits = reference_pass_tensor(pass, network->output);
        found->answer = reference_pass_argmax(logits, network->n_classes);
        good = found->answer >= 0 ||
               fail_as(err, ERROR_FAILED, "a logit of the image is not a number");
        if (good)
            reference_pass_softmax(logits, network->n_classes);
        found->share = good ? (double)logits[found->answer] : 0;
        good = good && take_reasons(session, network, input, found, err);
    }
    reference_pass_destroy(pass);
    return good;
}

static void note_range(struct explanation *found)
{
    found->least = found->most = found->heat[0];
    for (int p = 1; p < found->height * found->width; p++) {
        found->least = fminf(found->least, found->heat[p]);
        found->most = fmaxf(found->most, found->heat[p]);
    }
}

static bool explain(struct session *session, const struct command *command, struct error *err)
{
    struct explanation wish = {.answer = -1};
    enum phase phase = session->phase;
    if (!read_wish(session, command, &wish, err))
        return false;
    session_activity(session, PHASE_MEASURING, "explaining image %d", wish.image);
    struct explanation *found = refcount_create(sizeof *found, finish_explanation);
    struct network *network = session_network_at(session, wish.round);
    *found = wish;
    bool good = explain_image(session, network, found, err);
    network_destroy(network);
    session->phase = phase; /* a run goes on */
    if (!good) {
        refcount_unref(found);
        return false;
    }
    note_range(found);
    refcount_unref(session->explanation[found->set]);
    session->explanation[found->set] = found;
    return true;
}

/* --- many images --- */

static void finish_scatter(void *object)
{
    const struct scatter *found = object;
    free((void *)(uintptr_t)found->points);
}

struct features {
    const struct session *session;
    const struct scatter_point *points;
    size_t n_features;
    float *rows; /* [n][n_features] */
};

static void load_image(void *context, int index, float *image)
{
    const struct features *features = context;
    const struct scatter_point *point = &features->points[index];
    dataset_feed(features->session->description->sets[point->set], point->image, 1,
        &features->session->scaling, image);
}

static void take_features(void *context, int index, const float *values)
{
    const struct features *features = context;
    memcpy(features->rows + (size_t)index * features->n_features, values,
        features->n_features * sizeof *values);
}

/* The images that are shown; the caller frees them. */
static struct scatter_point *choose_images(const struct session *session, int *n)
{
    struct scatter_point *points = memory_array(N_SETS * SCATTER_IMAGES + 1, sizeof *points);
    *n = 0;
    for (int set = 0; set < N_SETS; set++) {
        const struct dataset *images = session->description->sets[set];
        int all = images ? dataset_count(images) : 0;
        int shown = all < SCATTER_IMAGES ? all : SCATTER_IMAGES;
        for (int i = 0; i < shown; i++)
            points[(*n)++] = (struct scatter_point){
                .set = (enum image_set)set, .image = (int)((int64_t)i * all / shown)};
    }
    return points;
}

static bool read_features(struct features *features, int n, int round, struct error *err)
{
    const struct session *session = features->session;
    struct network *network = session_network_at(session, round);
    const struct image_pass pass = {.network = network,
        .pool = session->pool,
        .stop = session->hooks.stop,
        .n = n,
        .layer = reading_layer(network),
        .load = load_image,
        .visit = take_features,
        .context = features};
    bool good = image_pass_run(&pass, err);
    network_destroy(network);
    for (int set = 0; set < N_SETS; set++)
        if (session->description->sets[set])
            good = good && dataset_check(session->description->sets[set], err);
    return good;
}

/* Where the points lie, and how far they reach together with those before. */
static void place(
    struct scatter *found, const struct projection *projection, const float *rows, bool first)
{
    struct scatter_point *points = (struct scatter_point *)(uintptr_t)found->points;
    for (int i = 0; i < found->n; i++) {
        float at[PROJECTION_AXES];
        projection_apply(projection, rows + (size_t)i * (size_t)found->n_features, at);
        points[i].x = at[0];
        points[i].y = at[1];
        for (int a = 0; a < PROJECTION_AXES; a++) {
            found->least[a] = first && i == 0 ? at[a] : fminf(found->least[a], at[a]);
            found->most[a] = first && i == 0 ? at[a] : fmaxf(found->most[a], at[a]);
        }
    }
}

/* Axes of the unpruned net, so that points move from round to round and axes do not. */
static bool find_places(struct session *session, struct scatter *found, struct error *err)
{
    struct projection projection = {0};
    struct features features = {
        .session = session, .points = found->points, .n_features = (size_t)found->n_features};
    features.rows = memory_array((size_t)found->n * features.n_features, sizeof *features.rows);
    bool good = read_features(&features, found->n, 0, err) &&
                projection_fit(&projection, features.rows, found->n, found->n_features, err);
    if (good) {
        memcpy(found->share, projection.share, sizeof found->share);
        place(found, &projection, features.rows, true);
        if (found->round > 0) {
            good = read_features(&features, found->n, found->round, err);
            place(found, &projection, features.rows, false);
        }
    }
    projection_finish(&projection);
    free(features.rows);
    return good;
}

static bool scatter(struct session *session, const struct command *command, struct error *err)
{
    const struct network *network = session_network(session);
    enum phase phase = session->phase;
    if (command->number < 0 || command->number >= session_history(session)->n_rounds)
        return fail_as(err, ERROR_USAGE, "round %d is not known yet", command->number);
    session_activity(session, PHASE_MEASURING, "placing images of round %d", command->number);
    struct scatter *found = refcount_create(sizeof *found, finish_scatter);
    int layer = reading_layer(network);
    found->branch = session->branch;
    found->round = command->number;
    found->layer = network->layers[layer].name;
    found->n_features = (int)shape_count(&network->layers[layer].shape);
    found->points = choose_images(session, &found->n);
    bool good = found->n > 0 || fail_as(err, ERROR_USAGE, "there are no images to place");
    good = good && find_places(session, found, err);
    session->phase = phase;
    if (!good) {
        refcount_unref(found);
        return false;
    }
    refcount_unref(session->scatter);
    session->scatter = found;
    return true;
}

/* Image, set and method in `text` ("clean 17 gradient"), in the net of round `number`; of a map its
 * channel in `value`: engine/api/explanation.h. */
const struct engine_command engine_command_explain = {
    .name = "explain",
    .run = explain,
};

/* The images as points, in the net of round `number`: engine/api/scatter.h. */
const struct engine_command engine_command_scatter = {
    .name = "scatter",
    .run = scatter,
};
