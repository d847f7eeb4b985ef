#include "views/facts/kept.h"

#include "views/facts/branches.h"

#include <stddef.h>
#include <stdio.h>

static void fill_net(struct kept_net *net, const struct round *round, double points, int index)
{
    *net = (struct kept_net){.points = points,
        .round = index,
        .pruned = index,
        .count = {OUTCOME_UNKNOWN, OUTCOME_UNKNOWN}};
    if (round)
        net->count[DATA_VALIDATION] = round_outcome(round);
}

static void add_trivial(struct kept *kept, const struct snapshot *s)
{
    if (s->trivial.clean < 0 || s->of.attack <= 0)
        return;
    kept->net[kept->n++] = (struct kept_net){.trivial = true,
        .round = -1,
        .count = {[DATA_VALIDATION] = s->trivial, [DATA_TEST] = s->test_trivial}};
}

void kept_take(struct kept *kept, const struct snapshot *s)
{
    *kept = (struct kept){.n = 1, .tested = s->test_clean_correct >= 0};
    kept->of[DATA_VALIDATION] = s->of;
    if (kept->tested)
        kept->of[DATA_TEST] = s->test_of;
    fill_net(&kept->net[0], branches_unpruned(s), 0, 0);
    kept->net[0].count[DATA_TEST] = snapshot_test_outcome(s);
    for (int i = 0; i < s->n_thresholds && kept->n < KEPT_MAX - 1; i++) {
        const struct threshold *t = &s->thresholds[i];
        struct kept_net *net = &kept->net[kept->n++];
        bool reached = t->round >= 0 && t->round < s->n_rounds;
        fill_net(net, reached ? s->rounds[t->round] : NULL, t->points, reached ? t->round : -1);
        net->pruned += snapshot_base(s);
        net->count[DATA_TEST] = threshold_outcome(t);
    }
    add_trivial(kept, s);
}

bool kept_crossed(const struct snapshot *s, int threshold, int round)
{
    int crossed = s->thresholds[threshold].round;
    return crossed >= 0 && crossed <= round;
}

bool kept_possible(const struct snapshot *s, int threshold)
{
    return branches_unpruned_clean(s) >= s->thresholds[threshold].points - 1e-9;
}

void kept_distance(const struct snapshot *s, int round, char *text, int size)
{
    double lost = branches_unpruned_clean(s) - snapshot_clean_accuracy(s, round);
    int next = 0;
    while (next < s->n_thresholds && kept_crossed(s, next, round))
        next++;
    const struct threshold *t = next < s->n_thresholds ? &s->thresholds[next] : NULL;
    int used = 0;
    if (t && kept_possible(s, next))
        used = snprintf(text, (size_t)size, "%g pp is %.2f pp away", t->points, t->points - lost);
    else if (t)
        snprintf(text, (size_t)size, "%g pp cannot be lost", t->points);
    else
        snprintf(text, (size_t)size, "%.2f pp %s, all crossed", lost < 0 ? -lost : lost,
            lost < 0 ? "won" : "lost");
    if (used > 0 && used < size && t->round > round)
        snprintf(text + used, (size_t)(size - used), ", round %d", t->round);
}
