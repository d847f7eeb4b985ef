/* What the rounds of a sweep show, in words. */
#include "app/lab.h"
#include "engine/base/memory.h"

#include <stdlib.h>

/* The first round that lost `points` of clean accuracy or ASR, -1: none. */
static int first_loss(
    const struct snapshot *s, double (*percent)(const struct snapshot *, int), double points)
{
    for (int i = 1; i < s->n_rounds; i++)
        if (percent(s, 0) - percent(s, i) >= points - 1e-9)
            return i;
    return -1;
}

/* Rounds from the start in which no prediction count changed. */
static int dormant(const struct snapshot *s)
{
    int i = 1;
    while (i < s->n_rounds && s->rounds[i]->clean_correct == s->rounds[0]->clean_correct &&
           s->rounds[i]->attack_hits == s->rounds[0]->attack_hits)
        i++;
    return i - 1;
}

char *lab_story(const struct snapshot *s)
{
    enum { POINTS = 10 }; /* a loss that is no noise */
    int quiet = dormant(s), clean = first_loss(s, snapshot_clean_accuracy, POINTS);
    int attack = first_loss(s, snapshot_asr, POINTS);
    const char *layer = s->sites[s->site].name;
    char *begin =
        quiet > 0 ? memory_format(
                        "The first %d channels pruned in %s change no count: they are dormant on "
                        "these images.",
                        quiet, layer)
                  : memory_format("Already the first channel pruned in %s changes counts.", layer);
    char *end;
    if (snapshot_asr(s, 0) < POINTS)
        end = memory_format(
            "The attack succeeds in only %.2f %% before any pruning.", snapshot_asr(s, 0));
    else if (attack < 0)
        end = memory_format("ASR never falls by %d points, whatever is pruned here.", POINTS);
    else if (clean >= 0 && clean <= attack)
        end = memory_format("Clean accuracy has lost %d points in round %d, ASR only in round %d: "
                            "accuracy falls first, as under a pruning-aware attack, and pruning "
                            "this layer in this order is no defence.",
            POINTS, clean, attack);
    else if (clean < 0)
        end = memory_format("ASR has lost %d points in round %d while clean accuracy never loses "
                            "as much.",
            POINTS, attack);
    else
        end = memory_format("ASR has lost %d points in round %d, clean accuracy only in round %d: "
                            "the backdoor goes first.",
            POINTS, attack, clean);
    char *text = memory_format("%s %s", begin, end);
    free(begin);
    free(end);
    return text;
}
