/* Weights that repairs changed, beside those of the net as it came. Only those that differ are
 * held; what two rounds have in common is held once. Many weights lie in memory of the budget.
 * Counted (refcount.h) and immutable. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_TUNED_H
#define SECATEUR_ENGINE_SESSION_STATE_TUNED_H

#include "engine/base/memory_budget.h"
#include "engine/nn/graph/network.h"

struct tuned;

/* What `network`, of the same layers, has that `original` has not. Weights as in `before` (NULL: no
 * such net) are shared with it. all: they, or those before, were learnt from held-out images too.
 * NULL with err: the file of the budget is full. */
const struct tuned *tuned_create(const struct network *original, const struct network *network,
    const struct tuned *before, bool all, struct memory_budget *budget, struct error *err);
/* All weights of `network`, of the same layers; tuned NULL: those of the original. */
void tuned_apply(
    const struct tuned *tuned, const struct network *original, struct network *network);
bool tuned_learnt_all(const struct tuned *tuned);  /* NULL: false */
size_t tuned_own_bytes(const struct tuned *tuned); /* held here, not shared with one before */
void tuned_rest(const struct tuned *tuned);        /* arena_rest; accepts NULL */

#endif
