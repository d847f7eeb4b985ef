/* Rounds and channels as single lines, for plain output and the clipboard. */
#include "app/results/results.h"
#include "views/facts/channels.h"

#include "engine/api/explanation.h"
#include "engine/api/inspection.h"
#include "engine/api/scatter.h"
#include "engine/base/escape.h"

#include <stdio.h>
#include <string.h>

static const char *const sets[] = {"clean", "poisoned"};

void results_file(FILE *out, const struct snapshot *snapshot, const char *path)
{
    escape_line(out, "file      %s", path);
    if (snapshot->opens_in)
        escape_line(out, "opens in  %s", snapshot->opens_in);
}

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
    /* where it stops too, but not that it stops at a threshold: a run says that itself */
    const struct knowledge *known =
        index == s->position ? &s->branches[s->branch].known : &round->known;
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
    for (int set = 0; set < N_SETS; set++) {
        for (int i = 0; i < found->n_strongest[set]; i++)
            fprintf(out, "%s%s %d (%.4g)", i > 0 ? "," : sets[set],
                i > 0 ? "" : " images with most:", found->strongest[set][i].image,
                (double)found->strongest[set][i].mean);
        if (found->n_strongest[set] > 0)
            fputc('\n', out);
    }
}

void results_explanation(FILE *out, const struct snapshot *s, enum image_set set)
{
    const struct explanation *found = s->explanation[set];
    int most = 0, n = found->height * found->width;
    for (int p = 1; p < n; p++)
        most = found->heat[p] > found->heat[most] ? p : most;
    fprintf(out, "%s image %d, %s", sets[set], found->image, explanation_word(found->method));
    if (found->method == EXPLANATION_MAP)
        fprintf(out, " of channel %d", found->channel);
    else
        fprintf(
            out, " in round %d: class %d, share %.4f", found->round, found->answer, found->share);
    fprintf(out, "; %.4g to %.4g, most at column %d, row %d of %dx%d\n", (double)found->least,
        (double)found->most, most % found->width, most / found->width, found->width, found->height);
}

void results_scatter(FILE *out, const struct snapshot *s)
{
    const struct scatter *found = s->scatter;
    fprintf(out,
        "%d images placed by %d features of %s in round %d: components of %.1f %% and %.1f %% of "
        "the variance; export scatter writes them\n",
        found->n, found->n_features, found->layer, found->round, 100 * found->share[0],
        100 * found->share[1]);
}
