#include "views/kept.h"

#include "views/branches.h"

#include <stddef.h>

static void fill_net(struct kept_net *net, const struct round *round, double points, int index)
{
    *net = (struct kept_net){
        .points = points, .round = index, .pruned = index, .count = {{-1, -1}, {-1, -1}}};
    if (!round)
        return;
    net->count[0][SET_CLEAN] = round->clean_correct;
    net->count[0][SET_POISONED] = round->attack_hits;
}

void kept_take(struct kept *kept, const struct snapshot *s)
{
    *kept = (struct kept){.n = 1, .tested = s->test_clean_correct >= 0};
    for (int set = 0; set < N_SETS; set++) {
        kept->images[0][set] = s->n_images[set];
        kept->images[1][set] = kept->tested ? s->n_test[set] : 0;
    }
    fill_net(&kept->net[0], branches_unpruned(s), 0, 0);
    kept->net[0].count[1][SET_CLEAN] = s->test_clean_correct;
    kept->net[0].count[1][SET_POISONED] = s->test_attack_hits;
    for (int i = 0; i < s->n_thresholds && kept->n < KEPT_MAX; i++) {
        const struct threshold *t = &s->thresholds[i];
        struct kept_net *net = &kept->net[kept->n++];
        bool reached = t->round >= 0 && t->round < s->n_rounds;
        fill_net(net, reached ? s->rounds[t->round] : NULL, t->points, reached ? t->round : -1);
        net->pruned += branches_base(s);
        net->count[1][SET_CLEAN] = t->test_clean_correct;
        net->count[1][SET_POISONED] = t->test_attack_hits;
    }
}
