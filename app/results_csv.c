#include "app/results.h"

void results_field(FILE *out, const char *text)
{
    bool quote = false;
    for (const char *c = text; *c; c++)
        quote = quote || *c == ',' || *c == '"' || *c == '\n';
    if (quote)
        putc('"', out);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            putc('"', out);
        putc(*c, out);
    }
    if (quote)
        putc('"', out);
}

/* Share of n in percent with full precision, empty when there is nothing to count. */
static void percent(FILE *out, int hits, int n)
{
    if (n > 0 && hits >= 0)
        fprintf(out, "%.17g", results_percent(hits, n));
}

static void eval(FILE *out, const struct snapshot *s, bool with_test)
{
    const struct round *round = s->rounds[s->position];
    fputs("data,n_clean,clean_correct,clean_accuracy,n_poisoned,attack_hits,asr\n", out);
    fprintf(out, "validation,%d,%d,", s->n_images[SET_CLEAN], round->clean_correct);
    percent(out, round->clean_correct, s->n_images[SET_CLEAN]);
    fprintf(out, ",%d,%d,", s->of.attack, round->attack_hits);
    percent(out, round->attack_hits, s->of.attack);
    putc('\n', out);
    if (!with_test)
        return;
    fprintf(out, "test,%d,%d,", s->n_test[SET_CLEAN], s->test_clean_correct);
    percent(out, s->test_clean_correct, s->n_test[SET_CLEAN]);
    fprintf(out, ",%d,%d,", s->test_of.attack, s->test_attack_hits);
    percent(out, s->test_attack_hits, s->test_of.attack);
    putc('\n', out);
}

static void layers(FILE *out, const struct snapshot *s)
{
    fputs("site,measured_at,pruned_in,shape,channels,dormant_percent,separation,"
          "separating_channel,cost_points,repair_criterion,repair_channels,repair_clean_accuracy,"
          "repair_asr,"
          "suggested\n",
        out);
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        const char *texts[] = {site->name, site->measured, site->producers, site->shape};
        for (int t = 0; t < 4; t++) {
            results_field(out, texts[t] ? texts[t] : "");
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
        fprintf(out, "%d\n", i == s->suggested);
    }
}

static void sweep_begin(FILE *out, const struct snapshot *s)
{
    (void)s;
    fputs("round,channel,n_clean,clean_correct,clean_accuracy,n_poisoned,attack_hits,asr,"
          "broken,recovered,rescued,reinfected\n",
        out);
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
        out, ",%d,%d,%d,%d\n", round->broken, round->recovered, round->rescued, round->reinfected);
}

static void prune(FILE *out, const struct snapshot *s, const char *path)
{
    fputs("file,channels_pruned,n_clean,clean_correct,clean_accuracy,n_poisoned,attack_hits,asr\n",
        out);
    const struct round *round = s->rounds[s->position];
    results_field(out, path);
    fprintf(out, ",%d,%d,%d,", s->position, s->n_images[SET_CLEAN], round->clean_correct);
    percent(out, round->clean_correct, s->n_images[SET_CLEAN]);
    fprintf(out, ",%d,%d,", s->of.attack, round->attack_hits);
    percent(out, round->attack_hits, s->of.attack);
    putc('\n', out);
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
