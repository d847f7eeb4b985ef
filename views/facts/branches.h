/* Ways of pruning side by side, as views and figures name them: from 1 in the order
 * they were begun. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_BRANCHES_H
#define SECATEUR_VIEWS_FACTS_BRANCHES_H

#include "views/cells/view.h"
#include "views/files/csv.h"

/* "2 conv_3 mean-activation ↑", "3 repair unlearn → 0"; with `base` and " on top of 44" where there
 * is one. */
void branches_name(const struct snapshot *snapshot, int branch, bool base, char *text, int size);
/* The present branch where its rounds are a repair's; NULL: they prune. */
const struct branch_line *branches_repair(const struct snapshot *snapshot);
/* How many rounds a branch can have: those its repair takes, or as many as there are channels. */
int branches_length(const struct snapshot *snapshot, int branch);
/* The target's own people: clean images of the class that the attack, or else the present repair,
 * is about; how many are read right in a round, and *n, 0: nothing is known of them. */
int branches_own(const struct snapshot *snapshot, const struct round *round, int *n);
/* ",criterion,order" by which a round was chosen, as it was then. */
void branches_chosen(struct csv *csv, const struct branch_line *branch, int round);
/* Percent of a round of a branch. */
double branches_value(const struct snapshot *snapshot, const struct branch_line *branch,
    enum image_set set, int round);
/* The unpruned net, from which thresholds and losses count; NULL: not measured yet. */
const struct round *branches_unpruned(const struct snapshot *snapshot);
double branches_unpruned_clean(const struct snapshot *snapshot); /* percent; 100: not measured */
/* The newest branches beside the present one that have pruned something, oldest first; returns how
 * many, at most `most`. */
int branches_past(const struct snapshot *snapshot, int most, int *branch);

/* The round that held-out images can judge: the one that stands, or, where it learnt from them too,
 * the try that they chose before. */
const struct round *branches_held_out(const struct snapshot *snapshot);

#endif
