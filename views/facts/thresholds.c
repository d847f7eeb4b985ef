/* Nets and distances of the thresholds, from the rounds of the snapshot. */
#include "views/facts/thresholds.h"

#include "views/facts/branches.h"

#include <stddef.h>
#include <stdio.h>

static void fill_net(struct threshold_net *net, const struct round *round, double points, int index)
{
    *net = (struct threshold_net){.points = points,
        .round = index,
        .pruned = index,
        .count = {OUTCOME_UNKNOWN, OUTCOME_UNKNOWN}};
    if (round)
        net->count[DATA_VALIDATION] = round_outcome(round);
}

static void add_trivial(struct threshold_nets *nets, const struct snapshot *s)
{
    if (s->trivial.clean < 0 || s->of.attack <= 0)
        return;
    nets->net[nets->n++] = (struct threshold_net){.trivial = true,
        .round = -1,
        .count = {[DATA_VALIDATION] = s->trivial, [DATA_TEST] = s->test_trivial}};
}

void threshold_nets_collect(struct threshold_nets *nets, const struct snapshot *s)
{
    *nets = (struct threshold_nets){.n = 1, .tested = s->test_clean_correct >= 0};
    nets->of[DATA_VALIDATION] = s->of;
    if (nets->tested)
        nets->of[DATA_TEST] = s->test_of;
    fill_net(&nets->net[0], branches_unpruned(s), 0, 0);
    nets->net[0].count[DATA_TEST] = snapshot_test_outcome(s);
    for (int i = 0; i < s->n_thresholds && nets->n < THRESHOLD_NETS - 1; i++) {
        const struct threshold *t = &s->thresholds[i];
        struct threshold_net *net = &nets->net[nets->n++];
        bool reached = t->round >= 0 && t->round < s->n_rounds;
        fill_net(net, reached ? s->rounds[t->round] : NULL, t->points, reached ? t->round : -1);
        net->pruned += snapshot_base(s);
        net->count[DATA_TEST] = threshold_outcome(t);
    }
    add_trivial(nets, s);
}

bool thresholds_crossed(const struct snapshot *s, int threshold, int round)
{
    int crossed = s->thresholds[threshold].round;
    return crossed >= 0 && crossed <= round;
}

bool thresholds_possible(const struct snapshot *s, int threshold)
{
    return branches_unpruned_clean(s) >= s->thresholds[threshold].points - 1e-9;
}

void thresholds_distance(const struct snapshot *s, int round, char *text, int size)
{
    double lost = branches_unpruned_clean(s) - snapshot_clean_accuracy(s, round);
    int next = 0;
    while (next < s->n_thresholds && thresholds_crossed(s, next, round))
        next++;
    const struct threshold *t = next < s->n_thresholds ? &s->thresholds[next] : NULL;
    int used = 0;
    if (t && thresholds_possible(s, next))
        used = snprintf(text, (size_t)size, "%.2f pp left to %g pp", t->points - lost, t->points);
    else if (t)
        snprintf(text, (size_t)size, "%g pp cannot be reached", t->points);
    else
        snprintf(text, (size_t)size, "%.2f pp %s, all crossed", lost < 0 ? -lost : lost,
            lost < 0 ? "gained" : "lost");
    if (used > 0 && used < size && t->round > round)
        snprintf(text + used, (size_t)(size - used), ", round %d", t->round);
}
