/* Clean accuracy, ASR and what stands beside them, a net a row. */
#include "app/tables/outcomes.h"

enum { NET, DATA, CLEAN, ATTACK, OWN, ROBUST };

static const struct table_column columns[] = {
    {.field = NET, .heading = "", .in = {[IN_REPORT] = "net"}, .width = -20},
    {.field = DATA, .in = {[IN_CSV] = "data", [IN_REPORT] = "images"}},
    {.field = CLEAN,
        .name = NAMES_CLEAN,
        .heading = "clean accuracy %",
        .in = {[IN_REPORT] = "clean accuracy (95 %)"},
        .width = -20,
        .share = SHARE_COUNTS},
    {.field = ATTACK,
        .name = NAMES_ATTACK,
        .heading = "attack success %",
        .in = {[IN_REPORT] = "ASR (95 %)"},
        .width = -20,
        .share = SHARE_COUNTS},
    {.field = OWN,
        .name = NAMES_OWN,
        .heading = "target's own %",
        .in = {[IN_REPORT] = "the target's own images (95 %)"},
        .width = -20,
        .share = SHARE_COUNTS},
    {.field = ROBUST,
        .name = NAMES_ROBUST,
        .heading = "robust %",
        .in = {[IN_REPORT] = "robust accuracy (95 %)"},
        .width = -20,
        .share = SHARE_COUNTS},
};

void outcome_values(
    const struct outcome *count, const struct outcome *of, struct outcome_fields fields)
{
    value_share_of_any(fields.clean, count->clean, of->clean);
    value_share_of_any(
        fields.attack, count->attack < 0 ? 0 : count->attack, of->attack < 0 ? 0 : of->attack);
    value_share(fields.own, count->own, of->own);
    value_share(fields.robust, count->robust, of->robust);
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct outcome_row *row = (const struct outcome_row *)source + index;
    if (row->net)
        value_text(&values[NET], row->net);
    if (row->data)
        value_text(&values[DATA], row->data);
    outcome_values(&row->count, &row->of,
        (struct outcome_fields){&values[CLEAN], &values[ATTACK], &values[OWN], &values[ROBUST]});
}

const struct results_table table_outcomes = {
    .name = "outcomes",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = row,
};

const char *outcomes_target(const struct attacked *attacked, char text[OUTCOMES_TARGET])
{
    char target[TARGET_TEXT];
    snprintf(text, OUTCOMES_TARGET, "%s%s%s", attacked->target.kind == TARGET_CLASS ? "class " : "",
        target_text(&attacked->target, target),
        attacked->target.kind == TARGET_SHIFT ? " (a map)" : "");
    return text;
}

void outcomes_head(FILE *out, const struct snapshot *snapshot)
{
    table_text_head(out, &table_outcomes, &snapshot->attacked);
}

void outcomes_line(
    FILE *out, const char *net, const struct outcome *count, const struct outcome *of)
{
    const struct outcome_row row = {net, NULL, *count, *of};
    table_text_row(out, &table_outcomes, &row, 0);
}

int outcomes_wanted(const struct snapshot *s)
{
    return s->target >= 0 ? s->target : target_class(&s->test_attacked.target);
}

void outcomes_trivial(
    FILE *out, const struct snapshot *s, const struct outcome *trivial, const struct outcome *of)
{
    char name[48];
    if (of->attack <= 0)
        return;
    snprintf(name, sizeof name, "never answer %d", outcomes_wanted(s));
    if (trivial->clean >= 0)
        outcomes_line(out, name, trivial, of);
    else if (outcomes_wanted(s) < 0)
        fputs("never answer the target: not defined, as not one class is attacked\n", out);
}

void outcomes_verdict(FILE *out, const char *repair, const struct worth *worth)
{
    char text[SNAPSHOT_TEXT * 2];
    worth_say(worth, text, sizeof text);
    if (worth_has_trivial(worth) && text[0])
        fprintf(out, "%s %s.\n", repair, text);
}

void outcome_measures(const struct outcome *count, const struct outcome *of,
    struct outcome_measure measures[OUTCOME_MEASURES])
{
    measures[0] = (struct outcome_measure){"clean_accuracy", count->clean, of->clean};
    measures[1] = (struct outcome_measure){"asr", count->attack, of->attack};
    measures[2] = (struct outcome_measure){"robust_accuracy", count->robust, of->robust};
    measures[3] = (struct outcome_measure){"own_accuracy", count->own, of->own};
}

const struct outcome *outcomes_trivial_of(const struct snapshot *s, enum detection_data data)
{
    return data == DATA_TEST ? &s->test_trivial : &s->trivial;
}

const struct outcome *outcomes_of(const struct snapshot *s, enum detection_data data)
{
    return data == DATA_TEST ? &s->test_of : &s->of;
}
