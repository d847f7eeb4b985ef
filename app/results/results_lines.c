/* Rounds and channels as single lines, for plain output and the clipboard. */
#include "app/results/results.h"
#include "views/facts/channels.h"

#include "engine/api/inspection.h"

#include <stdio.h>
#include <string.h>

void results_paragraph(FILE *out, const char *text)
{
    enum { COLUMNS = 88 };
    while (*text) {
        int length = (int)strlen(text);
        if (length > COLUMNS)
            for (length = COLUMNS; length > 0 && text[length] != ' ';)
                length--;
        if (length == 0) /* a word that is longer than a line */
            length = (int)strcspn(text, " ");
        fprintf(out, "%.*s\n", length, text);
        text += length + (text[length] == ' ');
    }
}

void results_counts(const struct snapshot *s, int index, char *text, size_t size)
{
    const struct round *round = s->rounds[index];
    int used = snprintf(text, size, "clean accuracy %.2f %% (%d of %d)",
        snapshot_clean_accuracy(s, index), round->clean_correct, s->n_images[SET_CLEAN]);
    if (s->of.attack > 0 && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, ", %s %.2f %% (%d of %d)",
            attack_rate_name(&s->attacked), snapshot_asr(s, index), round->attack_hits,
            s->of.attack);
}

void results_round(const struct snapshot *s, int index, char *text, size_t size)
{
    const struct round *round = s->rounds[index];
    char counts[160], change[128] = "", channel[64] = "nothing pruned here", name[SNAPSHOT_TEXT];
    results_counts(s, index, counts, sizeof counts);
    if (index > 0) {
        if (round->repair.name)
            snprintf(channel, sizeof channel, "repair %.40s", round->repair.name);
        else
            snprintf(channel, sizeof channel, "channel %.40s pruned%s",
                channels_name(s, round->channel, name), round->by_hand ? " by hand" : "");
        int used = snprintf(
            change, sizeof change, "; %d broken, %d recovered", round->broken, round->recovered);
        if (s->of.attack > 0 && used > 0)
            snprintf(change + used, sizeof change - (size_t)used, ", %d rescued, %d reinfected",
                round->rescued, round->reinfected);
    }
    char badge[KNOWLEDGE_TEXT];
    const struct knowledge *known = index == s->position ? &s->known : &round->known;
    bool plain = known->sets == KNOWLEDGE_CLEAN && !known->by_hand && !known->unknown;
    knowledge_badge(known, badge);
    snprintf(text, size, "round %d of %s: %s; %s%s%s%.60s", index, s->sites[s->site].name, channel,
        counts, change, plain || !*badge ? "" : "; ", plain ? "" : badge);
}

void results_inspection(FILE *out, const struct snapshot *s)
{
    const struct inspection *found = s->inspection;
    fprintf(out, "channel %d of %s: mean on clean images %.4g", found->channel,
        s->sites[s->site].name, found->mean[SET_CLEAN]);
    if (found->n_images[SET_POISONED] > 0)
        fprintf(out, ", on poisoned ones %.4g", found->mean[SET_POISONED]);
    if (found->auc >= 0)
        fprintf(out, ", AUC %.4f", found->auc);
    fprintf(out, "\nmade by %s: L1 of the weights %.4g, bias %.4g\n", found->producer,
        (double)found->kernel_l1, (double)found->bias);
    for (int i = 0; i < found->n_links; i++)
        fprintf(out, "%s %s %s %d: norm %.4g, sum %.4g\n", i == 0 ? "strongest into" : "then",
            found->links[i].layer, found->into_classes ? "class" : "channel",
            found->links[i].channel, (double)found->links[i].norm, (double)found->links[i].sum);
}
