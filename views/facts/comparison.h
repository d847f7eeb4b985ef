/* Criteria side by side, as views, figures and tables show them: a letter, a colour and points for
 * each order. Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_COMPARISON_H
#define SECATEUR_VIEWS_FACTS_COMPARISON_H

#include "engine/api/criteria_comparison.h"
#include "views/cells/view.h"

/* The order under the cursor, 0..n-1 of snapshot->compared. */
int comparison_cursor(const struct snapshot *snapshot, const struct view_state *view_state);
/* The order that stands for a criterion: at the site that stands, else the first; -1: none does. */
int comparison_find(const struct snapshot *snapshot, const char *criterion);
/* The site of the first order where there is none of the site that stands. */
int comparison_site(const struct snapshot *snapshot);
/* "a" to "z", then "A" to "Z", and again from the start. */
char comparison_letter(int index);
enum role comparison_role(int index); /* neighbours differ */

/* Are hits of poisoned images counted? Else a round is its clean accuracy alone. */
bool comparison_has_attack(const struct criteria_comparison *compared);
/* A round as percent of clean accuracy (x) and of attack success (y); without poisoned images as
 * pruned channels (x) and percent of clean accuracy (y). */
void comparison_point(const struct criteria_comparison *compared,
    const struct compared_order *order, int round, double *x, double *y);
/* At stop k of tradeoff_stops: percent of attack success; without poisoned images how many channels
 * are pruned. The order has rounds. */
double comparison_at_stop(
    const struct criteria_comparison *compared, const struct compared_order *order, int k);
/* Has no other order of that site less at the stop (more channels, without poisoned images), and
 * some order more? */
bool comparison_best_at(const struct criteria_comparison *compared, int index, int k);
/* How many of its rounds are on the Pareto front, other points than those before them alone. */
int comparison_front_rounds(const struct criteria_comparison *compared, int index);
/* The order that is most like order `index`, *rho how much; -1: there is none. */
int comparison_nearest(const struct criteria_comparison *compared, int index, double *rho);
/* "clean", "mixture", "surrogate": what the order was made with. */
const char *comparison_read(const struct compared_order *order, char text[KNOWLEDGE_TEXT]);

#endif
