/* Every round of a sweep: the channel, what is right and hit after it, and what changed. */
#include "app/tables/outcomes.h"
#include "app/tables/tables.h"
#include "views/facts/channels.h"

enum {
    ROUND,
    NUMBER,
    SHOWN,
    CHANNEL,
    LAYER,
    CLEAN,
    CLEAN_CHANGE,
    ATTACK,
    ATTACK_CHANGE,
    BROKEN,
    RECOVERED,
    RESCUED,
    REINFECTED,
    OWN,
    ROBUST,
    BY_HAND,
    CRITERION,
    READ
};

/* JSON has counts before percentages, and the criterion before what ASR hides. */
static const struct table_column columns[] = {
    {.field = ROUND, .name = "round", .heading = "round", .width = 9},
    {.field = NUMBER, .heading = "channel", .width = 7},
    {.field = CHANNEL, .name = "channel"},
    {.field = CLEAN,
        .name = NAMES_CLEAN,
        .heading = "clean %",
        .in = {[IN_JSON] = ",clean_correct"},
        .width = 7},
    {.field = CLEAN_CHANGE, .heading = "+/-", .width = 6, .format = "%+.2f"},
    {.field = ATTACK,
        .name = NAMES_ATTACK,
        .heading = "ASR %",
        .in = {[IN_JSON] = ",attack_hits"},
        .width = 7},
    {.field = ATTACK_CHANGE, .heading = "+/-", .width = 6, .format = "%+.2f"},
    {.field = CLEAN, .in = {[IN_JSON] = ",,clean_accuracy"}},
    {.field = ATTACK, .in = {[IN_JSON] = ",,asr"}},
    {.field = BROKEN, .name = "broken", .heading = "broken", .in = {[IN_JSON] = ""}, .width = 6},
    {.field = RECOVERED,
        .name = "recovered",
        .heading = "recovered",
        .in = {[IN_JSON] = ""},
        .width = 5},
    {.field = RESCUED, .name = "rescued", .heading = "rescued", .in = {[IN_JSON] = ""}, .width = 7},
    {.field = REINFECTED,
        .name = "reinfected",
        .heading = "reinfected",
        .in = {[IN_JSON] = ""},
        .width = 10},
    {.field = SHOWN, .heading = " ", .gap = 2, .width = -1},
    {.field = CRITERION, .in = {[IN_JSON] = "criterion"}},
    {.field = READ, .in = {[IN_JSON] = "read"}},
    {.field = OWN, .name = NAMES_OWN},
    {.field = ROBUST, .name = NAMES_ROBUST},
    {.field = BY_HAND, .name = "by_hand", .in = {[IN_JSON] = ""}},
    {.field = CRITERION, .name = "criterion", .in = {[IN_JSON] = ""}},
    {.field = READ, .name = "read", .in = {[IN_JSON] = ""}},
    {.field = LAYER, .name = "layer"},
};

static void changes(const struct snapshot *s, int index, struct table_value *values)
{
    const struct round *round = s->rounds[index];
    value_whole(&values[BROKEN], round->broken);
    value_whole(&values[RECOVERED], round->recovered);
    value_whole(&values[RESCUED], round->rescued);
    value_whole(&values[REINFECTED], round->reinfected);
    values[BROKEN].for_machines = values[RECOVERED].for_machines = index == 0;
    values[RESCUED].for_machines = values[REINFECTED].for_machines =
        index == 0 || s->of.attack <= 0;
    if (index > 0)
        value_real(&values[CLEAN_CHANGE],
            snapshot_clean_accuracy(s, index) - snapshot_clean_accuracy(s, index - 1));
    if (index > 0 && s->of.attack > 0)
        value_real(&values[ATTACK_CHANGE], snapshot_asr(s, index) - snapshot_asr(s, index - 1));
}

/* Its layer and its number there; people are told where the order goes across layers. */
static void channel_values(const struct snapshot *s, int channel, struct table_value *values)
{
    char name[SNAPSHOT_TEXT];
    value_count(&values[NUMBER], channel);
    value_count(&values[CHANNEL], channel);
    if (channel < 0)
        return;
    if (s->sites[s->site].n_members > 0)
        value_format(&values[SHOWN], "%s", channels_name(s, channel, name));
    int site = snapshot_own_site(s, s->site, &channel);
    value_count(&values[CHANNEL], channel);
    value_text(&values[LAYER], s->sites[site].name);
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    const struct round *round = s->rounds[index];
    const struct outcome count = round_outcome(round);
    value_whole(&values[ROUND], index);
    channel_values(s, round->channel, values);
    outcome_values(&count, &s->of,
        (struct outcome_fields){&values[CLEAN], &values[ATTACK], &values[OWN], &values[ROBUST]});
    changes(s, index, values);
    value_yes_no(&values[BY_HAND], round->own.by_hand);
    value_text(&values[CRITERION], round->own.criterion);
    value_text(&values[READ], knowledge_sets_word(&round->known, values[READ].own));
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    *n = s->n_rounds;
    return *n > 0 || fail_as(err, ERROR_FAILED, "nothing is measured yet");
}

const struct results_table table_rounds = {
    .name = "rounds",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
};
