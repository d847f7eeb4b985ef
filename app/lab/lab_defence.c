/* GoodNet, agreement and detectors as tables of the report, and a sentence about them. */
#include "app/lab/lab.h"
#include "app/report/document_results.h"
#include "app/tables/defence.h"
#include "app/tables/outcomes.h"
#include "app/tables/tables.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/charts/roc_plot.h"

#include <stdio.h>
#include <stdlib.h>

static bool counted(const struct lab_net *net, enum detection_data data)
{
    return net->found && net->found->defence[data].clean.n > 0;
}

enum { ROWS = N_DATA * (LAB_NETS + 1) };

/* Every net on every set of images there is. */
static int defence_rows(const struct lab *lab, struct defence_row rows[ROWS])
{
    int n = 0;
    for (int i = 0; i < lab->n_nets; i++)
        for (int data = 0; data < N_DATA; data++)
            if (counted(&lab->nets[i], (enum detection_data)data))
                rows[n++] = (struct defence_row){.name = lab->nets[i].name,
                    .data = tables_data((enum detection_data)data),
                    .defence = &lab->nets[i].found->defence[data]};
    return n;
}

/* What every defence has to beat: B that never answers the target class. It flags nothing. */
static int trivial_rows(const struct lab *lab, const char *name, struct defence_row rows[N_DATA])
{
    const struct snapshot *s = lab->detected;
    int n = 0;
    for (int k = 0; k < N_DATA; k++) {
        enum detection_data data = (enum detection_data)k;
        if (outcomes_trivial_of(s, data)->clean >= 0 && s->detection->n[data][SET_CLEAN] > 0)
            rows[n++] = (struct defence_row){.name = name,
                .data = tables_data(data),
                .count = outcomes_trivial_of(s, data),
                .of = outcomes_of(s, data),
                .who = WHO_GOOD};
    }
    return n;
}

static void agreements(
    const struct defence_row *rows, int n, struct document *document, const char *caption)
{
    static const char *const images[2][N_SETS] = {
        {"validation, clean", "validation, poisoned"}, {"test, clean", "test, poisoned"}};
    struct agreement_row *agreements = memory_array((size_t)n * N_SETS + 1, sizeof *agreements);
    for (int i = 0; i < n; i++)
        for (int set = 0; set < N_SETS; set++)
            agreements[i * N_SETS + set] = (struct agreement_row){rows[i].name,
                images[rows[i].data == tables_data(DATA_TEST)][set],
                set == SET_CLEAN ? &rows[i].defence->clean : &rows[i].defence->poisoned};
    document_results(document, &table_agreement, agreements, n * N_SETS, IN_REPORT, caption);
    free(agreements);
}

static void detectors(const struct snapshot *s, struct document *document)
{
    struct error err;
    int n = 0;
    document_add(document, BLOCK_HEADING, "Detectors");
    document_add(document, BLOCK_PARAGRAPH,
        DETECTORS_ABOUT " AUC: the chance that a poisoned image scores above a clean one.");
    table_detectors.rows(s, &n, &err);
    document_results(document, &table_detectors, s, n, IN_REPORT, "What detectors flag.");
    document_add(document, BLOCK_PARAGRAPH, "%s", &ROC_REVERSED[1]);
}

/* GoodNet beside the plainest detector, in words. */
static void compared(const struct lab *lab, struct document *document)
{
    const struct detection *d = lab->detected->detection;
    enum detection_data data = d->n[DATA_TEST][SET_CLEAN] > 0 ? DATA_TEST : DATA_VALIDATION;
    const struct detector_result *plain = &d->detectors[0];
    const struct operating_point *at = &plain->at[1];
    for (int i = lab->n_nets - 1; i >= 0; i--) {
        const struct detection_net *found = lab->nets[i].found;
        if (!found)
            continue;
        const struct defence *defence = &found->defence[data];
        document_add(document, BLOCK_PARAGRAPH,
            "Of the %s images GoodNet with %s%s flags %.2f %% of the poisoned and %.2f %% of the "
            "clean ones. The detector %s, which reads B alone, flags %.2f %% and %.2f %%, at the "
            "threshold that allows false alarms on %g %% of the clean validation images.",
            tables_data(data), lab->nets[i].name[0] == 'B' ? "" : "the ", lab->nets[i].name,
            number_percent(goodnet_flagged(&defence->poisoned), defence->poisoned.n),
            number_percent(goodnet_flagged(&defence->clean), defence->clean.n), plain->name,
            number_percent(at->flagged[data][SET_POISONED], plain->roc[data].n[SET_POISONED]),
            number_percent(at->flagged[data][SET_CLEAN], plain->roc[data].n[SET_CLEAN]), at->rate);
        return;
    }
}

void lab_defence(const struct lab *lab, struct document *document)
{
    const struct detection *d = lab->detected->detection;
    document_add(document, BLOCK_HEADING, "GoodNet");
    if (d->warning[0])
        document_add(document, BLOCK_PARAGRAPH, "Warning: %s.", d->warning);
    compared(lab, document);
    struct defence_row rows[ROWS];
    char never[64];
    int n = defence_rows(lab, rows);
    snprintf(never, sizeof never, "never answer class %d (no GoodNet)", lab->detected->target);
    document_results(document, &table_defence, rows, n + trivial_rows(lab, never, rows + n),
        IN_REPORT, "G says what B and the net agree on, else N+1 (flagged).");
    document_results(document, &table_ratings, rows, n, IN_REPORT,
        RATING_ABOUT
        " Robust accuracy: poisoned images classified as their true class, where that is known.");
    agreements(rows, n, document,
        "How many images B and the net agree on: both say the label (of poisoned images: the "
        "target class), or both say one other class. Where they differ, G flags.");
    detectors(lab->detected, document);
}
