/* What the rounds of a sweep and the suggested repair show, in words. Each sentence stands on a
 * rule of course.h or verdict.h. */
#include "app/lab/course.h"
#include "app/lab/lab.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "engine/measures/verdict.h"

#include <math.h>
#include <stdlib.h>

/* Adds a sentence to a text, which it frees. */
static char *then(char *text, char *sentence)
{
    char *longer = memory_format("%s%s%s", text, *text && *sentence ? " " : "", sentence);
    free(text);
    free(sentence);
    return longer;
}

static struct course course_of(const struct snapshot *s)
{
    int *clean = memory_array((size_t)s->n_rounds, sizeof *clean);
    int *hits = memory_array((size_t)s->n_rounds, sizeof *hits);
    for (int i = 0; i < s->n_rounds; i++) {
        clean[i] = s->rounds[i]->clean_correct;
        hits[i] = s->rounds[i]->attack_hits;
    }
    return (struct course){s->n_rounds, s->n_images[SET_CLEAN], s->of.attack, clean, hits};
}

static char *never_active(const struct snapshot *s)
{
    const struct site_line *site = &s->sites[s->site];
    int n = (int)lround(site->never_active * site->n_channels);
    if (n == 0)
        return memory_format(
            "None of the %d channels of %s is never active (zero on all clean images).",
            s->n_channels, site->name);
    return memory_format("%d of %d channels of %s %s never active (zero on all clean images).", n,
        s->n_channels, site->name, n == 1 ? "is" : "are");
}

static char *beginning(const struct course *c)
{
    int quiet = course_quiet(c);
    if (c->n_rounds < 2)
        return memory_string("Nothing was pruned.");
    if (quiet == c->n_rounds - 1)
        return memory_format("None of the %d rounds changes a count.", quiet);
    if (quiet == 1)
        return memory_string("The first round changes no count.");
    if (quiet > 0)
        return memory_format("The first %d rounds change no count.", quiet);
    return memory_string("The first round changes counts already.");
}

/* What later rounds show of the attack, where it comes back. */
static char *comes_back(const struct course *c, int best)
{
    int back = course_comes_back(c, best);
    if (back < 0)
        return memory_string("");
    return memory_format("It does not stay so: in round %d the attack succeeds on %.2f %% again "
                         "(clean accuracy %.2f %%).",
        back, course_asr(c, back), course_clean(c, back));
}

static char *removed(const struct course *c)
{
    int best = course_best(c);
    char *text = memory_format("%s: in round %d the attack succeeds on %d of %d poisoned images "
                               "(%.2f %%), and clean accuracy is %.2f %%, %.2f points less than "
                               "at first.",
        course_attack_first(c) ? "Attack success falls first"
                               : "The attack is removed, but clean accuracy drops on the way",
        best, c->hits[best], c->n_poisoned, course_asr(c, best), course_clean(c, best),
        course_lost(c, best));
    return then(text, comes_back(c, best));
}

static char *stands(const struct course *c)
{
    int lost = course_first_lost(c, VERDICT_POINTS), best = course_best(c);
    char *text =
        memory_format("Clean accuracy falls first: it has lost %d points in round %d, when "
                      "the attack still succeeds on %.2f %% of the poisoned images.",
            VERDICT_POINTS, lost, course_asr(c, lost));
    if (best > 0)
        text = then(text, memory_format("No round within %d points leaves less than %.2f %% (round "
                                        "%d).",
                              VERDICT_POINTS, course_asr(c, best), best));
    return then(text, memory_string("Pruning this layer in this order is no defence: the backdoor "
                                    "sits in channels that clean images use too, as after a "
                                    "pruning-aware attack, or in another layer, or this order "
                                    "comes to it too late."));
}

static char *happened(const struct course *c)
{
    int best = course_best(c);
    switch (course_kind(c)) {
    case COURSE_UNKNOWN:
        return memory_string("There are no poisoned images: nothing here can tell what becomes of "
                             "an attack.");
    case COURSE_NO_ATTACK:
        return memory_format(
            "The attack succeeds on only %.2f %% of the poisoned images before any "
            "pruning: there is nothing to remove.",
            course_asr(c, 0));
    case COURSE_NO_ROUNDS:
        return memory_string("");
    case COURSE_REMOVED:
        return removed(c);
    case COURSE_WEAKENED:
        return then(
            memory_format(
                "The attack is weakened, not removed: within %d points of clean "
                "accuracy the lowest rate is %.2f %%, in round %d (clean accuracy %.2f %%).",
                VERDICT_POINTS, course_asr(c, best), best, course_clean(c, best)),
            comes_back(c, best));
    case COURSE_STANDS:
        return stands(c);
    case COURSE_NEITHER:
        break;
    }
    return memory_format(
        "Clean accuracy never loses %d points, and attack success is never halved.",
        VERDICT_POINTS);
}

/* What is left in the nets of the thresholds, and whether that repairs any. */
static char *thresholds_left(const struct snapshot *s, const struct course *c)
{
    char *text = memory_string("");
    int reached = 0, free_of_it = 0;
    for (int i = 0; i < s->n_thresholds; i++) {
        int round = s->thresholds[i].round;
        if (round < 0 || round >= c->n_rounds)
            continue;
        char *longer = memory_format("%s%s%.2f %% in B′(%g)", text, reached ? ", " : "",
            course_asr(c, round), s->thresholds[i].points);
        free(text);
        text = longer;
        reached++;
        free_of_it += course_is_free(c, round);
    }
    char *sentence =
        reached == 0
            ? memory_string("No threshold is reached.")
            : memory_format("Attack success is %s%s.", text,
                  free_of_it > 0 ? "" : ": the thresholds choose no net without the attack");
    free(text);
    return sentence;
}

char *lab_story(const struct snapshot *s)
{
    const struct course c = course_of(s);
    enum course_kind kind = course_kind(&c);
    char *text = then(never_active(s), beginning(&c));
    text = then(text, happened(&c));
    if (kind != COURSE_UNKNOWN && kind != COURSE_NO_ATTACK && kind != COURSE_NO_ROUNDS)
        text = then(text, thresholds_left(s, &c));
    if (kind != COURSE_UNKNOWN && !course_enough(&c))
        text = then(text, memory_format("With %d clean and %d poisoned images that is hardly "
                                        "evidence.",
                              c.n_clean, c.n_poisoned));
    free((int *)(uintptr_t)c.clean);
    free((int *)(uintptr_t)c.hits);
    return text;
}

char *lab_story_repair(const struct snapshot *s, int round)
{
    int n = s->of.attack, hits = s->rounds[round]->attack_hits;
    double before = snapshot_asr(s, 0), after = snapshot_asr(s, round);
    struct number_interval wilson = number_interval(hits, n);
    enum verdict verdict = verdict_of(before, after, n);
    char *text = memory_format(
        "%s prunes %d of %d channels of %s by %s: clean accuracy "
        "goes from %.2f %% to %.2f %%, ASR from %.2f %% to %.2f %% (%d of %d; 95 %%: %.2f to %.2f "
        "%%): %s.",
        verdict == VERDICT_STANDS ? "The best that was found, which is no repair,"
                                  : "The suggested repair",
        round, s->n_channels, s->sites[s->site].name, s->criterion, snapshot_clean_accuracy(s, 0),
        snapshot_clean_accuracy(s, round), before, after, hits, n, wilson.low, wilson.high,
        verdict_words(verdict));
    if (!verdict_enough(n))
        text = then(text, memory_format("With %d poisoned images that is hardly evidence.", n));
    const struct worth worth = {.before = round_outcome(s->rounds[0]),
        .after = round_outcome(s->rounds[round]),
        .of = s->of,
        .trivial = s->trivial,
        .target = s->target};
    char besides[WORTH_TEXT];
    worth_say(&worth, besides, sizeof besides);
    if (besides[0])
        text = then(text, memory_format("Besides, this repair %s.", besides));
    return then(text, memory_string("Its layer, criterion and number of channels were chosen with "
                                    "the poisoned validation images, which a defender does not "
                                    "have."));
}
