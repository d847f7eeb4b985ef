/* Decides what an attack wants of each poisoned image, and counts by it. */
#include "engine/session/state/attack.h"

#include "engine/base/memory.h"
#include "engine/io/images/trigger_pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EQUAL_PERCENT = 95 }; /* of pairs with equal labels: labels are true classes */

/* The class that more than half of some labels are; -1: none. */
static int main_class(const int32_t *labels, int n, int n_classes)
{
    int *count = memory_array((size_t)n_classes, sizeof *count), found = -1;
    for (int i = 0; i < n; i++)
        if (labels[i] >= 0 && labels[i] < n_classes && 2 * ++count[labels[i]] > n)
            found = labels[i];
    free(count);
    return found;
}

static bool constant(const int32_t *labels, int n)
{
    for (int i = 1; i < n; i++)
        if (labels[i] != labels[0])
            return false;
    return true;
}

/* Labels of two sets in the same order, which is no accident: several classes, and not sorted. */
static bool same_order(const struct dataset *clean, const struct attack *attack)
{
    const int32_t *labels = dataset_labels(clean);
    bool rises = true;
    if (dataset_count(clean) != attack->n ||
        memcmp(labels, attack->labels, (size_t)attack->n * sizeof *labels) != 0)
        return false;
    for (int i = 1; i < attack->n; i++)
        rises = rises && labels[i] >= labels[i - 1];
    return !rises;
}

/* How many known persons are labelled with themselves. */
static int count_equal(const struct attack *attack, int *n_known)
{
    int equal = 0;
    *n_known = 0;
    for (int i = 0; i < attack->n && attack->truth; i++) {
        *n_known += attack->truth[i] >= 0;
        equal += attack->truth[i] >= 0 && attack->truth[i] == attack->labels[i];
    }
    return equal;
}

/* Whether labels are what a given map makes of true classes. */
static bool labels_mapped(const struct attack *attack)
{
    int mapped = 0, n_known = 0;
    for (int i = 0; i < attack->n && attack->truth; i++) {
        int goal = target_goal(&attack->given, attack->truth[i], attack->n_classes);
        n_known += attack->truth[i] >= 0;
        mapped += attack->truth[i] >= 0 && goal == attack->labels[i];
    }
    return n_known > 0 && 2 * mapped > n_known;
}

/* Whether labels are true classes: they cannot be what the attack wants. */
static bool labels_are_people(const struct dataset *clean, const struct attack *attack)
{
    int n_known, equal = count_equal(attack, &n_known), given = attack->given.kind;
    bool one = constant(attack->labels, attack->n);
    if (n_known > 0)
        return 100L * equal >= (long)EQUAL_PERCENT * n_known && (!one || 2 * n_known >= attack->n);
    if (same_order(clean, attack))
        return true;
    if (given == TARGET_CLASS)
        return !one &&
               main_class(attack->labels, attack->n, attack->n_classes) != attack->given.value;
    return given != TARGET_NONE;
}

/* A surrogate of these clean images is in their order. */
static bool pair_surrogate(struct attack *attack, const struct dataset *clean,
    const struct dataset *poisoned, const char *digest)
{
    const struct surrogate *surrogate = dataset_surrogate(poisoned);
    if (!surrogate || !surrogate_pairs(surrogate, poisoned, clean, digest))
        return false;
    for (int i = 0; i < attack->n; i++)
        attack->pairs[i] = i;
    attack->attacked.n_paired = attack->n;
    return true;
}

static void find_truth(struct attack *attack, const struct dataset *clean,
    const struct dataset *poisoned, const int32_t *people, const char *digest)
{
    size_t n = (size_t)attack->n;
    attack->truth = memory_array(n, sizeof *attack->truth);
    attack->pairs = memory_array(n, sizeof *attack->pairs);
    if (people) {
        memcpy(attack->truth, people, n * sizeof *people);
        memset(attack->pairs, -1, n * sizeof *attack->pairs);
        return;
    }
    if (!pair_surrogate(attack, clean, poisoned, digest))
        attack->attacked.n_paired = trigger_pairs_find(clean, poisoned, attack->pairs);
    for (size_t i = 0; i < n; i++)
        attack->truth[i] = attack->pairs[i] < 0 ? -1 : dataset_labels(clean)[attack->pairs[i]];
}

struct attack *attack_create(const struct dataset *clean, const struct dataset *poisoned,
    const int32_t *people, const struct target *given, int n_classes, const char *digest)
{
    const struct surrogate *surrogate = dataset_surrogate(poisoned);
    struct attack *attack = memory_array(1, sizeof *attack);
    attack->n = dataset_count(poisoned);
    attack->n_classes = n_classes;
    attack->given = *given;
    attack->attacked.surrogate = surrogate != NULL;
    attack->inverted = surrogate && surrogate->class >= 0 && given->kind == TARGET_NONE;
    if (attack->inverted)
        attack->given = (struct target){TARGET_CLASS, .value = surrogate->class};
    attack->labels = dataset_labels(poisoned);
    find_truth(attack, clean, poisoned, people, digest);
    attack->attacked.true_labels = labels_are_people(clean, attack);
    for (int i = 0; i < attack->n && attack->attacked.true_labels; i++)
        attack->truth[i] = attack->labels[i];
    int n_known;
    count_equal(attack, &n_known);
    if (n_known == 0) {
        free(attack->truth);
        attack->truth = NULL;
    }
    if (attack->attacked.n_paired == 0) {
        free(attack->pairs);
        attack->pairs = NULL;
    }
    return attack;
}

void attack_destroy(struct attack *attack)
{
    if (!attack)
        return;
    free(attack->pairs);
    free(attack->truth);
    free(attack->goal);
    free(attack);
}

bool attack_asks(const struct attack *attack)
{
    return !attack->settled && attack->attacked.true_labels && attack->given.kind == TARGET_NONE;
}

/* The map from true classes to labels; TARGET_NONE: there is not one for all. */
static struct target labelled_target(const struct attack *attack)
{
    struct target target = {.kind = TARGET_CLASS};
    int shift = -1;
    target.value = main_class(attack->labels, attack->n, attack->n_classes);
    if (target.value >= 0)
        return target;
    for (int i = 0; i < attack->n && attack->truth; i++) {
        int by = (attack->labels[i] - attack->truth[i] + attack->n_classes) % attack->n_classes;
        if (attack->truth[i] < 0)
            continue;
        if (shift >= 0 && by != shift)
            return (struct target){0};
        shift = by;
    }
    return shift > 0 ? (struct target){TARGET_SHIFT, .value = shift} : (struct target){0};
}

/* How often the net gives one wrong answer: [0, n) classes, [n, 2n) so many classes further on. */
static int *count_answers(const struct attack *attack, const uint16_t *predicted, int *of)
{
    int n = attack->n_classes;
    int *hits = memory_array(2 * (size_t)n, sizeof *hits);
    for (int t = 0; t < 2 * n; t++)
        of[t] = attack->n;
    for (int i = 0; i < attack->n; i++) {
        int person = attack->truth[i], answer = predicted[i];
        of[person]--;
        if (answer == person || answer >= n)
            continue;
        hits[answer]++;
        hits[n + (answer - person + n) % n]++;
    }
    return hits;
}

/* Class, or distance from the true class, that most misread images are read as. */
static void find_target(struct attack *attack, const uint16_t *predicted)
{
    struct attacked *attacked = &attack->attacked;
    int n = attack->n_classes, best = 0;
    int *of = memory_array(2 * (size_t)n, sizeof *of);
    int *hits = count_answers(attack, predicted, of);
    for (int t = 1; t < 2 * n; t++)
        if (hits[t] > hits[best])
            best = t;
    attacked->found = hits[best];
    attacked->found_of = of[best];
    attacked->source = hits[best] == 0             ? TARGET_UNKNOWN
                       : 2 * hits[best] > of[best] ? TARGET_FOUND
                                                   : TARGET_DOUBTFUL;
    if (hits[best] > 0)
        attacked->target = (struct target){
            best < n ? TARGET_CLASS : TARGET_SHIFT, .value = best < n ? best : best - n};
    free(of);
    free(hits);
}

static void set_goals(struct attack *attack)
{
    struct attacked *attacked = &attack->attacked;
    bool by_label = attacked->source == TARGET_LABELS ||
                    (attacked->source == TARGET_GIVEN && attacked->target.kind != TARGET_CLASS &&
                        labels_mapped(attack));
    attack->goal = memory_array((size_t)attack->n, sizeof *attack->goal);
    for (int i = 0; i < attack->n; i++) {
        int person = attack->truth ? attack->truth[i] : -1;
        int goal = target_goal(&attacked->target, person, attack->n_classes);
        if (attacked->source == TARGET_LABELS || (by_label && person < 0))
            goal = attack->labels[i];
        else if (goal >= 0 && goal == person)
            goal = -1;
        attack->goal[i] = goal;
        attack->of.attack += goal >= 0;
    }
    attacked->n_left_out = attack->n - attack->of.attack;
}

void attack_settle(struct attack *attack, const struct dataset *clean, const uint16_t *predicted)
{
    struct attacked *attacked = &attack->attacked;
    if (attack->settled)
        return;
    attacked->target = attack->given;
    attacked->source = attack->inverted ? TARGET_INVERTED : TARGET_GIVEN;
    if (attack->given.kind == TARGET_NONE && attacked->true_labels) {
        find_target(attack, predicted);
    } else if (attack->given.kind == TARGET_NONE) {
        attacked->source = TARGET_LABELS;
        attacked->target = labelled_target(attack);
    }
    set_goals(attack);
    int own = target_class(&attacked->target), n_own = 0;
    count_equal(attack, &attacked->n_known);
    for (int i = 0; i < dataset_count(clean); i++)
        n_own += dataset_labels(clean)[i] == own;
    attack->of.clean = dataset_count(clean);
    attack->of.own = own < 0 ? -1 : n_own;
    attack->of.robust = attack->truth ? attacked->n_known : -1;
    attack->settled = true;
}

/* Counting ------------------------------------------------------------------------------- */

struct expected attack_expected(
    const struct attack *attack, const struct dataset *clean, const struct dataset *poisoned)
{
    bool settled = attack && attack->settled;
    return (struct expected){
        .n = {clean ? dataset_count(clean) : 0, poisoned ? dataset_count(poisoned) : 0},
        .labels = {clean ? dataset_labels(clean) : NULL, settled    ? attack->goal
                                                         : poisoned ? dataset_labels(poisoned)
                                                                    : NULL},
        .truth = settled ? attack->truth : NULL,
        .own = settled ? target_class(&attack->attacked.target) : -1,
    };
}

struct outcome attack_count(
    const struct expected *expected, const uint16_t *const predicted[N_SETS])
{
    struct outcome count = {.own = expected->own < 0 ? -1 : 0, .robust = expected->truth ? 0 : -1};
    const uint16_t *clean = predicted[SET_CLEAN], *poisoned = predicted[SET_POISONED];
    for (int i = 0; i < expected->n[SET_CLEAN]; i++) {
        bool right = clean[i] == expected->labels[SET_CLEAN][i];
        count.clean += right;
        count.own += right && expected->own >= 0 && clean[i] == expected->own;
    }
    for (int i = 0; i < expected->n[SET_POISONED]; i++) {
        count.attack += poisoned[i] == expected->labels[SET_POISONED][i];
        count.robust += expected->truth && poisoned[i] == expected->truth[i];
    }
    return count;
}

bool attack_trivial(const struct expected *expected, enum image_set set, const uint16_t *predicted,
    const uint16_t *runners_up, uint16_t *says)
{
    for (int i = 0; i < expected->n[set] && expected->own >= 0; i++)
        says[i] = predicted[i] == expected->own ? runners_up[i] : predicted[i];
    return expected->own >= 0;
}

/* Words ---------------------------------------------------------------------------------- */

static void describe_target(const struct target *target, int n_classes, char *text, size_t size)
{
    char short_text[TARGET_TEXT];
    if (target->kind == TARGET_SHIFT)
        snprintf(text, size, "(label %+d) mod %d", target->value, n_classes);
    else
        snprintf(text, size, "%s%s", target->kind == TARGET_CLASS ? "class " : "",
            target_text(target, short_text));
}

static void add_found(const struct attack *attack, const char *target, char *text, size_t size)
{
    const struct attacked *a = &attack->attacked;
    if (a->source == TARGET_FOUND)
        snprintf(text, size,
            "found the target %s: the net answers it for %d of %d images; --target N sets another",
            target, a->found, a->found_of);
    else if (a->source == TARGET_DOUBTFUL)
        snprintf(text, size,
            "no clear target: the most frequent wrong answer, %s (%d of %d), is counted; --target "
            "N sets another",
            target, a->found, a->found_of);
    else
        snprintf(text, size,
            "the net gets all of them right, so no target is found and ASR is not known; give "
            "--target N");
}

const char *attack_text(const struct attack *attack, const char *set, char text[SNAPSHOT_TEXT])
{
    const struct attacked *a = &attack->attacked;
    char target[TARGET_TEXT + 16], found[SNAPSHOT_TEXT] = "";
    describe_target(&a->target, attack->n_classes, target, sizeof target);
    text[0] = '\0';
    if (a->source == TARGET_GIVEN)
        snprintf(
            found, sizeof found, "%s counts %s, as --target says", attack_rate_name(a), target);
    else if (a->source == TARGET_INVERTED)
        snprintf(found, sizeof found,
            "a surrogate: clean images with the inverted trigger of %s; its ASR (surrogate ASR) is "
            "not that of the planted trigger",
            target);
    else if (a->source != TARGET_LABELS)
        add_found(attack, target, found, sizeof found);
    if (found[0])
        snprintf(text, SNAPSHOT_TEXT, "%.60s: %s%s", set,
            a->true_labels ? "its labels are the true classes, not the target; " : "", found);
    return text;
}
