/* The unpruned net, the net of each threshold and the trivial defence: clean accuracy, ASR. */
#include "app/tables/defence.h"
#include "app/tables/outcomes.h"
#include "app/tables/tables.h"

#include "views/facts/thresholds.h"

/* SHOWN: clean accuracy, or that the threshold was never reached; HITS: ATTACK, 0 of none too. */
enum { NET, LABEL, POINTS, ROUND, PRUNED, CHANNELS, DATA, SHOWN, CLEAN, ATTACK, HITS, OWN, ROBUST };

static const struct table_column columns[] = {
    {.field = NET, .heading = "net", .in = {[IN_TEXT] = ""}},
    {.field = LABEL, .in = {[IN_TEXT] = "net"}, .width = -8},
    {.field = POINTS, .name = "threshold", .in = {[IN_JSON] = "points"}},
    {.field = ROUND, .in = {[IN_TEXT] = "round", [IN_JSON] = "round"}, .width = 5},
    {.field = PRUNED,
        .name = "channels_pruned",
        .heading = "pruned",
        .in = {[IN_JSON] = ""},
        .width = 7},
    {.field = CHANNELS, .in = {[IN_JSON] = "channels_pruned"}},
    {.field = DATA, .name = "data", .heading = "images", .in = {[IN_TEXT] = "", [IN_JSON] = ""}},
    {.field = CLEAN,
        .name = NAMES_CLEAN ",clean_low,clean_high",
        .heading = "acc. (%)|95 %",
        .in = {[IN_TEXT] = "", [IN_JSON] = ",clean_correct,clean_accuracy,clean_interval"}},
    {.field = SHOWN,
        .in = {[IN_TEXT] = "clean accuracy %, 95 %"},
        .gap = 1,
        .width = -23,
        .share = SHARE_INTERVAL},
    {.field = ATTACK,
        .name = "n_poisoned,attack_hits,attack_success,attack_low,attack_high",
        .heading = "ASR (%)|95 %",
        .in = {[IN_TEXT] = "attack success %, 95 %", [IN_JSON] = ""},
        .gap = 1,
        .share = SHARE_INTERVAL},
    {.field = HITS, .in = {[IN_JSON] = ",attack_hits,asr,asr_interval"}},
    {.field = OWN, .name = NAMES_OWN, .heading = "own (%)", .in = {[IN_TEXT] = ""}},
    {.field = ROBUST, .name = NAMES_ROBUST, .heading = "robust (%)", .in = {[IN_TEXT] = ""}},
};

static void names(const struct threshold_net *net, bool first, struct table_value *values)
{
    value_format(&values[LABEL], first ? "B" : "B'(%g)", net->points);
    if (net->trivial || first) {
        value_text(&values[NET], first ? "B, unpruned" : "never answer target");
        value_text(&values[POINTS], first ? "unpruned" : "never answer target");
        return;
    }
    value_format(&values[NET], "B′(%g)", net->points);
    value_real(&values[POINTS], net->points);
}

/* Rows of validation images, then of test images; both in the order of threshold_nets. */
static void row(const void *source, int index, struct table_value *values)
{
    struct threshold_nets nets;
    threshold_nets_collect(&nets, source);
    int data = index / nets.n, number = index % nets.n;
    const struct threshold_net *net = &nets.net[number];
    struct outcome_fields fields = {&values[CLEAN], &values[ATTACK], &values[OWN], &values[ROBUST]};
    names(net, number == 0, values);
    value_text(&values[DATA], tables_data((enum detection_data)data));
    value_count(&values[ROUND], net->round);
    value_count(&values[PRUNED], net->round < 0 ? -1 : net->pruned);
    if (net->round < 0 && !net->trivial) {
        value_text(&values[SHOWN], "never reached");
        return;
    }
    value_whole(&values[CHANNELS], net->round);
    outcome_values(&net->count[data], &nets.of[data], fields);
    fields.clean->even_none = fields.attack->even_none = false;
    values[SHOWN] = values[CLEAN];
    values[HITS] = values[ATTACK];
    values[HITS].even_none = true;
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    struct threshold_nets nets;
    if (s->n_rounds == 0)
        return fail_as(err, ERROR_FAILED, "nothing is measured yet");
    threshold_nets_collect(&nets, s);
    *n = nets.n * (1 + nets.tested);
    return true;
}

static void caption(const void *source, char *text, size_t size)
{
    const struct snapshot *s = source;
    struct threshold_nets nets;
    char base[64] = "";
    threshold_nets_collect(&nets, s);
    if (snapshot_base(s) > 0)
        snprintf(base, sizeof base, " and %d pruned before", snapshot_base(s));
    snprintf(text, size,
        "Clean accuracy (acc.) and attack success rate (ASR) of the unpruned net B and of B′(T), "
        "the net of the first round that lost at least T points of clean accuracy (of %d "
        "channels%s), with 95 %% Wilson intervals; accuracy on images of the target's own class "
        "(own); poisoned images classified as their true class (robust). The trivial defence is B "
        "that never answers the target%s",
        s->n_channels, base, nets.tested ? ". Nets were chosen on validation images" : "");
}

const struct results_table table_thresholds = {
    .name = "table-thresholds",
    .view = "thresholds",
    .help = "accuracy and attack success at each threshold, as a table",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};

/* GoodNet with the net of a threshold, in the same columns. */
static void goodnet_row(const void *source, int index, struct table_value *values)
{
    const struct threshold_goodnet *goodnet = source;
    const struct threshold *t = goodnet->threshold;
    const struct goodnet *g = goodnet->counts;
    (void)index;
    value_format(&values[LABEL], "G(%g)", t->points);
    value_whole(&values[ROUND], t->round);
    value_whole(&values[PRUNED], t->round + snapshot_base(goodnet->snapshot));
    value_share(&values[SHOWN], g->labelled[SET_CLEAN], g->n[SET_CLEAN]);
    value_share(&values[ATTACK], g->labelled[SET_POISONED], g->n[SET_POISONED]);
}

const struct results_table table_threshold_goodnet = {
    .name = "threshold-goodnet",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = goodnet_row,
};
