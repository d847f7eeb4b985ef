/* Branches: ways of pruning side by side; a new one begins where rounds or an order would say
 * otherwise than known ones. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_BRANCH_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_BRANCH_H

#include "engine/session/machine/fields.h"

/* A new branch from the unpruned net or from `base` (copied; NULL: none); it stands. */
void session_add_branch(struct session *session, int site, const struct pruned_set *base);
void session_forget_branches(struct session *session);
/* Takes over an order: where the branch has rounds of its own, in a new one that goes on. */
void session_take_order(struct session *session, struct order *chosen);
/* For another round than the known next one: those behind stay, in their branch. */
void session_part(struct session *session);
int session_known_rounds(const struct session *session); /* those of its parent too, while fresh */
void session_share_rounds(struct session *session, int last);
/* Makes the evaluator's network what the branch's is at a round. */
void session_apply(struct session *session, int round);
/* The same with other weights, and what was pruned before round 0; NULL: weights as it came. */
void session_apply_tuned(struct session *session, const struct tuned *tuned);
/* What the evaluator's network is when nothing is pruned in it. */
const struct network *session_unpruned_network(const struct session *session);
/* The evaluator's network becomes the net as it came; channels are pruned next at the site. */
void session_apply_original(struct session *session, const struct prune_site *site);

#endif
