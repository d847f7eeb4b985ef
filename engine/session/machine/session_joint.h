/* Orders across layers: joint sites of a session, and what is known of each site.
 * Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_JOINT_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_JOINT_H

#include "engine/session/machine/fields.h"

/* The states of all sites, joint ones too, from the sums of the first pass: sums[set][site] is
 * taken over, not the arrays. */
void session_fill_states(struct session *session, struct channel_sums **const sums[N_SETS]);
/* The site of members[n], any order; of a single one that itself. -1 with err. */
int session_join(struct session *session, const int *members, int n, struct error *err);
/* By names apart by commas, or "all": -1 with err. */
int session_join_named(struct session *session, const char *names, struct error *err);
/* The site of its own that a channel of the session's site is of; *channel: its number there. */
const struct prune_site *session_own_site(const struct session *session, int *channel);

#endif
