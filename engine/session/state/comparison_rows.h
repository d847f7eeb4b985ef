/* Grows a comparison of criteria by an order at a time; each is a new, counted value, so that
 * snapshots keep the ones they have. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_COMPARISON_ROWS_H
#define SECATEUR_ENGINE_SESSION_STATE_COMPARISON_ROWS_H

#include "engine/api/criteria_comparison.h"
#include "engine/session/state/rounds.h"

/* What `before` has (NULL: nothing), and one more. Of `row` the names, badge, knowledge, site,
 * seconds are taken; the rest from order and rounds[order->n_ranking + 1], which is taken over;
 * NULL, NULL: the criterion is refused. */
const struct criteria_comparison *comparison_grown(const struct criteria_comparison *before,
    const struct compared_order *row, const struct order *order, struct outcome *rounds,
    const struct outcome *of, int wanted);

#endif
