/* What GoodNet is worth with each repaired net that was compared. */
#include "app/report/tables.h"
#include "app/results/results.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/facts/goodnet.h"

#include <stdlib.h>
#include <string.h>

static const char *const who_words[N_WHO] = {"b", "repaired", "goodnet"};

/* Measures and whom they are of, as the exact table has them all. */
static char *exact_columns(void)
{
    const struct defence none = {0};
    struct goodnet_measure measures[GOODNET_MEASURES];
    char *columns = memory_string("net|data|n_clean|n_poisoned");
    goodnet_measures(&none, measures);
    for (int i = 0; i < GOODNET_MEASURES; i++)
        for (int who = 0; who < N_WHO; who++) {
            if (measures[i].count[who] < 0)
                continue;
            char *longer = memory_format("%s|%s_%s", columns, measures[i].name, who_words[who]);
            free(columns);
            columns = longer;
        }
    return columns;
}

static void percent_cell(struct document *document, int count, int n, bool exact)
{
    if (n > 0 && count >= 0)
        document_cell(document, exact ? "%.17g" : "%.2f", number_percent(count, n));
    else
        document_cell(document, exact ? "" : "—");
}

static void exact_row(struct document *document, const struct defence *defence)
{
    struct goodnet_measure measures[GOODNET_MEASURES];
    goodnet_measures(defence, measures);
    document_cell(document, "%d", defence->clean.n);
    document_cell(document, "%d", defence->poisoned.n);
    for (int i = 0; i < GOODNET_MEASURES; i++)
        for (int who = 0; who < N_WHO; who++) {
            if (measures[i].count[who] < 0)
                continue;
            percent_cell(document, measures[i].count[who], measures[i].n, true);
        }
}

/* Columns of the rounded table. */
static const struct {
    const char *measure;
    enum goodnet_who who;
} rounded[] = {{"clean_accuracy", WHO_REPAIRED}, {"clean_accuracy", WHO_GOOD},
    {"asr", WHO_REPAIRED}, {"asr", WHO_GOOD}, {"own_accuracy", WHO_REPAIRED},
    {"robust_accuracy", WHO_REPAIRED}, {"detection", WHO_GOOD}, {"false_alarms", WHO_GOOD}};
enum { N_ROUNDED = sizeof rounded / sizeof *rounded };

static void rounded_row(struct document *document, const struct defence *defence)
{
    struct goodnet_measure measures[GOODNET_MEASURES];
    goodnet_measures(defence, measures);
    for (int k = 0; k < N_ROUNDED; k++)
        for (int i = 0; i < GOODNET_MEASURES; i++)
            if (strcmp(measures[i].name, rounded[k].measure) == 0)
                percent_cell(document, measures[i].count[rounded[k].who], measures[i].n, false);
}

/* Where it stands among the measures: as a repaired net. */
static int trivial_count(const struct outcome *trivial, const char *measure)
{
    static const char *const names[] = {"clean_accuracy", "asr", "own_accuracy", "robust_accuracy"};
    const int counts[] = {trivial->clean, trivial->attack, trivial->own, trivial->robust};
    for (int i = 0; i < 4; i++)
        if (strcmp(names[i], measure) == 0)
            return counts[i];
    return -1;
}

static void trivial_cell(struct document *document, const struct outcome *trivial,
    const struct outcome *of, const char *measure, int who, bool exact)
{
    int count = who == WHO_REPAIRED ? trivial_count(trivial, measure) : -1;
    percent_cell(document, count, trivial_count(of, measure), exact);
}

/* B that never answers the attacked class, which every repair has to beat. */
static void trivial_row(
    struct document *document, const struct snapshot *s, enum detection_data data, bool exact)
{
    const struct outcome *trivial = data == DATA_TEST ? &s->test_trivial : &s->trivial;
    const struct outcome *of = data == DATA_TEST ? &s->test_of : &s->of;
    const struct defence none = {0};
    struct goodnet_measure measures[GOODNET_MEASURES];
    if (trivial->clean < 0 || of->attack <= 0)
        return;
    goodnet_measures(&none, measures);
    document_cell(document, "never answer target");
    document_cell(document, "%s", results_data(data));
    if (exact) {
        document_cell(document, "%d", of->clean);
        document_cell(document, "%d", of->attack);
    }
    for (int i = 0; i < GOODNET_MEASURES && exact; i++)
        for (int who = 0; who < N_WHO; who++)
            if (measures[i].count[who] >= 0)
                trivial_cell(document, trivial, of, measures[i].name, who, true);
    for (int k = 0; k < N_ROUNDED && !exact; k++)
        trivial_cell(document, trivial, of, rounded[k].measure, (int)rounded[k].who, false);
}

static bool fill(struct document *document, const struct snapshot *s, bool exact, struct error *err)
{
    const struct detection *d = s->detection;
    if (!d || d->n_nets == 0)
        return fail_as(err, ERROR_FAILED, "no repaired net was compared yet: detect");
    char name[GOODNET_NAME],
        *columns = exact ? exact_columns()
                         : memory_string(
                               "net|images|acc. B′|acc. G|ASR B′|ASR G|own B′|robust B′|detected|"
                               "false alarms");
    document_table(document,
        "GoodNet G says what the unpruned net B and a repaired net B′ agree on, else N+1 "
        "(flagged). In percent: clean accuracy (acc.), attack success rate (ASR), accuracy on "
        "the target's own images (own), poisoned images read as whom they show (robust), "
        "poisoned images that are flagged (detected), clean ones that are (false alarms). The "
        "trivial defence: B that never answers the target",
        columns);
    free(columns);
    for (int data = 0; data < N_DATA; data++)
        for (int i = 0; i < d->n_nets && d->n[data][SET_CLEAN] > 0; i++) {
            document_cell(
                document, "%s", exact ? d->nets[i].name : goodnet_name(&d->nets[i], name));
            document_cell(document, "%s", results_data((enum detection_data)data));
            if (exact)
                exact_row(document, &d->nets[i].defence[data]);
            else
                rounded_row(document, &d->nets[i].defence[data]);
        }
    for (int data = 0; data < N_DATA && d->n[data][SET_CLEAN] > 0; data++)
        trivial_row(document, s, (enum detection_data)data, exact);
    return true;
}

const struct table table_goodnet = {
    .name = "table-goodnet",
    .view = "goodnet",
    .help = "what GoodNet is worth with each repaired net, as a table",
    .fill = fill,
};
