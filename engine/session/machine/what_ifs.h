/* What pruning a channel would give at the position, once tried. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_WHAT_IFS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_WHAT_IFS_H

#include "engine/session/machine/fields.h"

void session_open_what_ifs(struct session *session);             /* empty, one for each channel */
void session_forget_what_ifs(struct session *session);           /* the position changed */
void session_drop_what_if(struct session *session, int channel); /* pruned; no image changed */

#endif
