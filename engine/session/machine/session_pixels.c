/* Finds how the net wants its pixels: tries the common ways on some of the clean images. */
#include "engine/session/machine/session_pixels.h"
#include "engine/session/machine/messages.h"

#include "engine/base/memory.h"
#include "engine/session/state/pixel_search.h"

#include <math.h>
#include <stdlib.h>

/* Images on which scalings are tried, and how far apart (in points) these must be to settle it.
 * Scalings that are alike on all images would differ in half of 128 images drawn at random with a
 * chance of less than e^-14 (Hoeffding). */
enum { FEW_IMAGES = 128, APART_POINTS = 50, SOME_IMAGES = 500 };

static bool try_one(
    struct session *session, int sample, struct pixel_trial *trial, struct error *err)
{
    const struct dataset *set = session->description->sets[SET_CLEAN];
    evaluator_set_sample(session->evaluator, sample);
    evaluator_set_scaling(session->evaluator, &trial->scaling);
    size_t n = (size_t)evaluator_count(session->evaluator, set);
    uint16_t *predicted = memory_array(n, sizeof *predicted);
    float *loss = memory_array(n, sizeof *loss);
    const struct evaluator_pass pass = {.set = set, .predicted = predicted, .loss = loss};
    bool good = evaluator_run(session->evaluator, &pass, err);
    trial->right =
        good ? 100.0 * evaluator_right(session->evaluator, set, NULL, predicted) / (double)n : -1;
    trial->n = (int)n;
    trial->loss = 0;
    for (size_t i = 0; i < n; i++)
        trial->loss += (double)loss[i] / (double)n;
    free(predicted);
    free(loss);
    evaluator_set_sample(session->evaluator, 0);
    return good;
}

/* Those within reach of the best so far (all, the first time). Numbers that grow beyond floats
 * speak against a scaling, not against the net, unless they all do. */
static bool try_some(
    struct session *session, int sample, struct pixel_trial *trials, int n, struct error *err)
{
    double most = -1;
    int tried = 0;
    struct error last = {0};
    for (int i = 0; i < n; i++)
        most = fmax(most, trials[i].right);
    for (int i = 0; i < n; i++) {
        struct error why = {0};
        if (most >= 0 && most - trials[i].right >= APART_POINTS)
            continue;
        if (try_one(session, sample, &trials[i], &why)) {
            tried++;
            continue;
        }
        last = why;
        if (why.class != ERROR_INPUT) {
            tried = 0;
            break;
        }
    }
    if (tried == 0 && err)
        *err = last;
    return tried > 0;
}

static int best_but(const struct pixel_trial *trials, int n, int taken)
{
    int other = taken == 0;
    for (int i = 0; i < n; i++)
        if (i != taken && trials[i].right > trials[other].right)
            other = i;
    return other;
}

/* A plain scale has only its number as text. */
static const char *times(const struct pixel_trial *trial)
{
    return pixel_scaling_plain(&trial->scaling) ? "x * " : "";
}

static void say(struct session *session, const struct pixel_trial *trials, int n, int taken)
{
    const struct pixel_trial *best = &trials[taken], *other = &trials[best_but(trials, n, taken)];
    const struct dataset *set = session->description->sets[SET_CLEAN];
    session_say(session, false,
        "pixels are read as %s%s: then %.1f %% of the %d clean images tried are correct, mean "
        "loss %.3g; second best is %s%s, %.1f %%, mean loss %.3g",
        times(best), best->scaling.text, best->right, best->n, best->loss, times(other),
        other->scaling.text, fmax(other->right, 0), other->loss);
    if (pixel_none_fits(best, set, session_network(session)->n_classes))
        session_say(session, true,
            "%.80s: no common way of reading the pixels makes the net accurate: the best, %s, "
            "gives %.1f %% of the %d images tried; if the pixels were prepared in another way, "
            "give --scale, --offset or --mean and --std",
            dataset_name(set), best->scaling.text, best->right, best->n);
}

/* The best of the common ways, on few images; false: none could be tried. */
static bool try_common(struct session *session, struct pixel_trial *best, struct error *err)
{
    struct options common = session->options;
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    const struct network *network = session_network(session);
    const struct dataset *set = session->description->sets[SET_CLEAN];
    common.scale = 0;
    common.mean.n = common.deviation.n = common.offset.n = 0;
    common.bgr = false;
    int n = pixel_trials(&common, &network->layers[network->input].shape, set, trials, err);
    if (n == 0 || !try_some(session, FEW_IMAGES, trials, n, err))
        return false;
    *best = trials[pixel_best(trials, n)];
    return true;
}

/* Pixels that are read as somebody said are not looked for; where that cannot be meant it is said.
 * Numbers beyond floats are told when the net runs on all images. */
static bool check_given(struct session *session, struct pixel_trial *given, struct error *err)
{
    const struct dataset *set = session->description->sets[SET_CLEAN];
    int n_classes = session_network(session)->n_classes;
    struct pixel_trial best;
    struct error why = {0};
    bool tried = try_one(session, FEW_IMAGES, given, &why);
    if (tried && !pixel_none_fits(given, set, n_classes))
        return true;
    if (tried || why.class == ERROR_INPUT)
        tried = try_common(session, &best, &why);
    if (!tried) {
        if (why.class != ERROR_INPUT)
            *err = why;
        return why.class == ERROR_INPUT;
    }
    if (given->right * 2 < best.right && !pixel_none_fits(&best, set, n_classes))
        session_say(session, true,
            "%.80s: with the given pixel options %.1f %% of the images tried are correct, but read "
            "as %s%s %.1f %%: without --scale, --offset, --mean and --std this is found",
            dataset_name(set), fmax(given->right, 0), times(&best), best.scaling.text, best.right);
    else
        session_say(session, true,
            "%.80s: with the given pixel options %.1f %% of the images tried are correct, and no "
            "common way of reading them is much better",
            dataset_name(set), fmax(given->right, 0));
    return true;
}

bool session_find_pixels(struct session *session, struct error *err)
{
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    const struct network *network = session_network(session);
    const struct dataset *set = session->description->sets[SET_CLEAN];
    int n =
        pixel_trials(&session->options, &network->layers[network->input].shape, set, trials, err);
    if (n == 0)
        return false;
    int taken = 0;
    if (n > 1) {
        session_activity(session, PHASE_MEASURING, "finding the pixel scale");
        if (!try_some(session, FEW_IMAGES, trials, n, err))
            return false;
        double best = -1;
        int near = 0;
        for (int i = 0; i < n; i++)
            best = fmax(best, trials[i].right);
        for (int i = 0; i < n; i++)
            near += best - trials[i].right < APART_POINTS;
        if (near > 1 && dataset_count(set) > FEW_IMAGES &&
            !try_some(session, SOME_IMAGES, trials, n, err))
            return false;
        taken = pixel_best(trials, n);
        say(session, trials, n, taken);
    } else if (session->options.clean && !session->options.pixels &&
               !check_given(session, &trials[0], err)) {
        return false;
    }
    session->scaling = trials[taken].scaling;
    evaluator_set_scaling(session->evaluator, &session->scaling);
    return true;
}
