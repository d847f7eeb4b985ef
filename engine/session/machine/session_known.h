/* What choices are known by: the rule of engine/api/knowledge.h, applied. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_KNOWN_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_KNOWN_H

#include "engine/session/machine/fields.h"

void session_saw(struct session *session, unsigned sets); /* test images, say */
void session_saw_sets(struct session *session);           /* the validation sets there are */
/* What reading the poisoned images tells: of a surrogate, no more than the clean ones. */
unsigned session_poisoned_known(const struct session *session);
enum badge session_criterion_badge(
    const struct session *session, const struct criterion *criterion);
void session_take_origin(struct session *session, struct round *unpruned); /* as its file says */
unsigned session_criterion_sets(const struct session *session, const struct criterion *criterion);
struct knowledge session_order_known(
    const struct session *session, const struct order *order, int site);
/* Round 0 on top of a net that was chosen so. */
void session_know_base(struct session *session, struct round *first, const struct knowledge *base);
/* The next round, chosen by the order or by a person. */
void session_know_round(const struct session *session, struct round *round, bool person);
/* The next round of the branch's repair. */
void session_know_repair(const struct session *session, struct round *round);
/* The order leads to a round that is known already. */
void session_know_again(struct session *session, int round);
struct knowledge session_branch_known(const struct branch *branch); /* the net as it was left */
struct knowledge session_known(const struct session *session);      /* the net as it stands */
struct knowledge session_next_known(const struct session *session); /* what a step would add */
struct knowledge session_threshold_known(const struct session *session, int round);
/* The sets chose to stand here. */
void session_stop_here(struct session *session, unsigned sets);

#endif
