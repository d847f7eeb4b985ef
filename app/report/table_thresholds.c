/* The unpruned net and B' of each threshold: clean accuracy and attack success. */
#include "app/report/tables.h"
#include "app/results/results.h"
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/thresholds.h"

#include <stdio.h>

static const char rounded_columns[] =
    "net|pruned|images|acc. (%)|95 %|ASR (%)|95 %|own (%)|robust (%)";
static const char exact_columns[] =
    "threshold|channels_pruned|data|n_clean|clean_correct|clean_accuracy|clean_low|clean_high|"
    "n_poisoned|attack_hits|attack_success|attack_low|attack_high|"
    "n_own|own_correct|own_accuracy|n_robust|robust_correct|robust_accuracy";

static void share(struct document *document, int hits, int n, bool exact)
{
    struct number_interval wilson = number_interval(hits, n);
    bool known = n > 0 && hits >= 0;
    for (int i = 0; !known && i < (exact ? 5 : 2); i++)
        document_cell(document, exact ? "" : "—");
    if (known && exact) {
        const double values[] = {number_percent(hits, n), wilson.low, wilson.high};
        document_cell(document, "%d", n);
        document_cell(document, "%d", hits);
        for (int i = 0; i < 3; i++)
            document_cell(document, "%.17g", values[i]);
    } else if (known) {
        document_cell(document, "%.2f", number_percent(hits, n));
        document_cell(document, "%.2f–%.2f", wilson.low, wilson.high);
    }
}

/* Without its interval. */
static void plain_share(struct document *document, int hits, int n, bool exact)
{
    bool known = n > 0 && hits >= 0;
    for (int i = 0; !known && i < (exact ? 3 : 1); i++)
        document_cell(document, exact ? "" : "—");
    if (known && exact) {
        document_cell(document, "%d", n);
        document_cell(document, "%d", hits);
    }
    if (known)
        document_cell(document, exact ? "%.17g" : "%.2f", number_percent(hits, n));
}

static void name(struct document *document, const struct threshold_net *net, bool first, bool exact)
{
    if (net->trivial)
        document_cell(document, "never answer target");
    else if (first)
        document_cell(document, exact ? "unpruned" : "B, unpruned");
    else
        document_cell(document, exact ? "%.17g" : "B′(%g)", net->points);
    if (net->round >= 0)
        document_cell(document, "%d", net->pruned);
    else
        document_cell(document, exact ? "" : "—");
}

static bool fill(struct document *document, const struct snapshot *s, bool exact, struct error *err)
{
    struct threshold_nets kept;
    if (s->n_rounds == 0)
        return fail_as(err, ERROR_FAILED, "nothing is measured yet");
    threshold_nets_collect(&kept, s);
    char caption[520], base[64] = "";
    if (snapshot_base(s) > 0)
        snprintf(base, sizeof base, " and %d pruned before", snapshot_base(s));
    snprintf(caption, sizeof caption,
        "Clean accuracy (acc.) and attack success rate (ASR) of the unpruned net and of the first "
        "nets that lost so many points of clean accuracy (of %d channels%s), with 95 %% Wilson "
        "intervals; accuracy on the target's own images (own), poisoned images read as whom they "
        "show (robust); the trivial defence: B that never answers the target%s",
        s->n_channels, base, kept.tested ? "; nets were chosen on validation images" : "");
    document_table(document, caption, exact ? exact_columns : rounded_columns);
    for (int data = 0; data <= kept.tested; data++)
        for (int i = 0; i < kept.n; i++) {
            const struct threshold_net *net = &kept.net[i];
            name(document, net, i == 0, exact);
            document_cell(document, "%s", results_data((enum detection_data)data));
            const struct outcome *count = &net->count[data], *of = &kept.of[data];
            share(document, count->clean, of->clean, exact);
            share(document, count->attack, of->attack, exact);
            plain_share(document, count->own, of->own, exact);
            plain_share(document, count->robust, of->robust, exact);
        }
    return true;
}

const struct table table_thresholds = {
    .name = "table-thresholds",
    .view = "thresholds",
    .help = "accuracy and attack success at each threshold, as a table",
    .fill = fill,
};
