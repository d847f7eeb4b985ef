/* The first pass over both sets with the net as it stands. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_MEASURE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_MEASURE_H

#include "engine/session/machine/fields.h"

/* A round with its predictions, the activations of every site (sums[set][site], released by
 * session_drop_sums), full caches. NULL with err. */
struct round *session_measure(
    struct session *session, struct channel_sums **sums[N_SETS], struct error *err);
void session_drop_sums(struct session *session, struct channel_sums **sums[N_SETS]);
/* A copy of what sums[site] has of a site, of a joint one layer by layer; NULL: no such images. */
struct channel_sums *session_sums_of(
    const struct session *session, struct channel_sums *const *sums, int site);
struct channel_activation *session_show_sums(struct channel_sums *const sums[N_SETS], int n);

#endif
