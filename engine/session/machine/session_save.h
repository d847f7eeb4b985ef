/* Nets written to files, each whole or not at all. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SAVE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_SAVE_H

#include "engine/session/machine/fields.h"

struct network *session_network_at(const struct session *session, int round); /* a copy */
const char *session_out_folder(const struct session *session);
/* "folder/net_layer_what.h5"; on top of another branch "folder/net_layer_branch2_what.h5". */
char *session_file_name(const struct session *session, const char *what);
/* The net as of a round, with what it was chosen with. */
bool session_save_round(struct session *session, int round, const struct knowledge *known,
    const char *path, struct error *err);
bool session_save_threshold(
    struct session *session, struct threshold *threshold, struct error *err);

#endif
