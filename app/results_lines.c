#include "app/results.h"

#include <stdio.h>

void results_counts(const struct snapshot *s, int index, char *text, size_t size)
{
    const struct round *round = s->rounds[index];
    int used = snprintf(text, size, "clean accuracy %.2f %% (%d of %d)",
        snapshot_clean_accuracy(s, index), round->clean_correct, s->n_images[SET_CLEAN]);
    if (s->n_images[SET_POISONED] > 0 && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, ", ASR %.2f %% (%d of %d)",
            snapshot_asr(s, index), round->attack_hits, s->n_images[SET_POISONED]);
}

void results_round(const struct snapshot *s, int index, char *text, size_t size)
{
    const struct round *round = s->rounds[index];
    char counts[160], change[128] = "", channel[64] = "nothing pruned here";
    results_counts(s, index, counts, sizeof counts);
    if (index > 0) {
        snprintf(channel, sizeof channel, "channel %d pruned%s", round->channel,
            round->by_hand ? " by hand" : "");
        int used = snprintf(
            change, sizeof change, "; %d broken, %d recovered", round->broken, round->recovered);
        if (s->n_images[SET_POISONED] > 0 && used > 0)
            snprintf(change + used, sizeof change - (size_t)used, ", %d rescued, %d attacked again",
                round->rescued, round->reinfected);
    }
    snprintf(text, size, "round %d of %s: %s; %s%s", index, s->sites[s->site].name, channel, counts,
        change);
}
