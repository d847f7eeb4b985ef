/* Results as CSV, every digit. */
#include "app/results/results.h"

#include "app/results/outcomes.h"
#include "engine/base/escape.h"
#include "engine/measures/number.h"

/* Share of n in percent with full precision, empty when there is nothing to count. */
static void percent(FILE *out, int hits, int n)
{
    if (n > 0 && hits >= 0)
        fprintf(out, "%.17g", number_percent(hits, n));
}

static void eval_row(
    FILE *out, const char *data, const struct outcome *count, const struct outcome *of)
{
    fprintf(out, "%s,%d,%d,", data, of->clean, count->clean);
    percent(out, count->clean, of->clean);
    fprintf(out, ",%d,%d,", of->attack, count->attack);
    percent(out, count->attack, of->attack);
    outcomes_csv(out, count, of);
    putc('\n', out);
}

/* A set, and the trivial defence on it where there is one. */
static void eval(FILE *out, const struct snapshot *s, bool with_test)
{
    const struct outcome count = round_outcome(s->rounds[s->position]);
    const struct outcome test = snapshot_test_outcome(s);
    fprintf(out, "data,n_clean,clean_correct,clean_accuracy,n_poisoned,attack_hits,asr%s\n",
        outcomes_csv_head);
    eval_row(out, "validation", &count, &s->of);
    if (s->trivial.clean >= 0)
        eval_row(out, "validation never answer target", &s->trivial, &s->of);
    if (with_test)
        eval_row(out, "test", &test, &s->test_of);
    if (with_test && s->test_trivial.clean >= 0)
        eval_row(out, "test never answer target", &s->test_trivial, &s->test_of);
}

static void cost_fields(FILE *out, int n, int before, int after, int trivial)
{
    if (n > 0 && trivial >= 0)
        fprintf(out, ",%d,%d,%d,%d", n, before, after, trivial);
    else if (n > 0)
        fprintf(out, ",%d,%d,%d,", n, before, after);
    else
        fputs(",,,,", out);
}

static void layer_costs(FILE *out, const struct site_line *site)
{
    const struct worth *w = &site->repair_worth;
    const struct outcome *b = &w->before, *r = &w->after, *t = &w->trivial;
    if (site->repair_channels == 0) {
        fputs(",,,,,,,,,,,\n", out);
        return;
    }
    cost_fields(out, w->of.own, b->own, r->own, t->own);
    cost_fields(out, w->of.robust, b->robust, r->robust, t->robust);
    if (t->clean >= 0)
        fprintf(out, ",%d,%d,%d\n", w->of.clean, t->clean, worth_beats_trivial(w));
    else
        fputs(",,,\n", out);
}

static void layers(FILE *out, const struct snapshot *s)
{
    fputs("site,measured_at,pruned_in,shape,channels,dormant_percent,separation,"
          "separating_channel,cost_points,repair_criterion,repair_channels,repair_clean_accuracy,"
          "repair_asr,"
          "suggested,n_own,own_before,own_after,own_trivial,n_robust,robust_before,robust_after,"
          "robust_trivial,n_clean,clean_trivial,beats_trivial\n",
        out);
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        const char *texts[] = {site->name, site->measured, site->producers, site->shape};
        for (int t = 0; t < 4; t++) {
            escape_csv(out, texts[t] ? texts[t] : "");
            putc(',', out);
        }
        fprintf(out, "%d,", site->n_channels);
        if (site->scanned && site->separating_channel >= 0)
            fprintf(out, "%.17g,%.17g,%d,%.17g,", 100.0 * site->dormant, site->separation,
                site->separating_channel, site->cost);
        else if (site->scanned)
            fprintf(out, "%.17g,,,%.17g,", 100.0 * site->dormant, site->cost);
        else
            fputs(",,,,", out);
        if (site->repair_criterion && site->repair_channels > 0)
            fprintf(out, "%s,%d,%.17g,%.17g,", site->repair_criterion, site->repair_channels,
                site->repair_clean, site->repair_asr);
        else
            fputs(",,,,", out);
        fprintf(out, "%d", i == s->suggested);
        layer_costs(out, site);
    }
}

/* What a net was chosen with, behind the counts. */
static const char known_csv_head[] = ",by_hand,criterion,read";

static void sweep_begin(FILE *out, const struct snapshot *s)
{
    (void)s;
    fputs("round,channel,n_clean,clean_correct,clean_accuracy,n_poisoned,attack_hits,asr,"
          "broken,recovered,rescued,reinfected",
        out);
    fprintf(out, "%s%s\n", outcomes_csv_head, known_csv_head);
}

static void sweep_round(FILE *out, const struct snapshot *s, int index)
{
    const struct round *round = s->rounds[index];
    fprintf(out, "%d,", index);
    if (round->channel >= 0)
        fprintf(out, "%d", round->channel);
    fprintf(out, ",%d,%d,", s->n_images[SET_CLEAN], round->clean_correct);
    percent(out, round->clean_correct, s->n_images[SET_CLEAN]);
    fprintf(out, ",%d,%d,", s->of.attack, round->attack_hits);
    percent(out, round->attack_hits, s->of.attack);
    fprintf(
        out, ",%d,%d,%d,%d", round->broken, round->recovered, round->rescued, round->reinfected);
    const struct outcome count = round_outcome(round);
    outcomes_csv(out, &count, &s->of);
    char sets[KNOWLEDGE_TEXT];
    fprintf(out, ",%d,", round->own.by_hand);
    escape_csv(out, round->own.criterion);
    fprintf(out, ",%s\n", knowledge_sets_word(&round->known, sets));
}

static void prune(FILE *out, const struct snapshot *s, const char *path)
{
    char sets[KNOWLEDGE_TEXT];
    fprintf(out,
        "file,channels_pruned,n_clean,clean_correct,clean_accuracy,n_poisoned,attack_hits,asr"
        "%s%s\n",
        outcomes_csv_head, known_csv_head);
    const struct round *round = s->rounds[s->position];
    escape_csv(out, path);
    fprintf(out, ",%d,%d,%d,", s->position, s->n_images[SET_CLEAN], round->clean_correct);
    percent(out, round->clean_correct, s->n_images[SET_CLEAN]);
    fprintf(out, ",%d,%d,", s->of.attack, round->attack_hits);
    percent(out, round->attack_hits, s->of.attack);
    const struct outcome count = round_outcome(round);
    outcomes_csv(out, &count, &s->of);
    fprintf(out, ",%d,", s->known.by_hand);
    escape_csv(out, s->known.criterion);
    fprintf(out, ",%s\n", knowledge_sets_word(&s->known, sets));
}

const struct results results_csv = {
    .name = "csv",
    .eval = eval,
    .layers = layers,
    .sweep_begin = sweep_begin,
    .sweep_round = sweep_round,
    .prune = prune,
    .goodnet = results_goodnet_csv,
};
