/* The rules and the words of suggestion.h. */
#include "engine/session/state/suggestion.h"

#include "engine/measures/number.h"
#include "engine/measures/verdict.h"
#include "engine/prune/scan/scan.h"

#include <math.h>
#include <stdio.h>

static double asr_before(const struct suggestion *found)
{
    return number_percent(found->worth.before.attack, found->worth.of.attack);
}

static double asr_after(const struct suggestion *found)
{
    return number_percent(found->worth.after.attack, found->worth.of.attack);
}

bool suggestion_has_evidence(const struct suggestion *found)
{
    return found->poisoned && found->worth.of.attack > 0;
}

bool suggestion_has_attack(const struct suggestion *found)
{
    return suggestion_has_evidence(found) && asr_before(found) >= VERDICT_POINTS;
}

bool suggestion_has_repair(const struct suggestion *found)
{
    return suggestion_has_attack(found) && found->criterion &&
           verdict_of(asr_before(found), asr_after(found), found->worth.of.attack) !=
               VERDICT_STANDS;
}

/* Something falls, but the attack still works: no repair. */
static bool lowers(const struct suggestion *found)
{
    return suggestion_has_attack(found) && found->criterion &&
           found->worth.after.attack < found->worth.before.attack;
}

static void say_never_active(const struct suggestion *found, char *text, size_t size)
{
    static const char nothing[] =
        "none: without poisoned images nobody can tell which layer holds a backdoor";
    if (found->never_active > 0)
        snprintf(text, size,
            "%s; most channels that are never active: %s, %.0f of %d (clean data only)", nothing,
            found->never_active_layer, round(found->never_active * found->n_never_active_of),
            found->n_never_active_of);
    else
        snprintf(text, size, "%s; no layer has a channel that is never active (clean data only)",
            nothing);
}

static const char *by_what(const struct suggestion *found)
{
    return found->surrogate ? "surrogate: chosen with an inverted trigger"
                            : "oracle: chosen with poisoned images";
}

static const char *kind(const struct suggestion *found)
{
    return found->surrogate ? "surrogate" : "oracle";
}

static void say_repair(const struct suggestion *found, char *text, size_t size)
{
    const struct worth *worth = &found->worth;
    int n = worth->of.attack;
    bool stands = !suggestion_has_repair(found);
    char few[48] = "", besides[WORTH_TEXT], sample[64] = "";
    enum verdict verdict = verdict_of(asr_before(found), asr_after(found), n);
    if (!verdict_enough(n))
        snprintf(few, sizeof few, ", but n = %d is too few to be sure", n);
    if (found->n_clean > worth->of.clean)
        snprintf(sample, sizeof sample, "; a sample of %d of %d clean images", worth->of.clean,
            found->n_clean);
    worth_say(worth, besides, sizeof besides);
    snprintf(text, size,
        "%s%s: %d of %d channels by %s leave %sASR %.1f %% (before %.1f %%) at %.1f %% clean "
        "accuracy (before %.1f %%): %s (%s%s%s)%s%s",
        stands ? "none: no repair removes the attack; at best " : "", found->layer, found->n_pruned,
        found->n_channels, found->criterion, found->surrogate ? "surrogate " : "", asr_after(found),
        asr_before(found), number_percent(worth->after.clean, worth->of.clean),
        number_percent(worth->before.clean, worth->of.clean), verdict_words(verdict),
        by_what(found), few, sample, besides[0] ? "; " : "", besides);
}

void suggestion_say(const struct suggestion *found, char *text, size_t size)
{
    if (!found->poisoned)
        say_never_active(found, text, size);
    else if (!suggestion_has_evidence(found))
        snprintf(text, size,
            "none: the target of the poisoned images is not known, so nobody can tell which layer "
            "holds a backdoor");
    else if (!suggestion_has_attack(found))
        snprintf(text, size,
            "none: the attack succeeds on only %.1f %% of the poisoned images; there is nothing to "
            "repair (%s)",
            asr_before(found), kind(found));
    else if (!lowers(found))
        snprintf(text, size,
            "none: no criterion lowers the ASR of %.1f %% within %d points of clean accuracy "
            "(%s)",
            asr_before(found), SCAN_POINTS, kind(found));
    else
        say_repair(found, text, size);
}
