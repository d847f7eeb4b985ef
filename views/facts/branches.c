/* Branches by number, and the unpruned net that losses count from. */
#include "views/facts/branches.h"

#include "engine/measures/number.h"

#include <stdio.h>

void branches_name(const struct snapshot *s, int branch, bool base, char *text, int size)
{
    const struct branch_line *line = &s->branches[branch];
    bool known = line->site >= 0 && line->site < s->n_sites;
    int used;
    if (line->repair.name && line->repair.target >= 0)
        used = snprintf(text, (size_t)size, "%d repair %s → %d", branch + 1, line->repair.name,
            line->repair.target);
    else if (line->repair.name)
        used = snprintf(text, (size_t)size, "%d repair %s", branch + 1, line->repair.name);
    else
        used = snprintf(text, (size_t)size, "%d %s %s %s", branch + 1,
            known ? s->sites[line->site].name : "?", line->criterion ? line->criterion : "?",
            line->descending ? "↓" : "↑");
    if (line->repair.all && used < size)
        used += snprintf(text + used, (size_t)(size - used), ", all images");
    if (base && line->n_base > 0 && used < size)
        used += snprintf(text + used, (size_t)(size - used), " on top of %d", line->n_base);
    if (base && line->parent >= 0 && line->fork_round > 0 && used < size)
        snprintf(text + used, (size_t)(size - used), " from round %d of %d", line->fork_round,
            line->parent + 1);
}

const struct branch_line *branches_repair(const struct snapshot *s)
{
    bool known = s->branch >= 0 && s->branch < s->n_branches;
    return known && s->branches[s->branch].repair.name ? &s->branches[s->branch] : NULL;
}

int branches_length(const struct snapshot *s, int branch)
{
    if (branch < 0 || branch >= s->n_branches)
        return s->n_channels;
    const struct branch_line *b = &s->branches[branch];
    if (b->repair.name)
        return b->repair.rounds > b->n_rounds - 1 ? b->repair.rounds : b->n_rounds - 1;
    return b->site >= 0 && b->site < s->n_sites ? s->sites[b->site].n_channels : s->n_channels;
}

int branches_own(const struct snapshot *s, const struct round *round, int *n)
{
    const struct branch_line *repair = branches_repair(s);
    int right = 0, class = repair ? repair->repair.target : -1;
    *n = 0;
    if (s->of.own > 0 && round->own_correct >= 0) {
        *n = s->of.own;
        return round->own_correct;
    }
    const uint16_t *predicted = round->predicted[SET_CLEAN];
    for (int i = 0; class >= 0 && predicted && i < s->n_images[SET_CLEAN]; i++)
        if (s->labels[SET_CLEAN][i] == class) {
            *n += 1;
            right += predicted[i] == class;
        }
    return right;
}

void branches_chosen(struct csv *csv, const struct branch_line *branch, int round)
{
    const struct knowledge *own = &branch->rounds[round]->own;
    bool by_rule = round > 0 && *own->criterion;
    csv_printf(csv, ",");
    csv_text(csv, by_rule ? own->criterion : round > 0 && own->by_hand ? "by-hand" : "none");
    csv_printf(csv, ",");
    csv_text(csv, by_rule ? own->order : "none");
}

static double percent(const struct snapshot *s, const struct round *round, enum image_set set)
{
    return number_percent(
        set == SET_CLEAN ? round->clean_correct : round->attack_hits, snapshot_counted(s, set));
}

double branches_value(
    const struct snapshot *s, const struct branch_line *branch, enum image_set set, int round)
{
    return percent(s, branch->rounds[round], set);
}

const struct round *branches_unpruned(const struct snapshot *s)
{
    for (int i = 0; snapshot_base(s) > 0 && i < s->n_branches; i++)
        if (s->branches[i].n_base == 0 && s->branches[i].n_rounds > 0)
            return s->branches[i].rounds[0];
    return s->n_rounds > 0 ? s->rounds[0] : NULL;
}

double branches_unpruned_clean(const struct snapshot *s)
{
    const struct round *unpruned = branches_unpruned(s);
    return unpruned ? percent(s, unpruned, SET_CLEAN) : 100;
}

int branches_past(const struct snapshot *s, int most, int *branch)
{
    int n = 0;
    for (int i = s->n_branches - 1; i >= 0 && n < most; i--)
        if (i != s->branch && s->branches[i].n_rounds > 1)
            branch[n++] = i;
    for (int i = 0; i < n / 2; i++) {
        int swapped = branch[i];
        branch[i] = branch[n - 1 - i];
        branch[n - 1 - i] = swapped;
    }
    return n;
}

const struct round *branches_held_out(const struct snapshot *s)
{
    const struct round *stands = s->rounds[s->position];
    int chosen = s->repairing.chosen_branch;
    if (stands->held_out_correct >= 0 || chosen < 0 || chosen >= s->n_branches)
        return stands;
    return s->branches[chosen].rounds[s->branches[chosen].position];
}
