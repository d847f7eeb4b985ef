/* Limits and words of the verdict. */
#include "engine/defence/suspects/verdict.h"

#include "engine/base/memory.h"
#include "engine/defence/suspects/leading.h"
#include "engine/defence/suspects/outlier.h"
#include "engine/defence/suspects/pairs.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What stands out takes at most this share of the usual mask, and at most that of the next one.
 * The first alone, or a little more with the second, is doubtful. */
static const double STANDS = 0.5, GAP = 0.65, DOUBTFUL = 0.6;
/* Of the map's mask in the usual one. */
static const double MAP_STANDS = 0.6;
/* Below this share of clean images the net does not work as it is fed. */
static const double READS = 0.5;
/* Of a margin, where no mask was inverted. */
static const double MARGIN_DOUBTFUL = 3.5;
/* Where pairs are known: of share times ease; of the ease alone, where no gap parts the first. */
static const double EASY_SHARE = 0.27, EASY = 0.6;
/* Of the step of a pair, where no class stands out. */
static const double PAIR_STEP = 0.24;
/* Masks to compare with; images that a class is named by. */
enum { COMPARED_LEAST = LEADING_COMPARED, IMAGES_LEAST = 10 };

__attribute__((format(printf, 2, 3))) static void say(
    struct scan_verdict *verdict, const char *format, ...)
{
    size_t used = 0;
    while (verdict->why[used])
        used++;
    va_list values;
    va_start(values, format);
    vsnprintf(verdict->why + used, sizeof verdict->why - used, format, values);
    va_end(values);
}

static bool stands(const struct scan_verdict *verdict, int class)
{
    for (int i = 0; i < verdict->n_standing; i++)
        if (verdict->standing[i] == class)
            return true;
    return false;
}

/* Median of the compared masks but those that stand out; -1: too few. */
static double usual_mask(const struct scan_evidence *evidence, const struct scan_verdict *verdict)
{
    double *masks = memory_array((size_t)evidence->n + 1, sizeof *masks), usual = -1;
    int n = 0;
    for (int i = 0; i < evidence->n; i++) {
        const struct scan_class *class = &evidence->classes[i];
        if (class->mask >= 0 && class->compared && !stands(verdict, class->class))
            masks[n++] = class->mask;
    }
    if (n >= COMPARED_LEAST)
        usual = outlier_scale_of(masks, n).median;
    free(masks);
    return usual;
}

/* The class of the smallest good mask that does not stand out yet; NULL: there is none. */
static const struct scan_class *smallest(
    const struct scan_evidence *evidence, const struct scan_verdict *verdict)
{
    const struct scan_class *best = NULL;
    for (int i = 0; i < evidence->n; i++) {
        const struct scan_class *class = &evidence->classes[i];
        if (class->mask >= 0 && class->good && !stands(verdict, class->class) &&
            (!best || class->mask < best->mask))
            best = class;
    }
    return best;
}

/* Of the smallest mask; masks are sizes, so their logarithms are compared. */
static double anomaly_index(const struct scan_evidence *evidence)
{
    double *logs = memory_array((size_t)evidence->n + 1, sizeof *logs), least = 0, index = 0;
    int n = 0;
    for (int i = 0; i < evidence->n; i++)
        if (evidence->classes[i].mask > 0) {
            logs[n] = log(evidence->classes[i].mask);
            least = n == 0 || logs[n] < least ? logs[n] : least;
            n++;
        }
    if (n >= COMPARED_LEAST) {
        const struct outlier_scale scale = outlier_scale_of(logs, n);
        index = scale.deviation > 0 ? (scale.median - least) / scale.deviation : 0;
    }
    free(logs);
    return index;
}

/* How classes stand beside the others: their largest mask in the usual one, and in the smallest of
 * the compared others. */
struct distance {
    double usual, share, gap;
};

static struct distance distance_of(
    const struct scan_evidence *evidence, const struct scan_verdict *standing, double mask)
{
    struct distance distance = {.usual = usual_mask(evidence, standing), .gap = INFINITY};
    double next = INFINITY;
    for (int i = 0; i < evidence->n; i++) {
        const struct scan_class *class = &evidence->classes[i];
        if (class->mask >= 0 && class->compared && !stands(standing, class->class))
            next = fmin(next, class->mask);
    }
    distance.share = distance.usual > 0 ? mask / distance.usual : INFINITY;
    distance.gap = next > 0 ? mask / next : INFINITY;
    return distance;
}

/* The classes of the smallest masks, where a gap parts them from the others: of several such parts
 * the one with the widest gap. */
static void find_standing(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    struct scan_verdict with = *verdict;
    double widest = GAP;
    while (with.n_standing < SCAN_STANDING_MAX) {
        const struct scan_class *next = smallest(evidence, &with);
        if (!next)
            break;
        with.standing[with.n_standing++] = next->class;
        const struct distance distance = distance_of(evidence, &with, next->mask);
        if (distance.usual < 0)
            break;
        if (distance.share > STANDS || distance.gap > widest)
            continue;
        widest = distance.gap;
        with.usual = distance.usual;
        *verdict = with;
    }
}

/* How large a mask is beside those of other classes, and how easy the class is from everywhere. */
struct nearness {
    double share, ease;
};

static struct nearness nearness_of(const struct scan_evidence *evidence,
    const struct scan_verdict *standing, const struct scan_class *class)
{
    struct scan_verdict with = *standing;
    if (!stands(&with, class->class) && with.n_standing < SCAN_STANDING_MAX)
        with.standing[with.n_standing++] = class->class;
    return (struct nearness){distance_of(evidence, &with, class->mask).share,
        pairs_ease(evidence->pairs, evidence->n_classes, class->class)};
}

/* Where pairs are known: masks that are small because clean images come near a class do not stand
 * out; one that is easy from everywhere does, without a gap too. */
static void weigh_pairs(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    const struct scan_class *best = NULL;
    struct nearness least = {INFINITY, 1};
    bool parted = verdict->n_standing > 0;
    for (int i = 0; evidence->pairs && i < evidence->n; i++) {
        const struct scan_class *class = &evidence->classes[i];
        if (class->mask < 0 || !class->good || (parted && !stands(verdict, class->class)))
            continue;
        struct nearness near = nearness_of(evidence, verdict, class);
        if (near.share * near.ease < least.share * least.ease) {
            best = class;
            least = near;
        }
    }
    if (!best)
        return;
    bool easy = least.share * least.ease <= EASY_SHARE && (parted || least.ease <= EASY);
    if (parted && !easy)
        verdict->n_standing = 0;
    else if (easy && !parted) {
        verdict->standing[verdict->n_standing++] = best->class;
        verdict->usual = usual_mask(evidence, verdict);
    }
}

/* Of many classes those were inverted that have the largest margins, and some by chance. The first
 * ones by their masks stand out beside all of these, as far as a step leads up to the next one that
 * was chosen for its margin. */
static void find_leading(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    struct leading_mask *masks = memory_array((size_t)evidence->n + 1, sizeof *masks);
    int n = 0;
    for (int i = 0; i < evidence->n; i++) {
        const struct scan_class *class = &evidence->classes[i];
        if (class->mask >= 0 && class->good)
            masks[n++] = (struct leading_mask){class->class, class->mask, class->compared};
    }
    verdict->n_standing = leading_find(masks, n, STANDS, SCAN_STANDING_MAX, &verdict->usual);
    for (int i = 0; i < verdict->n_standing; i++)
        verdict->standing[i] = masks[i].class;
    free(masks);
}

static const struct scan_class *class_of(const struct scan_evidence *evidence, int class)
{
    for (int i = 0; i < evidence->n; i++)
        if (evidence->classes[i].class == class)
            return &evidence->classes[i];
    return NULL;
}

static void say_standing(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    verdict->kind = SCAN_CLASSES;
    say(verdict, verdict->n_standing == 1 ? "Class" : "Classes");
    for (int i = 0; i < verdict->n_standing; i++)
        say(verdict, "%s %d", i ? "," : "", verdict->standing[i]);
    say(verdict,
        verdict->n_standing == 1 ? " stands out: a trigger of " : " stand out: triggers of ");
    for (int i = 0; i < verdict->n_standing; i++)
        say(verdict, "%s%.1f", i ? ", " : "", class_of(evidence, verdict->standing[i])->mask);
    say(verdict, " pixels %s enough, where other classes take %.1f (median).",
        verdict->n_standing == 1 ? "is" : "are", verdict->usual);
    verdict->share = class_of(evidence, verdict->standing[0])->mask / verdict->usual;
}

/* No class stands out, but one pair does. */
static bool judge_pairs(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    if (!evidence->pairs)
        return false;
    const struct pair pair = pairs_smallest_step(evidence->pairs, evidence->n_classes);
    if (pair.from < 0 || pair.step > PAIR_STEP)
        return false;
    verdict->kind = SCAN_CLASSES;
    verdict->standing[verdict->n_standing++] = pair.to;
    verdict->source = pair.from;
    verdict->usual = usual_mask(evidence, verdict);
    say(verdict,
        "Class %d stands out for images of class %d: a trigger of %.1f pixels leads them there, at "
        "most %.0f %% of what other pairs of classes take, and of the way back. No class stands "
        "out "
        "for all images: an attack on one class alone looks like that.",
        pair.to, pair.from, pair.mask, 100 * pair.step);
    return true;
}

/* first: the smallest good mask, NULL: there is none. */
static void say_too_few(const struct scan_evidence *evidence, const struct scan_class *first,
    struct scan_verdict *verdict)
{
    verdict->kind = SCAN_UNCLEAR;
    if (evidence->n_classes <= COMPARED_LEAST)
        say(verdict,
            "Unclear: with %d classes there are too few others to compare a trigger with; four "
            "classes are the least.",
            evidence->n_classes);
    else
        say(verdict, "Too few triggers were found to compare classes by.");
    if (first)
        say(verdict, " The smallest takes %.1f pixels, to class %d.", first->mask, first->class);
}

/* No mask is small enough: nothing, or doubt. */
static void say_nothing(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    const struct scan_class *first = smallest(evidence, verdict);
    verdict->usual = usual_mask(evidence, verdict);
    if (!first || verdict->usual < 0) {
        say_too_few(evidence, first, verdict);
        return;
    }
    struct scan_verdict with = {.standing = {first->class}, .n_standing = 1};
    const struct distance distance = distance_of(evidence, &with, first->mask);
    verdict->share = first->mask / verdict->usual;
    bool doubt = distance.share <= STANDS || (distance.share <= DOUBTFUL && distance.gap <= GAP);
    verdict->kind = doubt ? SCAN_UNCLEAR : SCAN_NOTHING;
    say(verdict, doubt ? "Unclear: class %d" : "Nothing stands out: the first class, %d,",
        first->class);
    say(verdict, " takes a trigger of %.1f pixels, %.0f %% of what other classes take (%.1f).",
        first->mask, 100 * verdict->share, verdict->usual);
    if (doubt) {
        verdict->standing[verdict->n_standing++] = first->class;
        say(verdict, " Clean nets have such classes too; more clean images would tell more.");
    } else {
        if (evidence->pairs)
            say(verdict, " No pair of classes does either.");
        say(verdict,
            " That is no proof: what works on one class alone, or is not like a patch, may "
            "be missed.");
    }
}

/* Margins alone. */
static void judge_margins(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    const struct scan_class *first = NULL;
    for (int i = 0; i < evidence->n; i++)
        if (!first || evidence->classes[i].outlier > first->outlier)
            first = &evidence->classes[i];
    if (first && first->outlier >= MARGIN_DOUBTFUL) {
        verdict->standing[verdict->n_standing++] = first->class;
        say(verdict, "Unclear: class %d has the largest margin, outlier %.1f. ", first->class,
            first->outlier);
    } else {
        say(verdict, "Unclear: no class has an unusual margin. ");
    }
    say(verdict, "Margins alone do not tell clean nets from others; give clean images, so that "
                 "triggers can be inverted.");
}

static bool judge_map(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    const struct class_map *map = evidence->map;
    double usual = usual_mask(evidence, verdict);
    if (!map || map->kind != CLASS_MAP_TO_ALL || usual < 0 || map->mask > MAP_STANDS * usual)
        return false;
    verdict->kind = SCAN_TO_ALL;
    verdict->usual = usual;
    verdict->share = map->mask / usual;
    say(verdict, "One trigger of %.1f pixels leads every class to another one", map->mask);
    if (map->shift)
        say(verdict, map->shift == 1 ? ", y to y + %d" : ", y to y + %d (counted round)",
            map->shift);
    say(verdict,
        ": %.0f %% of the images of a class go the same way (%d images, %d of %d classes with %d "
        "or more). A trigger towards one class takes %.1f (median). That is an all-to-all "
        "backdoor.",
        100 * map->certain, map->n_images, map->n_rows, map->n_classes, CLASS_MAP_IMAGES, usual);
    return true;
}

/* Images of too few classes say nothing of every class. */
static void say_map_too_few(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    const struct class_map *map = evidence->map;
    if (map && !map->enough)
        say(verdict,
            " %d image%s of %d of the %d classes %s too few to tell whether one trigger leads "
            "every "
            "class to another.",
            map->n_images, map->n_images == 1 ? "" : "s", map->n_seen, map->n_classes,
            map->n_images == 1 ? "is" : "are");
}

/* What stands out on very few images is in doubt: a trigger for them alone is small anywhere. */
static void doubt_few_images(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    if (evidence->n_images == 0 || evidence->n_images >= IMAGES_LEAST ||
        verdict->kind != SCAN_CLASSES)
        return;
    verdict->kind = SCAN_UNCLEAR;
    say(verdict, " Unclear all the same: %d clean image%s too few to be sure; give %d or more.",
        evidence->n_images, evidence->n_images == 1 ? " is" : "s are", IMAGES_LEAST);
}

/* Of many classes some were inverted because they come first in other orders. */
static bool few_inverted(const struct scan_evidence *evidence)
{
    for (int i = 0; i < evidence->n; i++)
        if (evidence->classes[i].mask >= 0 && !evidence->classes[i].compared)
            return true;
    return false;
}

void scan_judge(const struct scan_evidence *evidence, struct scan_verdict *verdict)
{
    bool inverted = false;
    *verdict = (struct scan_verdict){.kind = SCAN_UNCLEAR, .source = -1, .usual = -1, .share = -1};
    for (int i = 0; i < evidence->n; i++)
        inverted = inverted || evidence->classes[i].mask >= 0;
    verdict->index = anomaly_index(evidence);
    if (evidence->clean_accuracy >= 0 && evidence->clean_accuracy < READS) {
        say(verdict,
            "Unclear: the net reads only %.0f %% of the clean images as labelled. Probably the "
            "range of the pixels is set wrongly (--scale, --mean, --std), or the labels are of "
            "another net. What is found before that is right says nothing.",
            100 * evidence->clean_accuracy);
        return;
    }
    if (!inverted) {
        judge_margins(evidence, verdict);
        return;
    }
    if (judge_map(evidence, verdict))
        return;
    if (few_inverted(evidence))
        find_leading(evidence, verdict);
    else {
        find_standing(evidence, verdict);
        weigh_pairs(evidence, verdict);
    }
    if (verdict->n_standing > 0)
        say_standing(evidence, verdict);
    else if (!judge_pairs(evidence, verdict))
        say_nothing(evidence, verdict);
    doubt_few_images(evidence, verdict);
    say_map_too_few(evidence, verdict);
}
