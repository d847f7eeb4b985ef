/* Criteria side by side: letters, points, stops. Leans on engine/measures/tradeoff.h. */
#include "views/facts/comparison.h"

#include "engine/measures/number.h"

#include <math.h>
#include <string.h>

int comparison_cursor(const struct snapshot *s, const struct view_state *view_state)
{
    int last = s->compared ? s->compared->n - 1 : 0, at = view_state->compared;
    at = at > last ? last : at;
    return at > 0 ? at : 0;
}

int comparison_find(const struct snapshot *s, const char *criterion)
{
    int found = -1;
    for (int i = 0; s->compared && i < s->compared->n; i++) {
        const struct compared_order *order = s->compared->orders[i];
        bool same = strcmp(order->criterion, criterion) == 0;
        if (same && (found < 0 || order->site == s->site))
            found = i;
        if (same && order->site == s->site)
            return i;
    }
    return found;
}

int comparison_site(const struct snapshot *s)
{
    for (int i = 0; i < s->compared->n; i++)
        if (s->compared->orders[i]->site == s->site)
            return s->site;
    return s->compared->orders[0]->site;
}

char comparison_letter(int index)
{
    int i = index % 52;
    return (char)(i < 26 ? 'a' + i : 'A' + i - 26);
}

enum role comparison_role(int index)
{
    static const enum role roles[] = {
        ROLE_CLEAN, ROLE_ATTACK, ROLE_GOOD, ROLE_NEXT, ROLE_BAD, ROLE_BOTH, ROLE_FAINT};
    return roles[index % (int)(sizeof roles / sizeof *roles)];
}

bool comparison_has_attack(const struct criteria_comparison *compared)
{
    return compared->of.attack > 0;
}

void comparison_point(const struct criteria_comparison *compared,
    const struct compared_order *order, int round, double *x, double *y)
{
    double clean = number_percent(order->rounds[round].clean, compared->of.clean);
    bool attack = comparison_has_attack(compared);
    *x = attack ? clean : round;
    *y = attack ? number_percent(order->rounds[round].attack, compared->of.attack) : clean;
}

double comparison_at_stop(
    const struct criteria_comparison *compared, const struct compared_order *order, int k)
{
    int round = order->tradeoff.stop[k];
    return comparison_has_attack(compared)
               ? number_percent(order->rounds[round].attack, compared->of.attack)
               : round;
}

bool comparison_best_at(const struct criteria_comparison *compared, int index, int k)
{
    const struct compared_order *order = compared->orders[index];
    double sign = comparison_has_attack(compared) ? 1 : -1;
    bool differ = false;
    if (order->n_rounds == 0)
        return false;
    double own = sign * comparison_at_stop(compared, order, k);
    for (int i = 0; i < compared->n; i++) {
        const struct compared_order *other = compared->orders[i];
        if (other->n_rounds == 0 || other->site != order->site)
            continue;
        double value = sign * comparison_at_stop(compared, other, k);
        if (value < own)
            return false;
        differ = differ || value > own;
    }
    return differ;
}

/* Whether a round is another point than the one before it, and than the unpruned net. */
static bool moves(const struct compared_order *order, int round)
{
    const struct outcome *at = &order->rounds[round];
    const struct outcome *others[] = {&order->rounds[round - 1], &order->rounds[0]};
    bool moved = true;
    for (int i = 0; i < 2; i++)
        moved = moved && (at->clean != others[i]->clean || at->attack != others[i]->attack);
    return moved;
}

int comparison_front_rounds(const struct criteria_comparison *compared, int index)
{
    const struct compared_order *order = compared->orders[index];
    int n = 0;
    for (int r = 1; r < order->n_rounds; r++)
        n += compared->on_front[index][r] && moves(order, r);
    return n;
}

int comparison_nearest(const struct criteria_comparison *compared, int index, double *rho)
{
    int nearest = -1;
    for (int i = 0; i < compared->n; i++) {
        double like = compared->correlation[index * compared->n + i];
        if (i == index || isnan(like) || (nearest >= 0 && like <= *rho))
            continue;
        *rho = like;
        nearest = i;
    }
    return nearest;
}

const char *comparison_read(const struct compared_order *order, char text[KNOWLEDGE_TEXT])
{
    if (order->badge != BADGE_MIXTURE)
        return knowledge_badge(&order->known, text);
    return strcpy(text, "mixture"); /* the images are an oracle's, the order is not */
}
