/* The history at one site: an order of pruning, the rounds done so far, and which one stands.
 * Rounds are counted: snapshots share them. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_ROUNDS_H
#define SECATEUR_ENGINE_SESSION_STATE_ROUNDS_H

#include "engine/base/memory_budget.h"
#include "engine/prune/criteria/criterion.h"
#include "engine/prune/sites/pruned_set.h"
#include "engine/session/state/attack.h"
#include "engine/session/state/tuned.h"

/* A counted round (refcount.h) with room for predictions; fill it before it is shared. Those of
 * many images are in memory of the budget. NULL with err: its file is full. */
struct round *round_create(
    const int n_images[N_SETS], struct memory_budget *budget, struct error *err);
uint16_t *round_predicted(struct round *round, enum image_set set);
/* The predictions of `before`, where they are the same ones: kept once. */
void round_share(struct round *round, const struct round *before, const int n_images[N_SETS]);
void round_rest(const struct round *round);                      /* arena_rest; accepts NULL */
void round_tune(struct round *round, const struct tuned *tuned); /* taken over */
const struct tuned *round_tuned(const struct round *round);
/* What is right, and what changed against `before` (NULL: nothing). */
void round_count(struct round *round, const struct round *before, const struct expected *expected);

/* An order of pruning; counted. */
struct order {
    const struct criterion *criterion;
    bool descending;
    char *file;             /* NULL unless read from a file */
    struct knowledge known; /* what a round of it is chosen with */
    int n_channels, n_ranking;
    int *ranking;  /* [n_channels], n_ranking of it used */
    float *scores; /* [n_channels] */
};

/* By scores[n], or as a file lists channels (NULL: none). */
struct order *order_create(const struct criterion *criterion, bool descending, const char *file,
    const double *scores, int n, struct error *err);
/* Channels as they are listed, from a file that was called `name`, which is not read. */
bool order_list(
    struct order *order, const char *name, const int *channels, int n, struct error *err);

/* Sets that chose to stand at a round, beside those of its rounds. */
struct stop {
    int round;
    unsigned sets;
};

struct history {
    const struct order *order; /* what goes next */
    const struct order *grown; /* counted: the one in use when the last round was added, or NULL */
    const struct pruned_set *base; /* before round 0, the branch's; NULL: none */
    struct pruned_set pruned;      /* at the position */
    const struct round *first; /* counted: round 0 where it is not the unpruned net, else NULL */
    int n_rounds, position;
    const struct round **rounds; /* [n_rounds], counted */
    int n_stops;
    struct stop *stops; /* [n_stops], one a round */
};

void history_init(struct history *history, const struct order *order, const struct round *first);
/* A history that goes on from the position with the order in use, as if nothing had followed;
 * `from` has its rounds still and goes back to the order they were pruned in. */
void history_fork(struct history *history, struct history *from);
void history_reserve(struct history *history, int n_rounds); /* room for so many, and round 0 */
void history_finish(struct history *history);
bool history_has_order(const struct history *history, const struct order *order); /* as in use */
void history_set_order(struct history *history, const struct order *order); /* takes it over */
bool history_pruned(const struct history *history, int channel);            /* at the position */
void history_move(struct history *history, int position);                   /* to a known round */
int history_next(const struct history *history); /* channel a step would prune, -1: none */
/* Adds a round (taken over) behind the last known one, which stands, and makes it stand. */
void history_add(struct history *history, const struct round *round);
void history_forget(struct history *history); /* the rounds behind the position */
/* Takes over the rounds up to `last` that another history knows further; the position stays. */
void history_share(struct history *history, const struct history *with, int last);
void history_stop(struct history *history, int round, unsigned sets);
unsigned history_stopped(const struct history *history, int round);

#endif
