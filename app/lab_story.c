/* What the rounds of a sweep and the suggested repair show, in words. */
#include "app/lab.h"
#include "engine/base/memory.h"

#include <stdlib.h>

enum { LOSS = 10 }; /* points that are no noise */

/* Rounds from the start in which no count changed. */
static int dormant(const struct snapshot *s)
{
    int i = 1;
    while (i < s->n_rounds && s->rounds[i]->clean_correct == s->rounds[0]->clean_correct &&
           s->rounds[i]->attack_hits == s->rounds[0]->attack_hits)
        i++;
    return i - 1;
}

static int first_clean_loss(const struct snapshot *s)
{
    for (int i = 1; i < s->n_rounds; i++)
        if (snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, i) >= LOSS - 1e-9)
            return i;
    return -1;
}

/* The first round with half the attack success of the unpruned net. */
static int first_half_attack(const struct snapshot *s)
{
    for (int i = 1; i < s->n_rounds; i++)
        if (2 * s->rounds[i]->attack_hits <= s->rounds[0]->attack_hits)
            return i;
    return -1;
}

static char *beginning(const struct snapshot *s)
{
    int quiet = dormant(s);
    const char *layer = s->sites[s->site].name;
    if (quiet > 0)
        return memory_format("The first %d of %d channels pruned in %s change no count: they are "
                             "dormant on these images.",
            quiet, s->n_channels, layer);
    return memory_format("Already the first channel pruned in %s changes counts.", layer);
}

static char *course(const struct snapshot *s)
{
    int clean = first_clean_loss(s), attack = first_half_attack(s);
    if (snapshot_asr(s, 0) < LOSS)
        return memory_format(
            "The attack succeeds in only %.2f %% before any pruning.", snapshot_asr(s, 0));
    if (attack >= 0 && (clean < 0 || attack < clean))
        return memory_format("Attack success falls first: it is halved in round %d (%.2f %%), when "
                             "clean accuracy still is %.2f %%. Pruning this layer in this order "
                             "takes the backdoor out.",
            attack, snapshot_asr(s, attack), snapshot_clean_accuracy(s, attack));
    if (clean >= 0)
        return memory_format("Clean accuracy falls first: it has lost %d points in round %d, when "
                             "the attack still succeeds in %.2f %%. That is what a pruning-aware "
                             "attack looks like: the backdoor sits in channels that clean images "
                             "use too, or in another layer, and pruning this layer in this order "
                             "is no defence.",
            LOSS, clean, snapshot_asr(s, clean));
    return memory_format(
        "Neither clean accuracy loses %d points nor is attack success halved.", LOSS);
}

char *lab_story(const struct snapshot *s)
{
    char *begin = beginning(s), *end = course(s);
    char *text = memory_format("%s %s", begin, end);
    free(begin);
    free(end);
    return text;
}

char *lab_story_repair(const struct snapshot *s, int round)
{
    double before = snapshot_asr(s, 0), after = snapshot_asr(s, round);
    const char *verdict = "The attack survives: no criterion here repairs the net in one layer.";
    if (after <= 0)
        verdict = "On these images the attack is gone.";
    else if (after <= 5)
        verdict = "On these images the attack is all but gone.";
    else if (2 * after <= before)
        verdict = "The attack is weakened, not gone.";
    return memory_format("The repair that the layers suggest prunes %d of %d channels of %s by %s: "
                         "clean accuracy goes from %.2f %% to %.2f %%, ASR from %.2f %% to %.2f "
                         "%%. %s Its layer, criterion and number of channels were chosen with the "
                         "poisoned validation images, which a defender does not have.",
        round, s->n_channels, s->sites[s->site].name, s->criterion, snapshot_clean_accuracy(s, 0),
        snapshot_clean_accuracy(s, round), before, after, verdict);
}
