/* Results as CSV, every digit. */
#include "app/results/results.h"
#include "app/tables/comparison.h"
#include "app/tables/suspects.h"

#include "app/tables/outcomes.h"

static void eval_row(
    FILE *out, const char *data, const struct outcome *count, const struct outcome *of)
{
    const struct outcome_row row = {NULL, data, *count, *of};
    table_csv_row(out, &table_outcomes, &row, 0, IN_CSV);
}

/* A set, and the trivial defence on it where there is one. */
static void eval(FILE *out, const struct snapshot *s, bool with_test)
{
    const struct outcome count = round_outcome(s->rounds[s->position]);
    const struct outcome test = snapshot_test_outcome(s);
    table_csv_head(out, &table_outcomes, IN_CSV, &s->attacked);
    eval_row(out, "validation", &count, &s->of);
    if (s->trivial.clean >= 0)
        eval_row(out, "validation never answer target", &s->trivial, &s->of);
    if (with_test)
        eval_row(out, "test", &test, &s->test_of);
    if (with_test && s->test_trivial.clean >= 0)
        eval_row(out, "test never answer target", &s->test_trivial, &s->test_of);
}

static void layers(FILE *out, const struct snapshot *s)
{
    table_csv_head(out, &table_layers, IN_CSV, &s->attacked);
    for (int i = 0; i < s->n_sites; i++)
        table_csv_row(out, &table_layers, s, i, IN_CSV);
}

static void suspects(FILE *out, const struct snapshot *s)
{
    table_csv_head(out, &table_suspects, IN_CSV, &s->attacked);
    int n = suspects_rows(s->suspects);
    for (int i = 0; i < n; i++)
        table_csv_row(out, &table_suspects, s, i, IN_CSV);
}

static void compare(FILE *out, const struct snapshot *s)
{
    table_csv_head(out, &table_comparison, IN_CSV, &s->attacked);
    for (int i = 0; i < s->compared->n; i++)
        table_csv_row(out, &table_comparison, s, i, IN_CSV);
}

static void sweep_begin(FILE *out, const struct snapshot *s)
{
    (void)s;
    table_csv_head(out, &table_rounds, IN_CSV, &s->attacked);
}

static void sweep_round(FILE *out, const struct snapshot *s, int index)
{
    table_csv_row(out, &table_rounds, s, index, IN_CSV);
}

static void prune(FILE *out, const struct snapshot *s, const char *path)
{
    const struct pruned_net net = {s, path};
    table_csv_head(out, &table_pruned, IN_CSV, &s->attacked);
    table_csv_row(out, &table_pruned, &net, 0, IN_CSV);
}

static void repair(FILE *out, const struct repaired *repaired)
{
    table_csv_head(out, &table_repaired, IN_CSV, &repaired->snapshot->attacked);
    for (int i = 0; i < repaired->n_rows; i++)
        table_csv_row(out, &table_repaired, repaired, i, IN_CSV);
}

const struct results results_csv = {
    .name = "csv",
    .eval = eval,
    .layers = layers,
    .suspects = suspects,
    .compare = compare,
    .sweep_begin = sweep_begin,
    .sweep_round = sweep_round,
    .prune = prune,
    .repair = repair,
    .goodnet = results_goodnet_csv,
};
