/* Criteria side by side: what each leaves of the attack at so many points of clean accuracy. */
#include "app/tables/comparison.h"
#include "views/facts/comparison.h"

enum {
    CRITERION,
    LAYER,
    READ,
    AT_1,
    AT_2,
    AT_4,
    AT_10,
    DISARMED,
    DISARMED_CHANNELS,
    AREA,
    FRONT,
    RULE,
    RULE_CLEAN,
    RULE_ATTACK,
    NEAREST,
    NEAREST_RHO,
    CHANNELS,
    REFUSED,
    SECONDS,
    SOURCE,
    SCALING
};

static const struct table_column columns[] = {
    {.field = CRITERION, .name = "criterion", .heading = "criterion", .width = -17},
    {.field = LAYER, .name = "layer", .heading = "layer", .in = {[IN_TEXT] = ""}},
    {.field = READ, .name = "read", .heading = "read", .gap = 1, .width = -9, .cut = true},
    {.field = AT_1,
        .name = "asr_at_1",
        .heading = "ASR\n@1",
        .in = {[IN_PAPER] = "ASR at 1 (%)", [IN_REPORT] = "ASR at 1 (%)"},
        .gap = 1,
        .width = 6},
    {.field = AT_2,
        .name = "asr_at_2",
        .heading = "ASR\n@2",
        .in = {[IN_PAPER] = "ASR at 2 (%)", [IN_REPORT] = "ASR at 2 (%)"},
        .gap = 1,
        .width = 6},
    {.field = AT_4,
        .name = "asr_at_4",
        .heading = "ASR\n@4",
        .in = {[IN_PAPER] = "ASR at 4 (%)", [IN_REPORT] = "ASR at 4 (%)"},
        .gap = 1,
        .width = 6},
    {.field = AT_10,
        .name = "asr_at_10",
        .heading = "ASR\n@10",
        .in = {[IN_PAPER] = "ASR at 10 (%)", [IN_REPORT] = "ASR at 10 (%)"},
        .gap = 1,
        .width = 6},
    {.field = DISARMED, .name = "clean_at_asr_5", .heading = "clean\n@ASR5", .gap = 1, .width = 6},
    {.field = DISARMED_CHANNELS, .name = "channels_at_asr_5"},
    {.field = AREA, .name = "area", .heading = "area", .gap = 1, .width = 5, .format = "%.1f"},
    {.field = FRONT, .name = "on_front", .heading = "front", .in = {[IN_TEXT] = ""}},
    {.field = RULE, .name = "rule_channels", .heading = "rule", .gap = 1, .width = 4},
    {.field = RULE_CLEAN, .name = "rule_clean"},
    {.field = RULE_ATTACK, .name = "rule_asr"},
    {.field = NEAREST, .name = "nearest"},
    {.field = NEAREST_RHO, .name = "nearest_correlation"},
    {.field = CHANNELS, .name = "channels"},
    {.field = REFUSED, .name = "refused"},
    {.field = SECONDS,
        .heading = "s",
        .in = {[IN_PAPER] = "", [IN_REPORT] = ""},
        .gap = 1,
        .width = 5,
        .format = "%.2f"},
    {.field = SOURCE, .name = "source"},
    {.field = SCALING, .name = "scaling"},
};

static void set_rounds(const struct snapshot *s, int index, struct table_value *values)
{
    const struct criteria_comparison *compared = s->compared;
    const struct compared_order *order = compared->orders[index];
    const struct tradeoff *tradeoff = &order->tradeoff;
    int n_clean = compared->of.clean, n_attack = compared->of.attack;
    for (int i = 0; i < TRADEOFF_STOPS; i++)
        value_share(&values[AT_1 + i], order->rounds[tradeoff->stop[i]].attack, n_attack);
    value_unknown(&values[DISARMED]);
    value_unknown(&values[AREA]);
    if (tradeoff->disarmed >= 0) {
        value_share(&values[DISARMED], order->rounds[tradeoff->disarmed].clean, n_clean);
        value_whole(&values[DISARMED_CHANNELS], tradeoff->disarmed);
    }
    if (tradeoff->area >= 0)
        value_real(&values[AREA], tradeoff->area);
    value_whole(&values[FRONT], comparison_front_rounds(compared, index));
    if (order->rule_channels >= 0 && order->rule_channels < order->n_rounds) {
        value_whole(&values[RULE], order->rule_channels);
        value_share(&values[RULE_CLEAN], order->rounds[order->rule_channels].clean, n_clean);
        value_share(&values[RULE_ATTACK], order->rounds[order->rule_channels].attack, n_attack);
    }
    value_whole(&values[CHANNELS], order->n_channels);
    value_real(&values[SECONDS], order->seconds);
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    const struct compared_order *order = s->compared->orders[index];
    char read[KNOWLEDGE_TEXT];
    double rho = 0;
    int nearest = comparison_nearest(s->compared, index, &rho);
    value_text(&values[CRITERION], order->criterion);
    value_text(&values[LAYER], s->sites[order->site].name);
    value_format(&values[READ], "%s", comparison_read(order, read));
    value_text(&values[SOURCE], order->source);
    if (order->scaling && *order->scaling)
        value_text(&values[SCALING], order->scaling);
    if (order->refused[0])
        value_text(&values[REFUSED], order->refused);
    else
        set_rounds(s, index, values);
    if (nearest >= 0) {
        value_text(&values[NEAREST], s->compared->orders[nearest]->criterion);
        value_real(&values[NEAREST_RHO], rho);
    }
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    if (!s->compared)
        return fail_as(err, ERROR_USAGE, "no criteria were compared; use: compare");
    *n = s->compared->n;
    return true;
}

void comparison_say(const struct snapshot *s, char *text, size_t size)
{
    int used = snprintf(text, size,
        "Each criterion pruned from the unpruned net to the end of its order, on %d clean",
        s->compared->of.clean);
    if (s->compared->of.attack > 0)
        used +=
            snprintf(text + used, size - (size_t)used, " and %d poisoned", s->compared->of.attack);
    snprintf(text + used, size - (size_t)used,
        " images. ASR @T: at the last round before clean accuracy first falls by more than T "
        "points, where a defender stops who sees clean images alone. clean @ASR5: the highest "
        "clean accuracy of a round with ASR of at most %d %%. area: mean ASR over stops at 0 to %d "
        "points; smaller is better. rule: channels that the published method prunes. read: what "
        "the order was made with; which order is best here, poisoned images say.",
        TRADEOFF_ASR, TRADEOFF_AREA_POINTS);
}

static void caption(const void *source, char *text, size_t size)
{
    comparison_say(source, text, size);
}

const struct results_table table_comparison = {
    .name = "table-comparison",
    .view = "comparison",
    .help = "criteria side by side: ASR at 1, 2, 4, 10 points, area, time",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};
