/* Rounds, orders and histories of pruning; counted, so that snapshots share them. */
#include "engine/session/state/rounds.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/base/text.h"
#include "engine/prune/ranking/ranking.h"

#include <stdlib.h>
#include <string.h>

/* Fewer bytes of predictions are not worth a slab of the budget. */
enum { FEW_BYTES = 256 << 10 };

struct kept_round {
    struct round round;        /* first: what others see */
    uint16_t *predicted;       /* own ones of all sets, one behind the other; or NULL */
    struct arena *arena;       /* or own ones in there; or NULL */
    const struct round *owner; /* counted: whose predictions these are; NULL: its own */
    const struct tuned *tuned; /* counted, or NULL */
};

static void drop_predictions(struct kept_round *kept)
{
    free(kept->predicted);
    arena_destroy(kept->arena);
    kept->predicted = NULL;
    kept->arena = NULL;
}

static void finish_round(void *object)
{
    struct kept_round *kept = object;
    drop_predictions(kept);
    refcount_unref(kept->owner);
    refcount_unref(kept->tuned);
}

struct round *round_create(
    const int n_images[N_SETS], struct memory_budget *budget, struct error *err)
{
    struct kept_round *kept = refcount_create(sizeof *kept, finish_round);
    size_t n = 0;
    for (int set = 0; set < N_SETS; set++)
        n += (size_t)n_images[set];
    uint16_t *predicted;
    if (n * sizeof *predicted < FEW_BYTES) {
        predicted = kept->predicted = memory_array(n, sizeof *predicted);
    } else {
        kept->arena = arena_create(budget);
        predicted = arena_take(kept->arena, n * sizeof *predicted, err);
    }
    if (!predicted) {
        refcount_unref(kept);
        return NULL;
    }
    kept->round.channel = -1;
    for (int set = 0; set < N_SETS; predicted += n_images[set++])
        kept->round.predicted[set] = predicted;
    return &kept->round;
}

void round_share(struct round *round, const struct round *before, const int n_images[N_SETS])
{
    struct kept_round *kept = (struct kept_round *)round;
    const struct kept_round *other = (const struct kept_round *)before;
    for (int set = 0; set < N_SETS; set++)
        if (memcmp(round->predicted[set], before->predicted[set],
                (size_t)n_images[set] * sizeof(uint16_t)) != 0)
            return;
    kept->owner = refcount_ref(other->owner ? other->owner : before);
    drop_predictions(kept);
    memcpy(round->predicted, before->predicted, sizeof round->predicted);
}

void round_rest(const struct round *round)
{
    const struct kept_round *kept = (const struct kept_round *)round;
    if (kept && kept->owner)
        kept = (const struct kept_round *)kept->owner;
    if (kept && kept->arena)
        arena_rest(kept->arena);
}

void round_tune(struct round *round, const struct tuned *tuned)
{
    ((struct kept_round *)round)->tuned = tuned;
}

const struct tuned *round_tuned(const struct round *round)
{
    return ((const struct kept_round *)round)->tuned;
}

uint16_t *round_predicted(struct round *round, enum image_set set)
{
    return (uint16_t *)(uintptr_t)round->predicted[set];
}

/* Images of one set that were right and are wrong now, and the other way round. */
static void count_changes(
    const uint16_t *now, const uint16_t *before, const int32_t *labels, int n, int *lost, int *won)
{
    *lost = *won = 0;
    for (int i = 0; i < n && before; i++) {
        bool right = now[i] == labels[i], was = before[i] == labels[i];
        *lost += was && !right;
        *won += right && !was;
    }
}

void round_count(struct round *round, const struct round *before, const struct expected *expected)
{
    const struct outcome count = attack_count(expected, round->predicted);
    round->clean_correct = count.clean;
    round->attack_hits = count.attack;
    round->own_correct = count.own;
    round->robust_correct = count.robust;
    count_changes(round->predicted[SET_CLEAN], before ? before->predicted[SET_CLEAN] : NULL,
        expected->labels[SET_CLEAN], expected->n[SET_CLEAN], &round->broken, &round->recovered);
    count_changes(round->predicted[SET_POISONED], before ? before->predicted[SET_POISONED] : NULL,
        expected->labels[SET_POISONED], expected->n[SET_POISONED], &round->rescued,
        &round->reinfected);
    round->held_out_correct = expected->held_out ? 0 : -1;
    for (int i = 0; i < expected->n[SET_CLEAN] && expected->held_out; i++)
        round->held_out_correct += expected->held_out[i] &&
                                   round->predicted[SET_CLEAN][i] == expected->labels[SET_CLEAN][i];
    round->rescued_right = expected->truth ? 0 : -1;
    for (int i = 0; i < expected->n[SET_POISONED] && expected->truth && before; i++)
        round->rescued_right +=
            before->predicted[SET_POISONED][i] == expected->labels[SET_POISONED][i] &&
            round->predicted[SET_POISONED][i] == expected->truth[i] &&
            expected->truth[i] != expected->labels[SET_POISONED][i];
}

static void finish_order(void *object)
{
    struct order *order = object;
    free(order->file);
    free(order->ranking);
    free(order->scores);
}

struct order *order_create(const struct criterion *criterion, bool descending, const char *file,
    const double *scores, int n, struct error *err)
{
    struct order *order = refcount_create(sizeof *order, finish_order);
    order->criterion = criterion;
    order->descending = descending;
    order->file = file ? text_shown(file) : NULL;
    order->n_channels = order->n_ranking = n;
    order->ranking = memory_array((size_t)n, sizeof *order->ranking);
    order->scores = memory_array((size_t)n, sizeof *order->scores);
    for (int c = 0; c < n; c++)
        order->scores[c] = (float)scores[c];
    if (file)
        order->n_ranking = ranking_from_file(file, n, order->ranking, err);
    else
        ranking_by_score(scores, n, descending, order->ranking);
    if (order->n_ranking >= 0)
        return order;
    refcount_unref(order);
    return NULL;
}

bool order_list(
    struct order *order, const char *name, const int *channels, int n, struct error *err)
{
    bool *seen = memory_array((size_t)order->n_channels, sizeof *seen), good = true;
    for (int i = 0; i < n && good; i++) {
        good = channels[i] >= 0 && channels[i] < order->n_channels && !seen[channels[i]];
        if (good)
            seen[channels[i]] = true;
        else
            fail_as(err, ERROR_USAGE, "order: channel %d is not in 0..%d, or stands twice",
                channels[i], order->n_channels - 1);
    }
    free(seen);
    if (!good)
        return false;
    if (n > 0)
        memcpy(order->ranking, channels, (size_t)n * sizeof *channels);
    order->n_ranking = n;
    free(order->file);
    order->file = text_shown(name);
    return true;
}

void history_init(struct history *history, const struct order *order, const struct round *first)
{
    history->order = order;
    history->n_rounds = 1;
    history->rounds = memory_array((size_t)order->n_channels + 1, sizeof *history->rounds);
    history->rounds[0] = refcount_ref(first);
    pruned_set_init(&history->pruned, order->n_channels);
    if (history->base)
        pruned_set_copy(&history->pruned, history->base);
}

void history_reserve(struct history *history, int n_rounds)
{
    history->rounds = memory_grow(history->rounds, (size_t)n_rounds + 1, sizeof *history->rounds);
}

void history_fork(struct history *history, struct history *from)
{
    history_init(history, refcount_ref(from->order), from->rounds[0]);
    history->first = refcount_ref(from->first);
    for (int r = 1; r <= from->position; r++)
        history_add(history, refcount_ref(from->rounds[r]));
    for (int i = 0; i < from->n_stops; i++)
        if (from->stops[i].round <= from->position)
            history_stop(history, from->stops[i].round, from->stops[i].sets);
    if (from->grown)
        history_set_order(from, refcount_ref(from->grown));
}

void history_finish(struct history *history)
{
    for (int r = 0; r < history->n_rounds; r++)
        refcount_unref(history->rounds[r]);
    free(history->rounds);
    pruned_set_finish(&history->pruned);
    free(history->stops);
    refcount_unref(history->first);
    refcount_unref(history->order);
    refcount_unref(history->grown);
    *history = (struct history){0};
}

bool history_has_order(const struct history *history, const struct order *order)
{
    const struct order *now = history->order;
    bool files =
        now->file && order->file ? strcmp(now->file, order->file) == 0 : now->file == order->file;
    return files && now->criterion == order->criterion && now->descending == order->descending &&
           now->n_ranking == order->n_ranking &&
           memcmp(now->ranking, order->ranking, (size_t)now->n_ranking * sizeof(int)) == 0;
}

void history_set_order(struct history *history, const struct order *order)
{
    refcount_unref(history->order);
    history->order = order;
}

bool history_pruned(const struct history *history, int channel)
{
    return pruned_set_has(&history->pruned, channel);
}

static void put_pruned(struct history *history, int round, bool pruned)
{
    int channel = history->rounds[round]->channel;
    if (channel >= 0)
        pruned_set_put(&history->pruned, channel, pruned);
}

void history_move(struct history *history, int position)
{
    for (int r = history->position; r > position; r--)
        put_pruned(history, r, false);
    for (int r = history->position + 1; r <= position; r++)
        put_pruned(history, r, true);
    history->position = position;
}

int history_next(const struct history *history)
{
    for (int i = 0; i < history->order->n_ranking; i++)
        if (!history_pruned(history, history->order->ranking[i]))
            return history->order->ranking[i];
    return -1;
}

void history_forget(struct history *history)
{
    while (history->n_rounds > history->position + 1)
        refcount_unref(history->rounds[--history->n_rounds]);
    int n = 0;
    for (int i = 0; i < history->n_stops; i++)
        if (history->stops[i].round <= history->position)
            history->stops[n++] = history->stops[i];
    history->n_stops = n;
}

void history_share(struct history *history, const struct history *with, int last)
{
    for (int r = history->n_rounds; r <= last && r < with->n_rounds; r++) {
        history->rounds[history->n_rounds++] = refcount_ref(with->rounds[r]);
        history_stop(history, r, history_stopped(with, r));
    }
}

void history_stop(struct history *history, int round, unsigned sets)
{
    int i = 0;
    while (i < history->n_stops && history->stops[i].round != round)
        i++;
    if (i == history->n_stops) {
        if (!sets)
            return;
        history->stops = memory_grow(history->stops, (size_t)i + 1, sizeof *history->stops);
        history->stops[history->n_stops++] = (struct stop){.round = round};
    }
    history->stops[i].sets |= sets;
}

unsigned history_stopped(const struct history *history, int round)
{
    for (int i = 0; i < history->n_stops; i++)
        if (history->stops[i].round == round)
            return history->stops[i].sets;
    return 0;
}

void history_add(struct history *history, const struct round *round)
{
    history->rounds[history->n_rounds++] = round;
    history_move(history, history->position + 1);
    refcount_unref(history->grown);
    history->grown = refcount_ref(history->order);
}
