/* What a detection found, as tables for people. */
#include "app/results/results.h"

#include "app/tables/defence.h"
#include "app/tables/outcomes.h"
#include "engine/measures/number.h"

#include <string.h>

enum { CELL = 24 };

/* " 98.65 (97.2-99.4)": percent and its 95 % interval; a dash where nothing can be said. */
static const char *cell(char text[CELL], int count, int n)
{
    struct number_interval wilson = number_interval(count, n);
    if (n <= 0 || count < 0)
        snprintf(text, CELL, "%6s", "-");
    else
        snprintf(text, CELL, "%6.2f (%.1f-%.*f)", number_percent(count, n), wilson.low,
            wilson.high < 99.95, wilson.high);
    return text;
}

static void print_measures(FILE *out, const struct defence *defence)
{
    struct goodnet_measure measures[GOODNET_MEASURES];
    char one[CELL], two[CELL], three[CELL];
    goodnet_measures(defence, measures);
    fprintf(out, "%-18s %5s %-18s %-18s %s\n", "% (95 %)", "n", "     B", "     B'", "     G");
    for (int i = 0; i < GOODNET_MEASURES; i++) {
        const struct goodnet_measure *m = &measures[i];
        if (m->n > 0)
            fprintf(out, "%-18s %5d %-18s %-18s %s\n", m->label, m->n,
                cell(one, m->count[WHO_B], m->n), cell(two, m->count[WHO_REPAIRED], m->n),
                cell(three, m->count[WHO_GOOD], m->n));
    }
    if (goodnet_rating(defence, WHO_GOOD) >= 0)
        fprintf(out, "%-18s %5s %-18s %6.3f %11s %6.3f\n", "DER, 0 to 1", "", "     -",
            goodnet_rating(defence, WHO_REPAIRED), "", goodnet_rating(defence, WHO_GOOD));
}

/* The table of two by two, with what its last field is made of. */
static void print_agreement(FILE *out, const char *set, const char *yes, const char *no,
    const struct goodnet_counts *agreement)
{
    if (agreement->n == 0)
        return;
    fprintf(out, "%-18s B' %-8s B' %s\n", set, yes, no);
    fprintf(out, "  B %-12s %9d %11d flagged\n", yes, agreement->both, agreement->only_b);
    fprintf(out, "  B %-12s %9d %11d (%d of one class, %d flagged)\n", no, agreement->only_repaired,
        agreement->same_other + agreement->different_other, agreement->same_other,
        agreement->different_other);
}

/* What the nets of thresholds owe to these images. */
static const char *chosen(
    const struct snapshot *s, enum detection_data data, char text[KNOWLEDGE_TEXT])
{
    const struct detection *d = s->detection;
    struct knowledge known = {0};
    for (int i = 0; i < d->n_nets; i++)
        knowledge_add(&known, &d->nets[i].known);
    if (d->nets[0].index < 0)
        return ""; /* files, which say it one by one */
    if (data == DATA_VALIDATION)
        return results_chosen(&known, text);
    if (known.sets & KNOWLEDGE_TEST)
        return "; seen before some nets were chosen";
    return known.unknown ? "" : "; never used to choose";
}

static void print_data(FILE *out, const struct snapshot *s, enum detection_data data)
{
    const struct detection *d = s->detection;
    fprintf(out, "\non %s: %s, n = %d clean", tables_data(data), d->name[data][SET_CLEAN],
        d->n[data][SET_CLEAN]);
    if (d->n[data][SET_POISONED] > 0)
        fprintf(out, "; %s, n = %d poisoned%s", d->name[data][SET_POISONED],
            d->n[data][SET_POISONED],
            d->truth[data] ? "" : " (their true classes are not known: no robust accuracy)");
    char text[KNOWLEDGE_TEXT];
    fprintf(out, "%s\n", chosen(s, data, text));
    if (outcomes_trivial_of(s, data)->clean >= 0) {
        outcomes_head(out, s);
        outcomes_trivial(out, s, outcomes_trivial_of(s, data), outcomes_of(s, data));
    }
    for (int i = 0; i < d->n_nets; i++) {
        const struct detection_net *net = &d->nets[i];
        fprintf(out, "\nB' = %s: ", net->name);
        if (net->index >= 0)
            fprintf(out, "%d channels pruned", net->index);
        else
            fputs(results_kinship(net), out);
        fprintf(out, "; %s; %s\n", tables_data(data), knowledge_sentence(&net->known, text));
        print_measures(out, &net->defence[data]);
        print_agreement(out, "clean", "right", "wrong", &net->defence[data].clean);
        print_agreement(out, "poisoned", "fooled", "resists", &net->defence[data].poisoned);
    }
}

/* What chance would beat. */
static void print_misled(FILE *out, const struct detection *d)
{
    char names[256] = "", text[512];
    for (int i = 0; i < d->n_detectors; i++)
        for (int data = 0; data < N_DATA; data++) {
            double auc = d->detectors[i].roc[data].auc;
            size_t used = strlen(names);
            if (auc >= 0 && auc < 0.5 && !strstr(names, d->detectors[i].name))
                snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                    d->detectors[i].name);
        }
    if (!names[0])
        return;
    snprintf(text, sizeof text,
        "Worse than chance here (AUC below 0.5): %s. They take the attacked images for the more "
        "ordinary ones, as with an attack that leads each class to the next. Do not use them on "
        "this net.",
        names);
    putc('\n', out);
    results_paragraph(out, text);
}

static void print_detectors(FILE *out, const struct snapshot *s)
{
    const struct detection *d = s->detection;
    fputs("\ndetectors\n", out);
    results_paragraph(out, DETECTORS_ABOUT);
    table_text_head(out, &table_detectors, &s->attacked);
    for (int i = 0; i < d->n_detectors; i++) {
        const struct detector_result *r = &d->detectors[i];
        fprintf(out, "%s: %s", r->name, r->help);
        if (r->net >= 0)
            fprintf(out, "; B' = %s", d->nets[r->net].name);
        putc('\n', out);
        int end = detectors_row(d, i + 1, DATA_VALIDATION);
        for (int row = detectors_row(d, i, DATA_VALIDATION); row < end; row++)
            table_text_row(out, &table_detectors, s, row);
    }
    print_misled(out, d);
}

void results_goodnet_text(FILE *out, const struct snapshot *s)
{
    const struct detection *d = s->detection;
    results_sources(out, s);
    if (d->warning[0])
        fprintf(out, "warning   %s\n", d->warning);
    char about[400];
    snprintf(about, sizeof about,
        "G says what B and B' agree on, else N+1 (label %d): flagged. Percent with 95 %% Wilson "
        "intervals. Coverage: clean images that are not flagged; selective accuracy: those of them "
        "that are read right. " RATING_ABOUT,
        s->n_classes);
    putc('\n', out);
    results_paragraph(out, about);
    for (int i = 0; i < s->n_thresholds; i++)
        if (s->thresholds[i].round < 0 && (d->n_nets == 0 || d->nets[0].index >= 0))
            fprintf(out, "B'(%g) is never reached.\n", s->thresholds[i].points);
    for (int data = 0; data < N_DATA && d->n_nets > 0; data++)
        if (d->n[data][SET_CLEAN] > 0)
            print_data(out, s, (enum detection_data)data);
    print_detectors(out, s);
}
