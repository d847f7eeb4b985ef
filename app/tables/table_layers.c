/* Every place where channels can be pruned, as an examination found it. */
#include "app/tables/tables.h"

#include "engine/measures/verdict.h"

enum {
    MARK,
    NAME,
    MEASURED,
    PRUNED_IN,
    SHAPE,
    CHANNELS,
    NEVER_ACTIVE,
    COST,
    SEPARATION,
    APART, /* the same, where there are poisoned images */
    SEPARATING,
    CRITERION,
    N_REPAIR,
    REPAIR,  /* both of them */
    VERDICT, /* all of it, in words */
    REPAIR_CLEAN,
    REPAIR_ASR,
    SUGGESTED,
    OWN, /* n, before, after, trivial */
    ROBUST = OWN + 4,
    OWN_COST = ROBUST + 4, /* in words */
    ROBUST_COST,
    N_CLEAN,
    TRIVIAL,
    BEATS
};

/* The repair's columns stand in another order as text, cost elsewhere for machines. */
static const struct table_column columns[] = {
    {.field = MARK, .in = {[IN_TEXT] = " "}, .width = -1},
    {.field = NAME,
        .name = "site",
        .heading = "layer",
        .in = {[IN_TEXT] = "site", [IN_FILE] = "layer", [IN_JSON] = "name"},
        .width = -12},
    {.field = MEASURED,
        .name = "measured_at",
        .heading = "measured at",
        .in = {[IN_PAPER] = ""},
        .width = -12},
    {.field = PRUNED_IN, .name = "pruned_in", .in = {[IN_FILE] = ""}},
    {.field = SHAPE, .name = "shape", .in = {[IN_FILE] = "", [IN_TEXT] = "shape"}, .width = -9},
    {.field = CHANNELS,
        .name = "channels",
        .heading = "channels",
        .in = {[IN_TEXT] = "ch"},
        .width = 4},
    {.field = NEVER_ACTIVE,
        .name = "dormant_percent",
        .heading = "never active",
        .in = {[IN_TEXT] = "never\nactive %",
            [IN_FILE] = "silent_percent",
            [IN_JSON] = "dormant",
            [IN_REPORT] = ""},
        .width = 8,
        .format = "%.1f"},
    {.field = NEVER_ACTIVE, .in = {[IN_REPORT] = "never active"}, .format = "%.1f %%"},
    {.field = COST,
        .heading = "cost of half",
        .in = {[IN_TEXT] = "cost of\nhalf",
            [IN_FILE] = "cost_points",
            [IN_REPORT] = "cost of half (points)"},
        .width = 7},
    {.field = SEPARATION,
        .name = "separation",
        .heading = "separation (σ)",
        .in = {[IN_TEXT] = "", [IN_PAPER] = "sep. σ"}},
    {.field = APART, .in = {[IN_TEXT] = "sep. σ\n(*)"}, .width = 7},
    {.field = SEPARATING, .name = "separating_channel", .in = {[IN_FILE] = ""}},
    {.field = COST, .in = {[IN_CSV] = "cost_points", [IN_JSON] = "cost"}},
    {.field = REPAIR, .in = {[IN_PAPER] = "best repair"}},
    {.field = VERDICT, .in = {[IN_REPORT] = "best repair"}},
    {.field = CRITERION, .name = "repair_criterion", .in = {[IN_JSON] = "oracle_repair.criterion"}},
    {.field = N_REPAIR, .name = "repair_channels", .in = {[IN_JSON] = "oracle_repair.channels"}},
    {.field = REPAIR_CLEAN,
        .name = "repair_clean_accuracy",
        .in = {[IN_TEXT] = "best repair (*)\nclean", [IN_JSON] = "oracle_repair.clean_accuracy"},
        .width = 5,
        .format = "%.1f"},
    {.field = REPAIR_CLEAN, .in = {[IN_PAPER] = "clean"}},
    {.field = REPAIR_ASR,
        .name = "repair_asr",
        .in = {[IN_TEXT] = "ASR", [IN_JSON] = "oracle_repair.asr"},
        .width = 5,
        .format = "%.1f"},
    {.field = REPAIR_ASR, .in = {[IN_PAPER] = "ASR"}},
    {.field = N_REPAIR, .in = {[IN_TEXT] = "channels"}, .width = 3},
    {.field = CRITERION, .heading = "", .in = {[IN_PAPER] = "", [IN_REPORT] = ""}},
    {.field = SUGGESTED, .in = {[IN_CSV] = "suggested"}},
    {.field = OWN, .name = "n_own", .in = {[IN_JSON] = ""}},
    {.field = OWN + 1, .name = "own_before", .in = {[IN_JSON] = ""}},
    {.field = OWN + 2, .name = "own_after", .in = {[IN_JSON] = ""}},
    {.field = OWN + 3, .name = "own_trivial", .in = {[IN_JSON] = ""}},
    {.field = ROBUST, .name = "n_robust", .in = {[IN_JSON] = ""}},
    {.field = ROBUST + 1, .name = "robust_before", .in = {[IN_JSON] = ""}},
    {.field = ROBUST + 2, .name = "robust_after", .in = {[IN_JSON] = ""}},
    {.field = ROBUST + 3, .name = "robust_trivial", .in = {[IN_JSON] = ""}},
    {.field = OWN_COST, .in = {[IN_PAPER] = "own"}},
    {.field = ROBUST_COST, .in = {[IN_PAPER] = "robust"}},
    {.field = N_CLEAN, .name = "n_clean", .in = {[IN_JSON] = ""}},
    {.field = TRIVIAL, .name = "clean_trivial", .in = {[IN_JSON] = ""}},
    {.field = BEATS, .name = "beats_trivial", .in = {[IN_JSON] = "", [IN_PAPER] = "beats trivial"}},
};

static bool repaired(const struct site_line *site)
{
    return site->repair_criterion && site->repair_channels > 0;
}

/* Counts before, after and of the trivial defence, of n images; and in words. */
static void cost(int n, const int counts[3], struct table_value *values, struct table_value *words)
{
    if (n <= 0 || counts[0] < 0 || counts[1] < 0)
        return;
    value_whole(&values[0], n);
    for (int i = 0; i < 3; i++)
        value_count(&values[i + 1], counts[i]);
    value_format(words, "%d → %d of %d", counts[0], counts[1], n);
}

static void costs(const struct worth *w, struct table_value *values)
{
    const int own[] = {w->before.own, w->after.own, w->trivial.own};
    const int robust[] = {w->before.robust, w->after.robust, w->trivial.robust};
    cost(w->of.own, own, &values[OWN], &values[OWN_COST]);
    cost(w->of.robust, robust, &values[ROBUST], &values[ROBUST_COST]);
    if (!worth_has_trivial(w))
        return;
    value_whole(&values[N_CLEAN], w->of.clean);
    value_whole(&values[TRIVIAL], w->trivial.clean);
    value_yes_no(&values[BEATS], worth_beats_trivial(w));
}

static void repair(
    const struct snapshot *s, const struct site_line *site, struct table_value *values)
{
    value_text(&values[VERDICT], "none");
    if (!repaired(site))
        return;
    enum verdict verdict = verdict_of(snapshot_asr(s, 0), site->repair_asr, s->of.attack);
    bool none = verdict == VERDICT_STANDS || verdict == VERDICT_NO_ATTACK;
    value_format(&values[VERDICT], "%s%s, %d channels: clean %.2f %%, ASR %.2f %%",
        none ? "none; at best " : "", site->repair_criterion, site->repair_channels,
        site->repair_clean, site->repair_asr);
    value_format(&values[REPAIR], "%s, %d", site->repair_criterion, site->repair_channels);
    value_text(&values[CRITERION], site->repair_criterion);
    value_whole(&values[N_REPAIR], site->repair_channels);
    value_real(&values[REPAIR_CLEAN], site->repair_clean);
    value_real(&values[REPAIR_ASR], site->repair_asr);
    costs(&site->repair_worth, values);
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    const struct site_line *site = &s->sites[index];
    value_text(&values[MARK], index == s->suggested ? ">" : " ");
    value_text(&values[NAME], site->name);
    value_text(&values[MEASURED], site->measured);
    value_text(&values[PRUNED_IN], site->producers);
    value_text(&values[SHAPE], site->shape);
    value_whole(&values[CHANNELS], site->n_channels);
    value_yes_no(&values[SUGGESTED], index == s->suggested);
    if (site->scanned) {
        value_real(&values[NEVER_ACTIVE], 100.0 * site->never_active);
        value_real(&values[COST], site->cost);
        value_unknown(&values[SEPARATION]);
        value_unknown(&values[SEPARATING]);
        if (s->n_images[SET_POISONED] > 0)
            value_unknown(&values[APART]);
    }
    if (site->scanned && site->separating_channel >= 0) { /* else nothing is known of it */
        value_real(&values[SEPARATION], site->separation);
        value_real(&values[APART], site->separation);
        value_whole(&values[SEPARATING], site->separating_channel);
    }
    repair(s, site, values);
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    bool scanned = false;
    for (int i = 0; i < s->n_sites; i++)
        scanned = scanned || s->sites[i].scanned;
    *n = s->n_sites;
    return scanned || fail_as(err, ERROR_FAILED, "the layers are not examined yet; use: examine");
}

static void caption(const void *source, char *text, size_t size)
{
    (void)source;
    snprintf(text, size,
        "Layers in which channels can be pruned, in percent. " LAYERS_NEVER_ACTIVE " " LAYERS_COST
        " " LAYERS_SEPARATION
        " Best repair: criterion, and how many channels of its order to prune, within 10 points of "
        "clean accuracy (oracle: found with poisoned images); clean accuracy and ASR after it; "
        "images of the target's own class classified correctly (own) and poisoned images "
        "classified as their "
        "true class (robust), before → after; whether it beats the trivial defence, which never "
        "answers the target. " LAYERS_SAMPLE);
}

const struct results_table table_layers = {
    .name = "table-layers",
    .view = "layers",
    .help = "what an examination found in each layer, as a table",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};
