/* What GoodNet is worth with each repaired net that was compared. */
#include "app/report/tables.h"
#include "app/results/results.h"
#include "engine/base/memory.h"
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
            if (measures[i].n > 0)
                document_cell(
                    document, "%.17g", results_percent(measures[i].count[who], measures[i].n));
            else
                document_cell(document, "%s", "");
        }
}

static void rounded_row(struct document *document, const struct defence *defence)
{
    static const struct {
        const char *measure;
        enum goodnet_who who;
    } shown[] = {{"clean_accuracy", WHO_REPAIRED}, {"clean_accuracy", WHO_GOOD},
        {"asr", WHO_REPAIRED}, {"asr", WHO_GOOD}, {"detection", WHO_GOOD},
        {"false_alarms", WHO_GOOD}};
    struct goodnet_measure measures[GOODNET_MEASURES];
    goodnet_measures(defence, measures);
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
        for (int i = 0; i < GOODNET_MEASURES; i++) {
            if (strcmp(measures[i].name, shown[k].measure) != 0)
                continue;
            if (measures[i].n > 0)
                document_cell(document, "%.2f",
                    results_percent(measures[i].count[shown[k].who], measures[i].n));
            else
                document_cell(document, "—");
        }
}

static bool fill(struct document *document, const struct snapshot *s, bool exact, struct error *err)
{
    const struct detection *d = s->detection;
    if (!d || d->n_nets == 0)
        return fail_as(err, ERROR_FAILED, "no repaired net was compared yet: detect");
    char name[GOODNET_NAME],
        *columns =
            exact ? exact_columns()
                  : memory_string("net|images|acc. B′|acc. G|ASR B′|ASR G|detected|false alarms");
    document_table(document,
        "GoodNet G says what the unpruned net B and a repaired net B′ agree on, else N+1 "
        "(flagged). "
        "In percent: clean accuracy (acc.), attack success rate (ASR), poisoned images that are "
        "flagged (detected), clean ones that are (false alarms)",
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
    return true;
}

const struct table table_goodnet = {
    .name = "table-goodnet",
    .view = "goodnet",
    .help = "what GoodNet is worth with each repaired net, as a table",
    .fill = fill,
};
