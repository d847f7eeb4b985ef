/* Every place where channels can be pruned, as a scan found it. */
#include "app/report/tables.h"

static const char rounded_columns[] =
    "layer|channels|silent|cost|sep.|best repair|clean|ASR|own|robust|beats trivial";
static const char exact_columns[] =
    "layer|measured_at|channels|silent_percent|cost_points|separation|repair_criterion|"
    "repair_channels|repair_clean_accuracy|repair_asr|n_own|own_before|own_after|own_trivial|"
    "n_robust|robust_before|robust_after|robust_trivial|n_clean|clean_trivial|beats_trivial";

/* Counts before, after and of the trivial defence; "8 → 0 of 9" where rounded. */
static void cost(struct document *document, int n, const int counts[3], bool exact)
{
    bool known = n > 0 && counts[0] >= 0 && counts[1] >= 0;
    if (exact) {
        document_cell(document, known ? "%d" : "", n);
        for (int i = 0; i < 3; i++)
            document_cell(document, known && counts[i] >= 0 ? "%d" : "", counts[i]);
    } else if (known) {
        document_cell(document, "%d → %d of %d", counts[0], counts[1], n);
    } else {
        document_cell(document, "—");
    }
}

static void costs(struct document *document, const struct worth *w, bool found, bool exact)
{
    const int own[] = {w->before.own, w->after.own, w->trivial.own};
    const int robust[] = {w->before.robust, w->after.robust, w->trivial.robust};
    bool trivial = found && worth_has_trivial(w);
    cost(document, found ? w->of.own : 0, own, exact);
    cost(document, found ? w->of.robust : 0, robust, exact);
    if (exact) {
        document_cell(document, trivial ? "%d" : "", w->of.clean);
        document_cell(document, trivial ? "%d" : "", w->trivial.clean);
    }
    if (trivial && exact)
        document_cell(document, "%d", worth_beats_trivial(w));
    else if (trivial)
        document_cell(document, worth_beats_trivial(w) ? "yes" : "no");
    else
        document_cell(document, exact ? "" : "—");
}

static void repair(struct document *document, const struct site_line *site, bool exact)
{
    bool found = site->repair_criterion && site->repair_channels > 0;
    if (!found) {
        for (int i = 0; i < (exact ? 4 : 3); i++)
            document_cell(document, exact ? "" : "—");
    } else if (exact) {
        document_cell(document, "%s", site->repair_criterion);
        document_cell(document, "%d", site->repair_channels);
        document_cell(document, "%.17g", site->repair_clean);
        document_cell(document, "%.17g", site->repair_asr);
    } else {
        document_cell(document, "%s, %d", site->repair_criterion, site->repair_channels);
        document_cell(document, "%.2f", site->repair_clean);
        document_cell(document, "%.2f", site->repair_asr);
    }
    costs(document, &site->repair_worth, found, exact);
}

static bool fill(struct document *document, const struct snapshot *s, bool exact, struct error *err)
{
    bool scanned = false;
    for (int i = 0; i < s->n_sites; i++)
        scanned = scanned || s->sites[i].scanned;
    if (!scanned)
        return fail_as(err, ERROR_FAILED, "the layers are not examined yet: scan");
    document_table(document,
        "Layers in which channels can be pruned, in percent: channels that are silent on clean "
        "images; cost in points of clean accuracy with half of the channels; separation (sep.): "
        "how far poisoned images stand out; best repair: the first so many channels of a criterion "
        "within 10 points (oracle: found with poisoned images), its clean accuracy and ASR, the "
        "target's own images and the poisoned images read as whom they show (robust), before → "
        "after; whether it beats the trivial defence, never to answer the target; on a sample "
        "where sets are large",
        exact ? exact_columns : rounded_columns);
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        const double numbers[] = {100 * site->dormant, site->cost, site->separation};
        document_cell(document, "%s", site->name);
        if (exact)
            document_cell(document, "%s", site->measured);
        document_cell(document, "%d", site->n_channels);
        for (int k = 0; k < 3; k++)
            if (k == 2 && site->separating_channel < 0)
                document_cell(document, exact ? "" : "—");
            else
                document_cell(document, exact ? "%.17g" : k ? "%.2f" : "%.1f", numbers[k]);
        repair(document, site, exact);
    }
    return true;
}

const struct table table_layers = {
    .name = "table-layers",
    .view = "layers",
    .help = "what a scan found in each layer, as a table",
    .fill = fill,
};
