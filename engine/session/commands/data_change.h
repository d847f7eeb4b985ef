/* Other images and other repaired nets for a session that runs. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_COMMANDS_DATA_CHANGE_H
#define SECATEUR_ENGINE_SESSION_COMMANDS_DATA_CHANGE_H

#include "engine/api/session_file.h"
#include "engine/session/machine/fields.h"

/* Takes the file (path "": there is none any more) in place of the one in use, or beside it where
 * it is a repaired net.
 *
 * Clean and poisoned images: every branch keeps its channels, orders, repaired weights and what
 * they were chosen with; every round is predicted and counted anew. What else was measured on the
 * images goes: examination, comparison, what-ifs, GoodNet, counts of the test sets, and with other
 * clean images the suspects. Orders are measured anew when a criterion is chosen again.
 * Test images: counts on them go. A repaired net: nothing goes.
 *
 * False with err, also where it is cancelled: everything is as it was. */
bool session_change_file(
    struct session *session, enum session_file file, const char *path, struct error *err);

#endif
