/* Every place where channels can be pruned, as a scan found it. */
#include "app/report/tables.h"

static const char rounded_columns[] = "layer|channels|silent|cost|sep.|best repair|clean|ASR";
static const char exact_columns[] =
    "layer|measured_at|channels|silent_percent|cost_points|separation|repair_criterion|"
    "repair_channels|repair_clean_accuracy|repair_asr";

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
        "within 10 points (oracle: found with poisoned images), its clean accuracy and ASR; on a "
        "sample where sets are large",
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
