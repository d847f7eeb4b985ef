/* The rules and the words of suggestion.h. */
#include "engine/session/suggestion.h"

#include "engine/base/verdict.h"
#include "engine/prune/scan.h"

#include <math.h>
#include <stdio.h>

bool suggestion_has_evidence(const struct suggestion *found)
{
    return found->n_poisoned > 0;
}

bool suggestion_has_attack(const struct suggestion *found)
{
    return suggestion_has_evidence(found) && found->asr_before >= VERDICT_POINTS;
}

bool suggestion_has_repair(const struct suggestion *found)
{
    return suggestion_has_attack(found) && found->criterion && found->asr_after < found->asr_before;
}

static void say_silent(const struct suggestion *found, char *text, size_t size)
{
    static const char nothing[] =
        "none: without poisoned images nothing here can tell where a backdoor sits";
    if (found->silent > 0)
        snprintf(text, size,
            "%s; most silent is %s: %.0f of %d channels are zero on all clean "
            "images (clean data only)",
            nothing, found->silent_layer, round(found->silent * found->n_silent_of),
            found->n_silent_of);
    else
        snprintf(text, size,
            "%s; no channel of any layer is silent on the clean images (clean "
            "data only)",
            nothing);
}

static void say_repair(const struct suggestion *found, char *text, size_t size)
{
    char few[48] = "";
    enum verdict verdict = verdict_of(found->asr_before, found->asr_after, found->n_poisoned);
    if (!verdict_enough(found->n_poisoned))
        snprintf(few, sizeof few, ", too few to be sure: %d", found->n_poisoned);
    snprintf(text, size,
        "%s%s: %d of %d channels by %s leave ASR %.1f %% (before %.1f %%) at %.1f %% clean "
        "accuracy (before %.1f %%): %s (oracle: poisoned images judged it%s)",
        found->layer, verdict == VERDICT_STANDS ? ", at best" : "", found->n_pruned,
        found->n_channels, found->criterion, found->asr_after, found->asr_before,
        found->clean_after, found->clean_before, verdict_words(verdict), few);
}

void suggestion_say(const struct suggestion *found, char *text, size_t size)
{
    if (!suggestion_has_evidence(found))
        say_silent(found, text, size);
    else if (!suggestion_has_attack(found))
        snprintf(text, size,
            "none: the attack succeeds on %.1f %% of the poisoned images as "
            "the net is; there is nothing to take out (oracle)",
            found->asr_before);
    else if (!suggestion_has_repair(found))
        snprintf(text, size,
            "none: no criterion lowers the ASR of %.1f %% within %d points "
            "of clean accuracy (oracle)",
            found->asr_before, SCAN_POINTS);
    else
        say_repair(found, text, size);
}
