/* What is measured of a session's net and images: begun, forgotten, and begun anew when the images
 * changed. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ANEW_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ANEW_H

#include "engine/session/machine/fields.h"

/* Branches, statistics, caches, counts and results: all but the net, the images, suspects,
 * messages. Their fields are empty then. */
void session_forget_measured(struct session *session);
/* As if nothing had been measured; what was is the caller's. */
void session_begin_empty(struct session *session);
/* What was said meanwhile stays said. */
void session_keep_messages(struct session *to, const struct session *from);
/* Takes images that carry an inverted trigger (over; of the clean ones) for the poisoned ones, and
 * measures anew, at the same layer. False with err: it is as it was. */
bool session_take_surrogate(struct session *session, struct dataset *set, struct error *err);

#endif
