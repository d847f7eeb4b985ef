/* Thresholds of detectors, and what they flag. */
#include "app/tables/defence.h"

#include "app/tables/tables.h"

enum { NAME, NET, DATA, FIRST_DATA, AUC, FIRST_AUC, RATE, THRESHOLD, FALSE_ALARMS, DETECTION };

/* Text tells the set and AUC once, of JSON the detector's object. */
static const struct table_column columns[] = {
    {.field = NAME, .heading = "detector", .in = {[IN_TEXT] = ""}},
    {.field = NET, .heading = "compares B with", .in = {[IN_TEXT] = ""}},
    {.field = DATA, .heading = "images", .in = {[IN_TEXT] = ""}},
    {.field = FIRST_DATA, .in = {[IN_TEXT] = "set"}, .width = -10},
    {.field = AUC, .heading = "AUC", .in = {[IN_TEXT] = ""}, .format = "%.4f"},
    {.field = FIRST_AUC, .in = {[IN_TEXT] = "AUC"}, .width = 6, .format = "%.4f"},
    {.field = RATE,
        .heading = "false alarms allowed",
        .in = {[IN_TEXT] = "allowed"},
        .width = 7,
        .format = "%g %%"},
    {.field = RATE, .name = "rate"},
    {.field = THRESHOLD,
        .name = "threshold",
        .heading = "threshold",
        .width = 11,
        .format = "%.5g"},
    {.field = FALSE_ALARMS,
        .name = "false_alarms",
        .heading = "false alarms (95 %)",
        .in = {[IN_TEXT] = "false alarms, FPR"},
        .gap = 1,
        .width = -18,
        .share = SHARE_SHORT},
    {.field = DETECTION,
        .name = "detection",
        .heading = "detection (95 %)",
        .in = {[IN_TEXT] = "detection, TPR"},
        .share = SHARE_SHORT},
};

int detectors_row(const struct detection *d, int detector, enum detection_data data)
{
    int n = 0;
    for (int i = 0; i <= detector && i < d->n_detectors; i++)
        for (int k = 0; k < (i < detector ? N_DATA : (int)data); k++)
            n += d->detectors[i].roc[k].n[SET_CLEAN] > 0 ? DETECTION_RATES : 0;
    return n;
}

/* The detector and the set of a row. */
static const struct detector_result *find(
    const struct detection *d, int index, enum detection_data *data)
{
    for (int i = 0; i < d->n_detectors; i++)
        for (int k = 0; k < N_DATA; k++) {
            *data = (enum detection_data)k;
            int first = detectors_row(d, i, *data);
            if (d->detectors[i].roc[k].n[SET_CLEAN] > 0 && index < first + DETECTION_RATES)
                return &d->detectors[i];
        }
    return NULL;
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct detection *d = ((const struct snapshot *)source)->detection;
    enum detection_data data = DATA_VALIDATION;
    const struct detector_result *r = find(d, index, &data);
    const struct roc *roc = &r->roc[data];
    int rate = index % DETECTION_RATES;
    const struct operating_point *at = &r->at[rate];
    value_text(&values[NAME], r->name);
    value_text(&values[NET], r->net >= 0 ? d->nets[r->net].name : "B alone");
    value_text(&values[DATA], tables_data(data));
    if (roc->auc >= 0)
        value_real(&values[AUC], roc->auc);
    else
        value_unknown(&values[AUC]);
    if (rate == 0) {
        values[FIRST_DATA] = values[DATA];
        values[FIRST_AUC] = values[AUC];
    }
    value_real(&values[RATE], at->rate);
    value_real(&values[THRESHOLD], at->threshold);
    value_share(&values[FALSE_ALARMS], at->flagged[data][SET_CLEAN], roc->n[SET_CLEAN]);
    value_share(&values[DETECTION], at->flagged[data][SET_POISONED], roc->n[SET_POISONED]);
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct detection *d = ((const struct snapshot *)source)->detection;
    *n = d ? detectors_row(d, d->n_detectors, DATA_VALIDATION) : 0;
    return *n > 0 || fail_as(err, ERROR_FAILED, "no detector was tried yet: detect");
}

const struct results_table table_detectors = {
    .name = "detectors",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .indent = "  ",
    .rows = rows,
    .row = row,
};
