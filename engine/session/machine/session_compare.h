/* Comparing criteria: an order of each is pruned to its end, with one cache for all of a site.
 * Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_COMPARE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_COMPARE_H

#include "engine/session/machine/fields.h"

/* Begins anew. names: of criteria, apart by commas; "": all that are defined. all_sites: at every
 * site, else at the one that stands. outliers: of rules, in standard deviations; 0: as published.
 * False with err: there is no such criterion. */
bool session_compare_begin(
    struct session *session, const char *names, bool all_sites, double outliers, struct error *err);
/* The next order, if any is left. False with err: stopped, or it failed. */
bool session_compare_next(struct session *session, struct error *err);
bool session_compare_done(const struct session *session);
void session_compare_drop(struct session *session); /* what it worked with; results stay */

#endif
