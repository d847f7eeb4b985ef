/* One class after the other, each by all workers; of many classes a race for the shortlist before.
 * Leans on defence/suspects. */
#include "engine/session/commands/suspects_inversion.h"

#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_trigger.h"
#include "engine/session/machine/session_verdict.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/base/refcount.h"
#include "engine/defence/suspects/class_map.h"
#include "engine/defence/suspects/inversion.h"
#include "engine/defence/suspects/negatives.h"
#include "engine/defence/suspects/pairs.h"
#include "engine/defence/suspects/shortlist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to so many classes, all are inverted: a net that was trained against the scan hides its
 * target. */
enum { FEW = 12, PAIRS_LEAST = 4, STEPS = 300, IMAGES_MOST = 1000 };
/* Below this share of the usual mask a class stands out by far. */
static const double CLEAR = 0.2;
/* Of inversion. With smaller steps and weights (0.1, 0.05) the search stays at large masks where
 * there is a small one: of two all-to-all nets it found none, with these all from three seeds. */
static const double MASK_WEIGHT = 0.25, RATE = 0.3;
/* What a search reads. */
struct images {
    int n;
    float *pixels;
    int32_t *wanted;
    struct picture_scale scale;
};

void suspects_finish(void *object)
{
    struct suspects *suspects = object;
    for (int i = 0; i < suspects->n; i++)
        refcount_unref(suspects->suspect[i].trigger);
    refcount_unref(suspects->map_trigger);
    refcount_unref(suspects->pair_trigger);
    free((void *)suspects->ways);
    free((void *)suspects->suspect);
}

/* For the next snapshots, what is known so far: a copy, as what is shown never changes. */
static void show_so_far(struct session *session, const struct suspects *suspects)
{
    struct suspects *copy = refcount_create(sizeof *copy, suspects_finish);
    struct suspect *suspect = memory_array((size_t)suspects->n, sizeof *suspect);
    *copy = *suspects;
    copy->suspect = suspect;
    copy->ways = NULL; /* the map comes last */
    copy->map_trigger = copy->pair_trigger = NULL;
    for (int i = 0; i < suspects->n; i++) {
        suspect[i] = suspects->suspect[i];
        suspect[i].trigger = refcount_ref(suspect[i].trigger);
    }
    refcount_unref(session->suspects);
    session->suspects = copy;
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

static struct inversion_options inversion_options(const struct suspects *suspects)
{
    struct inversion_options options = inversion_defaults(suspects->low, suspects->high);
    options.weight = MASK_WEIGHT;
    options.rate = RATE;
    return options;
}

/* A trigger that is found, with the picture that was shown last. */
static void take(
    const struct session *session, const struct inversion_trigger *found, struct suspect *suspect)
{
    suspect->mask = found->size;
    suspect->hits = found->hits;
    suspect->good = found->good;
    suspect->trigger = refcount_ref(session->repair.forming);
}

static bool invert(struct session *session, const struct suspects *suspects,
    const struct images *images, struct suspect *suspect, struct error *err)
{
    const struct inversion_options options = inversion_options(suspects);
    const struct inversion_images clean = {images->n, images->pixels, images->wanted};
    struct inversion *inversion =
        inversion_create(session_network(session), session->pool, &clean, &options);
    struct inversion_trigger found = inversion_trigger(inversion);
    bool good = true;
    for (int i = 0; i < images->n; i++)
        images->wanted[i] = suspect->class;
    session_activity(session, PHASE_SCANNING, "inverting a trigger for class %d", suspect->class);
    for (int i = 0; good && i < STEPS; i++) {
        good = inversion_step(inversion, err);
        if (good && stopped(session))
            good = fail_as(err, ERROR_CANCELLED, "the search was cancelled");
        found = inversion_trigger(inversion);
        if (good)
            session_show_trigger(session, &images->scale, &found, suspect->class, i + 1, STEPS);
        session_progress(session, i + 1, STEPS);
    }
    if (good)
        take(session, &found, suspect);
    inversion_destroy(inversion);
    return good;
}

/* Of few classes every one. */
static bool invert_all(struct session *session, struct suspects *suspects,
    const struct images *images, struct suspect *suspect, bool *compared, struct error *err)
{
    for (int i = 0; i < suspects->n; i++) {
        show_so_far(session, suspects);
        if (!invert(session, suspects, images, &suspect[i], err))
            return false;
        compared[i] = true;
        suspects->n_inverted = i + 1;
    }
    return true;
}

struct listing {
    struct session *session;
    const struct images *images;
    struct suspects *suspects;
    struct suspect *suspect;
    bool *compared;
};

static void show_leader(
    void *context, const struct inversion_trigger *trigger, int class, int done, int total)
{
    const struct listing *listing = context;
    if (trigger)
        session_show_trigger(
            listing->session, &listing->images->scale, trigger, class, done, total + 1);
    session_progress(listing->session, done, total);
}

/* Moves a class to a place in front; those between move back by one. */
static struct suspect *move_to(struct suspect *suspect, int n, int class, int place)
{
    int at = 0;
    while (at < n - 1 && suspect[at].class != class)
        at++;
    struct suspect moved = suspect[at];
    if (at > place)
        memmove(&suspect[place + 1], &suspect[place], (size_t)(at - place) * sizeof *suspect);
    moved.whole = true;
    suspect[place] = moved;
    return &suspect[place];
}

/* A class of the shortlist comes to stand behind those before it; one to compare with stays. */
static void list(void *context, const struct inversion_trigger *trigger, int class, bool other)
{
    const struct listing *listing = context;
    struct suspects *suspects = listing->suspects;
    struct suspect *suspect = listing->suspect;
    int at = 0;
    session_forget_trigger(listing->session); /* shown, and taken, whenever it comes */
    session_show_trigger(listing->session, &listing->images->scale, trigger, class, 1, 1);
    if (!other) {
        take(listing->session, trigger,
            move_to(suspect, suspects->n, class, suspects->n_inverted++));
        return;
    }
    while (suspect[at].class != class)
        at++;
    take(listing->session, trigger, &suspect[at]);
    listing->compared[at] = true;
    suspects->n_inverted++;
}

/* By chance, from the second half of the list. */
static void choose_others(const struct suspects *suspects, const struct suspect *suspect,
    struct shortlist_classes *classes)
{
    int half = suspects->n / 2, taken[SHORTLIST_OTHERS];
    struct random random;
    random_init(&random, 1, 14);
    while (classes->n_others < SHORTLIST_OTHERS) {
        int row = half + (int)random_below(&random, (uint32_t)(suspects->n - half));
        bool again = false;
        for (int i = 0; i < classes->n_others; i++)
            again = again || taken[i] == row;
        taken[classes->n_others] = row;
        classes->others[classes->n_others] = suspect[row].class;
        classes->n_others += !again;
    }
}

/* Of many classes those that are worth it; they come to stand in front. */
static bool invert_shortlist(struct session *session, struct suspects *suspects,
    const struct images *images, struct suspect *suspect, bool *compared, struct error *err)
{
    const struct network *network = session_network(session);
    struct listing listing = {session, images, suspects, suspect, compared};
    const struct shortlist_hooks hooks = {show_leader, list, &listing, session->hooks.stop};
    const struct inversion_options options = inversion_options(suspects);
    const struct shape *shape = &network->layers[network->input].shape;
    float *both = negatives_added(shape, images->pixels, images->n, suspects->low, suspects->high);
    const struct inversion_images all = {2 * images->n, both, NULL};
    struct shortlist_classes classes = {.n_first = SHORTLIST_FIRST};
    for (int i = 0; i < SHORTLIST_FIRST; i++)
        classes.first[i] = suspect[i].class;
    choose_others(suspects, suspect, &classes);
    suspects->negatives = true;
    show_so_far(session, suspects);
    session_activity(
        session, PHASE_SCANNING, "inverting triggers of the first classes side by side");
    bool good = shortlist_find(network, session->pool, &all, &classes, &options, &hooks, err);
    free(both);
    return good;
}

/* Whether pairs of classes can tell more: unless what stands out does so by far. */
static bool pairs_tell(const struct suspects *suspects)
{
    double first = INFINITY;
    for (int i = 0; i < suspects->n; i++)
        if (suspects->suspect[i].stands)
            first = fmin(first, suspects->suspect[i].mask);
    bool clear = suspects->verdict == SUSPECTS_TO_ALL || first <= CLEAR * suspects->other_mask;
    return suspects->n >= PAIRS_LEAST && suspects->n <= FEW && suspects->index != 0 && !clear;
}

static void show_pair(
    void *context, const struct inversion_trigger *trigger, int to, int done, int total)
{
    const struct listing *listing = context;
    session_show_trigger(listing->session, &listing->images->scale, trigger, to, done, total);
    session_progress(listing->session, done, total);
}

/* Where one class alone is led astray: its trigger, from the images that the net reads so. */
static bool invert_pair(struct session *session, struct suspects *suspects,
    const struct images *images, const struct suspect *suspect, struct error *err)
{
    const struct network *network = session_network(session);
    size_t values = shape_count(&network->layers[network->input].shape);
    struct images some = {.scale = images->scale};
    struct suspect pair = {.class = -1};
    for (int i = 0; i < suspects->n && suspects->source >= 0; i++)
        pair.class = suspect[i].stands == 1 ? suspect[i].class : pair.class;
    if (pair.class < 0)
        return true;
    int32_t *read = memory_array((size_t)images->n, sizeof *read);
    class_map_read(network, session->pool, images->pixels, images->n, NULL, read);
    some.pixels = memory_floats((size_t)images->n * values);
    some.wanted = memory_array((size_t)images->n, sizeof *some.wanted);
    for (int i = 0; i < images->n; i++)
        if (read[i] == suspects->source)
            memcpy(some.pixels + (size_t)some.n++ * values, images->pixels + (size_t)i * values,
                values * sizeof *some.pixels);
    bool good = invert(session, suspects, &some, &pair, err);
    if (good && pair.good)
        suspects->pair_trigger = refcount_ref(pair.trigger);
    refcount_unref(pair.trigger);
    free(read);
    free(some.pixels);
    free(some.wanted);
    return good;
}

/* Looks at pairs of classes where they can tell more, and judges again. */
static bool compare_pairs(struct session *session, struct suspects *suspects,
    const struct images *images, struct suspect *suspect, const bool *compared, struct error *err)
{
    if (!pairs_tell(suspects))
        return true;
    struct listing listing = {.session = session, .images = images};
    const struct pairs_hooks hooks = {show_pair, &listing, session->hooks.stop};
    const struct inversion_options options = inversion_options(suspects);
    const struct inversion_images all = {images->n, images->pixels, NULL};
    double *masks = memory_array((size_t)(suspects->n * suspects->n), sizeof *masks);
    session_activity(session, PHASE_SCANNING, "inverting a trigger for each pair of classes");
    bool good =
        pairs_find(session_network(session), session->pool, &all, &options, &hooks, masks, err);
    for (int i = 0; good && i < suspects->n; i++)
        suspect[i].stands = 0;
    if (good)
        session_judge_suspects(session, compared, masks, suspects, suspect);
    free(masks);
    return good && invert_pair(session, suspects, images, suspect, err);
}

bool suspects_invert(
    struct session *session, struct suspects *suspects, struct suspect *suspect, struct error *err)
{
    bool *compared = memory_array((size_t)suspects->n, sizeof *compared);
    struct images images = {.pixels = clean_images(session, &suspects->n_images),
        .scale = session_picture_scale(session, &session->scaling)};
    images.n = suspects->n_images;
    images.wanted = memory_array((size_t)images.n, sizeof *images.wanted);
    bool good = (suspects->n <= FEW ? invert_all : invert_shortlist)(
        session, suspects, &images, suspect, compared, err);
    if (good)
        show_so_far(session, suspects);
    good =
        good && session_find_map(session, images.pixels, STEPS, MASK_WEIGHT, RATE, suspects, err);
    if (good)
        session_judge_suspects(session, compared, NULL, suspects, suspect);
    good = good && compare_pairs(session, suspects, &images, suspect, compared, err);
    if (good && suspects->n_inverted < suspects->n)
        session_say(session, false,
            "triggers were inverted for %d of %d classes; others were not tried",
            suspects->n_inverted, suspects->n);
    session_forget_trigger(session);
    free(compared);
    free(images.pixels);
    free(images.wanted);
    return good;
}
