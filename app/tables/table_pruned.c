/* A net that was pruned and saved: a row. */
#include "app/tables/outcomes.h"
#include "app/tables/tables.h"

enum { FILE_NAME, PRUNED, CLEAN, ATTACK, OWN, ROBUST, BY_HAND, CRITERION, READ };

static const struct table_column columns[] = {
    {.field = FILE_NAME, .name = "file"},
    {.field = PRUNED, .name = "channels_pruned"},
    {.field = CLEAN, .name = NAMES_CLEAN},
    {.field = ATTACK, .name = NAMES_ATTACK},
    {.field = OWN, .name = NAMES_OWN},
    {.field = ROBUST, .name = NAMES_ROBUST},
    {.field = BY_HAND, .name = "by_hand"},
    {.field = CRITERION, .name = "criterion"},
    {.field = READ, .name = "read"},
};

static void row(const void *source, int index, struct table_value *values)
{
    const struct pruned_net *net = source;
    const struct snapshot *s = net->snapshot;
    const struct outcome count = round_outcome(s->rounds[s->position]);
    (void)index;
    value_text(&values[FILE_NAME], net->path);
    value_whole(&values[PRUNED], s->position);
    outcome_values(&count, &s->of,
        (struct outcome_fields){&values[CLEAN], &values[ATTACK], &values[OWN], &values[ROBUST]});
    value_yes_no(&values[BY_HAND], s->known.by_hand);
    value_text(&values[CRITERION], s->known.criterion);
    value_text(&values[READ], knowledge_sets_word(&s->known, values[READ].own));
}

const struct results_table table_pruned = {
    .name = "pruned",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = row,
};
