/* What answers to poisoned images are compared with, for the session's validation and test sets;
 * and the trivial defence on them. */
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/messages.h"

#include "engine/attack/demo.h"
#include "engine/base/memory.h"
#include "engine/io/images/duplicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True classes of the demo's poisoned images, malloc'd; NULL: they are not the demo's. */
static int32_t *demo_people(bool drawn, enum demo_set set, int limit, int n)
{
    const struct gallery_options demo = demo_options(set, limit);
    if (!drawn || gallery_count(&demo) != n)
        return NULL;
    int32_t *people = memory_array((size_t)n, sizeof *people);
    for (int i = 0; i < n; i++)
        people[i] = gallery_person(&demo, i);
    return people;
}

/* clean_path: of the clean images, NULL: they were drawn. */
static struct attack *open_attack(struct session *session, struct dataset *const sets[N_SETS],
    const char *clean_path, enum demo_set demo, const struct target *given)
{
    int n = dataset_count(sets[SET_POISONED]);
    session_activity(session, PHASE_LOADING, "pairing %.60s with %.60s",
        dataset_name(sets[SET_POISONED]), dataset_name(sets[SET_CLEAN]));
    bool drawn = !clean_path && !dataset_surrogate(sets[SET_POISONED]);
    int32_t *people = demo_people(drawn, demo, session->options.limit, n);
    char digest[DIGEST_TEXT] = "";
    if (clean_path && dataset_surrogate(sets[SET_POISONED]))
        digest_file(clean_path, digest, NULL);
    struct attack *attack = attack_create(sets[SET_CLEAN], sets[SET_POISONED], people, given,
        session_network(session)->n_classes, digest);
    free(people);
    return attack;
}

static bool one_class(const struct dataset *set)
{
    const int32_t *labels = dataset_labels(set);
    for (int i = 1; i < dataset_count(set); i++)
        if (labels[i] != labels[0])
            return false;
    return true;
}

/* As many, with the same pixels; the first ones tell nearly always. */
static bool same_images(const struct dataset *a, const struct dataset *b)
{
    int n = dataset_count(a);
    size_t count = shape_count(dataset_shape(a));
    if (n != dataset_count(b) || !shape_equal(dataset_shape(a), dataset_shape(b)))
        return false;
    float *first = memory_array(2 * count, sizeof *first);
    dataset_fill(a, 0, 1, 1, first);
    dataset_fill(b, 0, 1, 1, first + count);
    bool same = memcmp(first, first + count, count * sizeof *first) == 0;
    free(first);
    return same && duplicates_count(a, b) == n;
}

/* Where all of the clean images have one class, but the others not, each was taken for the other.
 * Says so, and returns it in a word or two; NULL: nothing is wrong with the pair. */
static const char *doubt_pair(struct session *session, struct dataset *const sets[N_SETS])
{
    const char *clean = dataset_name(sets[SET_CLEAN]), *other = dataset_name(sets[SET_POISONED]);
    if (same_images(sets[SET_CLEAN], sets[SET_POISONED])) {
        session_say(session, true,
            "clean and poisoned are the same images, those of %.80s%s%.80s: give others as one of "
            "them",
            clean, strcmp(clean, other) == 0 ? "" : " and ",
            strcmp(clean, other) == 0 ? "" : other);
        return "same images?";
    }
    if (!one_class(sets[SET_CLEAN]) || one_class(sets[SET_POISONED]))
        return NULL;
    session_say(session, true,
        "are clean and poisoned swapped? all of %.80s are labelled %d, those of %.80s are not",
        clean, dataset_labels(sets[SET_CLEAN])[0], other);
    return "swapped?";
}

void session_say_shared(struct session *session, char *text, size_t size)
{
    *text = '\0';
    for (int set = 0; set < N_SETS; set++) {
        const struct dataset *seen = session->description->sets[set];
        const struct dataset *tests = session->description->tests[set];
        int shared = seen && tests ? duplicates_count(seen, tests) : 0;
        size_t used = strlen(text);
        if (shared > 0)
            snprintf(text + used, size - used,
                "%s%d of %d test images of %.100s are also validation images in %.100s",
                used > 0 ? "; " : "", shared, dataset_count(tests), dataset_name(tests),
                dataset_name(seen));
    }
    if (*text)
        session_say(session, true, "%.250s", text);
}

static void say_attack(
    struct session *session, const struct attack *attack, const struct dataset *poisoned)
{
    const struct attacked *a = &attack->attacked;
    char text[SNAPSHOT_TEXT];
    bool doubt = a->true_labels && a->source != TARGET_GIVEN;
    if (attack_text(attack, dataset_name(poisoned), text)[0])
        session_say(session, doubt, "%s", text);
    if (a->n_left_out > 0 && a->source != TARGET_UNKNOWN)
        session_say(session, false,
            "%.60s: %s of %d of %d images; %d belong to the target and are left out",
            dataset_name(poisoned), attack_rate_name(a), attack->of.attack, attack->n,
            a->n_left_out);
}

/* The runner-up where the target class was answered, else what was answered. */
static struct outcome count_trivial(const struct expected *expected,
    uint16_t *const predicted[N_SETS], uint16_t *const runners_up[N_SETS], uint16_t *says[N_SETS])
{
    for (int set = 0; set < N_SETS; set++) {
        says[set] = memory_array((size_t)expected->n[set], sizeof *says[set]);
        attack_trivial(expected, (enum image_set)set, predicted[set], runners_up[set], says[set]);
    }
    const uint16_t *const says_const[N_SETS] = {says[SET_CLEAN], says[SET_POISONED]};
    struct outcome count = attack_count(expected, says_const);
    return expected->own >= 0 && expected->n[SET_POISONED] > 0 ? count
                                                               : (struct outcome)OUTCOME_UNKNOWN;
}

void session_open_attack(struct session *session)
{
    struct description *description = session->description;
    session->target = target_class(&session->options.target);
    if (!description->sets[SET_POISONED])
        return;
    description->doubt = doubt_pair(session, description->sets);
    for (int set = 0; set < N_SETS; set++)
        session->runners_up[set] = memory_array(
            (size_t)dataset_count(description->sets[set]), sizeof *session->runners_up[set]);
    description->attack = open_attack(session, description->sets, session->options.clean,
        DEMO_POISONED, &session->options.target);
    if (!attack_asks(description->attack))
        attack_settle(description->attack, description->sets[SET_CLEAN], NULL);
    session->target = target_class(&description->attack->attacked.target);
}

void session_settle_attack(struct session *session, struct round *unpruned)
{
    struct description *description = session->description;
    if (!description->attack)
        return;
    attack_settle(
        description->attack, description->sets[SET_CLEAN], unpruned->predicted[SET_POISONED]);
    session->target = target_class(&description->attack->attacked.target);
    say_attack(session, description->attack, description->sets[SET_POISONED]);
    const struct expected expected = session_expected(session);
    uint16_t *const predicted[N_SETS] = {
        round_predicted(unpruned, SET_CLEAN), round_predicted(unpruned, SET_POISONED)};
    round_count(unpruned, NULL, &expected);
    session->trivial =
        count_trivial(&expected, predicted, session->runners_up, session->trivial_says);
    for (int set = 0; set < N_SETS; set++) {
        free(session->runners_up[set]);
        session->runners_up[set] = NULL;
    }
}

void session_open_test_attack(struct session *session)
{
    struct description *description = session->description;
    const struct attack *seen = description->attack;
    struct target target = session->options.target;
    if (!description->tests[SET_POISONED])
        return;
    description->test_doubt = doubt_pair(session, description->tests);
    /* what was found on validation images holds here too; what labels say, these labels say */
    if (seen && seen->attacked.true_labels && seen->attacked.source != TARGET_UNKNOWN)
        target = seen->attacked.target;
    description->test_attack = open_attack(
        session, description->tests, session->options.test_clean, DEMO_TEST_POISONED, &target);
    if (!attack_asks(description->test_attack))
        session_settle_test_attack(session, NULL);
}

void session_settle_test_attack(struct session *session, const uint16_t *unpruned)
{
    struct description *description = session->description;
    struct attack *attack = description->test_attack;
    if (!attack || attack->settled)
        return;
    attack_settle(attack, description->tests[SET_CLEAN], unpruned);
    say_attack(session, attack, description->tests[SET_POISONED]);
}

void session_count_test_trivial(
    struct session *session, uint16_t *const predicted[N_SETS], uint16_t *const runners_up[N_SETS])
{
    const struct expected expected = session_expected_tests(session);
    uint16_t *says[N_SETS];
    session->test_trivial = count_trivial(&expected, predicted, runners_up, says);
    for (int set = 0; set < N_SETS; set++)
        free(says[set]);
}

struct expected session_expected(const struct session *session)
{
    const struct description *d = session->description;
    struct expected expected =
        attack_expected(d->attack, d->sets[SET_CLEAN], d->sets[SET_POISONED]);
    expected.held_out =
        tuned_learnt_all(session->repair.tuned) ? NULL : session->description->held_out;
    return expected;
}

struct expected session_expected_tests(const struct session *session)
{
    const struct description *d = session->description;
    return attack_expected(d->test_attack, d->tests[SET_CLEAN], d->tests[SET_POISONED]);
}
