/* Repair rounds: a repair runs up to the end of its next round, and all images are predicted by the
 * net that it led to. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_REPAIR_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_REPAIR_H

#include "engine/session/machine/fields.h"

/* Clean images that repairs and their choice see, evenly chosen: with more, rounds only take
 * longer. */
enum { REPAIR_IMAGES_MOST = 5000 };

/* Once the clean images are read: which of them no repair learns from. */
void session_split(struct session *session);
/* A branch whose rounds are those of a repair, from the net as it stands; it stands, at its round
 * 0. False with err: there are no images to learn from. */
bool session_begin_repair(
    struct session *session, const struct branch_plan *plan, struct error *err);
/* One round more in such a branch: a known one, else a new one. On failure, also where it is
 * cancelled, everything is as it was; the repair goes on from the same step another time. */
bool session_repair_round(struct session *session, struct error *err);
/* The repair is not worked on now: nothing is shown of it. */
/* The round that a net with these weights makes, not counted yet. NULL with err. */
struct round *session_judge(struct session *session, const struct tuned *tuned, struct error *err);
void session_rest_repair(struct session *session);
void session_drop_repair(struct session *session); /* what is under way, if anything is */

/* False with err in a branch that repairs: it does not prune. */
bool session_prunes(const struct session *session, struct error *err);

#endif
