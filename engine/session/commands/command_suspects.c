/* Command suspects: which classes a backdoor may lead to. Scans all classes without any image, then
 * inverts a trigger for the first few, and for a few others to compare with, on clean images, looks
 * for the class map that one perturbation causes, and judges.
 * Poisoned and test images are not looked at. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/fields.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_trigger.h"
#include "engine/session/machine/session_verdict.h"
#include "engine/session/state/pixel_search.h"

#include "engine/api/suspects.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/base/refcount.h"
#include "engine/defence/suspects/inversion.h"
#include "engine/defence/suspects/target_scan.h"

#include <stdlib.h>
#include <string.h>

/* Classes whose trigger is inverted: the most suspicious, and some of the rest by chance. */
enum { FIRST = 4, OTHERS = 3, STEPS = 300, IMAGES_MOST = 1000 };
/* Where there are few classes, all are: a net that was trained against the scan hides its target.
 */
enum { FEW = 12 };
/* Of inversion. With smaller steps and weights (0.1, 0.05) the search stays at large masks where
 * there is a small one: of two all-to-all nets it found none, with these all from three seeds. */
static const double MASK_WEIGHT = 0.25, RATE = 0.3;

static void finish(void *object)
{
    struct suspects *suspects = object;
    for (int i = 0; i < suspects->n; i++)
        refcount_unref(suspects->suspect[i].trigger);
    refcount_unref(suspects->map_trigger);
    free((void *)suspects->ways);
    free((void *)suspects->suspect);
}

/* For the next snapshots, what is known so far: a copy, as what is shown never changes. */
static void show_so_far(struct session *session, const struct suspects *suspects)
{
    struct suspects *copy = refcount_create(sizeof *copy, finish);
    struct suspect *suspect = memory_array((size_t)suspects->n, sizeof *suspect);
    *copy = *suspects;
    copy->suspect = suspect;
    copy->ways = NULL; /* the map comes last */
    copy->map_trigger = NULL;
    for (int i = 0; i < suspects->n; i++) {
        suspect[i] = suspects->suspect[i];
        suspect[i].trigger = refcount_ref(suspect[i].trigger);
    }
    refcount_unref(session->suspects);
    session->suspects = copy;
}

/* The scaling of pixels: found from the clean images, or given. */
static bool find_scaling(
    const struct session *session, struct pixel_scaling *scaling, struct error *err)
{
    const struct network *network = session_network(session);
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    *scaling = session->scaling;
    if (scaling->n > 0)
        return true;
    int n =
        pixel_trials(&session->options, &network->layers[network->input].shape, NULL, trials, err);
    *scaling = trials[0].scaling;
    if (n > 1)
        fail_as(err, ERROR_USAGE,
            "%s: the range of its inputs is not known; give --scale 1 for 0 to 255, --scale 1/255 "
            "for 0 to 1, or clean images with --clean FILE",
            session->description->model_name);
    return n == 1;
}

static bool scan_classes(
    struct session *session, struct suspects *suspects, struct suspect *suspect, struct error *err)
{
    const struct network *network = session_network(session);
    struct target_scan_options options = target_scan_defaults(suspects->low, suspects->high);
    struct target_scan_hooks hooks = {session_progress, session, session->hooks.stop};
    struct target_scan_class *found = memory_array((size_t)network->n_classes, sizeof *found);
    session_activity(session, PHASE_SCANNING, "searching %d classes for a target", suspects->n);
    bool good = target_scan(network, session->pool, &options, &hooks, found, err);
    for (int i = 0; good && i < suspects->n; i++)
        suspect[i] = (struct suspect){.class = found[i].class,
            .margin = found[i].margin,
            .outlier = found[i].outlier,
            .whole = found[i].stayed,
            .mask = -1};
    free(found);
    return good;
}

/* Clean images as the net sees them, evenly chosen where they are many; malloc'd. */
static float *clean_images(const struct session *session, int *n)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    size_t size = shape_count(dataset_shape(clean));
    int all = dataset_count(clean);
    *n = all < IMAGES_MOST ? all : IMAGES_MOST;
    float *pixels = memory_floats((size_t)*n * size);
    for (int i = 0; i < *n; i++)
        dataset_feed(
            clean, (int)((int64_t)i * all / *n), 1, &session->scaling, pixels + (size_t)i * size);
    return pixels;
}

static bool stopped(const struct session *session)
{
    return session->hooks.stop && atomic_load(session->hooks.stop);
}

static bool invert(struct session *session, const struct suspects *suspects,
    const struct picture_scale *scale, const struct inversion_images *images,
    struct suspect *suspect, struct error *err)
{
    struct inversion_options options = inversion_defaults(suspects->low, suspects->high);
    options.weight = MASK_WEIGHT;
    options.rate = RATE;
    struct inversion *inversion =
        inversion_create(session_network(session), session->pool, images, &options);
    struct inversion_trigger found = inversion_trigger(inversion);
    bool good = true;
    session_activity(session, PHASE_SCANNING, "inverting a trigger for class %d", suspect->class);
    for (int i = 0; good && i < STEPS; i++) {
        good = inversion_step(inversion, err);
        if (good && stopped(session))
            good = fail_as(err, ERROR_CANCELLED, "the search was cancelled");
        found = inversion_trigger(inversion);
        if (good)
            session_show_trigger(session, scale, &found, suspect->class, i + 1, STEPS);
        session_progress(session, i + 1, STEPS);
    }
    if (good) {
        suspect->mask = found.size;
        suspect->hits = found.hits;
        suspect->good = found.good;
        suspect->trigger = refcount_ref(session->repair.forming);
    }
    inversion_destroy(inversion);
    return good;
}

/* Which rows are inverted: all of few; else the first, then others by chance from the second half
 * of the list. */
static int choose_rows(const struct suspects *suspects, int rows[FEW])
{
    int n = 0, half = suspects->n / 2 > FIRST ? suspects->n / 2 : FIRST;
    int first = suspects->n <= FEW ? suspects->n : FIRST;
    while (n < first)
        rows[n] = n, n++;
    if (n == suspects->n)
        return n;
    struct random random;
    random_init(&random, 1, 14);
    for (int tries = 0; n < FIRST + OTHERS && suspects->n > half && tries < 100; tries++) {
        int row = half + (int)random_below(&random, (uint32_t)(suspects->n - half));
        bool again = false;
        for (int i = 0; i < n; i++)
            again = again || rows[i] == row;
        if (!again)
            rows[n++] = row;
    }
    return n;
}

static bool invert_triggers(
    struct session *session, struct suspects *suspects, struct suspect *suspect, struct error *err)
{
    int rows[FEW], n = choose_rows(suspects, rows);
    bool *compared = memory_array((size_t)suspects->n, sizeof *compared);
    float *pixels = clean_images(session, &suspects->n_images);
    int32_t *wanted = memory_array((size_t)suspects->n_images, sizeof *wanted);
    const struct picture_scale scale = session_picture_scale(session, &session->scaling);
    bool good = true;
    for (int i = 0; good && i < n; i++) {
        show_so_far(session, suspects);
        struct inversion_images images = {suspects->n_images, pixels, wanted};
        for (int k = 0; k < suspects->n_images; k++)
            wanted[k] = suspect[rows[i]].class;
        good = invert(session, suspects, &scale, &images, &suspect[rows[i]], err);
        compared[rows[i]] = rows[i] >= FIRST || suspects->n <= FEW;
        suspects->n_inverted = i + 1;
    }
    if (good)
        show_so_far(session, suspects);
    good = good && session_find_map(session, pixels, STEPS, MASK_WEIGHT, RATE, suspects, err);
    if (good)
        session_judge_suspects(session, compared, suspects, suspect);
    free(compared);
    session_forget_trigger(session);
    free(pixels);
    free(wanted);
    return good;
}

static void judge_margins(
    const struct session *session, struct suspects *suspects, struct suspect *suspect)
{
    bool *compared = memory_array((size_t)suspects->n, sizeof *compared);
    session_judge_suspects(session, compared, suspects, suspect);
    free(compared);
}

static bool work(struct session *session, struct error *err)
{
    struct pixel_scaling scaling;
    session->work.unit = NULL;
    if (!find_scaling(session, &scaling, err))
        return false;
    struct suspects *suspects = refcount_create(sizeof *suspects, finish);
    suspects->n = session_network(session)->n_classes;
    suspects->other_mask = -1;
    struct suspect *suspect = memory_array((size_t)suspects->n, sizeof *suspect);
    suspects->suspect = suspect;
    const struct picture_scale scale = session_picture_scale(session, &scaling);
    session_input_range(&scale, &suspects->low, &suspects->high);
    const struct suspects *before = refcount_ref(session->suspects);
    bool good = scan_classes(session, suspects, suspect, err);
    if (good && session->description->sets[SET_CLEAN])
        good = invert_triggers(session, suspects, suspect, err);
    else if (good)
        judge_margins(session, suspects, suspect);
    refcount_unref(session->suspects);
    session->suspects = good ? suspects : before;
    refcount_unref(good ? before : suspects);
    return good;
}

static bool run(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session->work.unit = work;
    return true;
}

/* Which classes a backdoor may lead to (suspects.h). It needs no image; poisoned ones are never
 * looked at. */
const struct engine_command engine_command_suspects = {
    .name = "suspects",
    .net_alone = true,
    .run = run,
};
