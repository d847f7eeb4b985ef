/* GoodNet with the net of a threshold in short, as the thresholds' JSON has it. */
#include "app/tables/defence.h"

enum { CLEAN, ATTACK, CLEAN_FLAGGED, POISONED_FLAGGED };

static const struct table_column columns[] = {
    {.field = CLEAN, .name = ",,clean_accuracy"},
    {.field = ATTACK, .name = ",,asr"},
    {.field = CLEAN_FLAGGED, .name = ",,clean_flagged"},
    {.field = POISONED_FLAGGED, .name = ",,poisoned_flagged"},
};

static void row(const void *source, int index, struct table_value *values)
{
    const struct goodnet *g = source;
    (void)index;
    for (int set = 0; set < N_SETS; set++) {
        value_share(&values[CLEAN + set], g->labelled[set], g->n[set]);
        value_share(&values[CLEAN_FLAGGED + set], g->flagged[set], g->n[set]);
    }
}

const struct results_table table_accepted = {
    .name = "accepted",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = row,
};
