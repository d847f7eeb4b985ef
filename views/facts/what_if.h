/* What pruning one more channel would give, against the round the net stands at.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_WHAT_IF_H
#define SECATEUR_VIEWS_FACTS_WHAT_IF_H

#include "views/cells/pane.h"

/* The answer for a channel; NULL: not asked at this position, or pruned already. */
const struct what_if *what_if_of(const struct snapshot *snapshot, int channel);
bool what_if_any(const struct snapshot *snapshot); /* some channel was asked */
double what_if_after(const struct snapshot *snapshot, const struct what_if *answer,
    enum image_set set); /* percent */
double what_if_change(
    const struct snapshot *snapshot, const struct what_if *answer, enum image_set set); /* points */
/* Points of attack success won less points of clean accuracy lost: more is better. */
double what_if_rating(const struct snapshot *snapshot, const struct what_if *answer);

/* "clean −2.69 pp, ASR −0.01 pp"; returns the column behind. */
int what_if_brief(const struct pane *pane, int column, int row, const struct snapshot *snapshot,
    const struct what_if *answer);

#endif
