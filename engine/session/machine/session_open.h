/* Opening: files, pixel scaling, the first pass. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_OPEN_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_OPEN_H

#include "engine/base/error.h"

struct session;

/* Reads the files, finds the pixel scale, measures the unpruned net and the chosen layer. */
bool session_open(struct session *session, struct error *err);
/* The first branch at a site: measures the unpruned net on all sets, and chooses the order of the
 * options. */
bool session_begin(struct session *session, int site, struct error *err);
bool session_read_tests(struct session *session, struct error *err); /* unless they are read */
/* Instead of opening: nothing will come of it, for this reason. */
void session_refuse(struct session *session, const struct error *err);

#endif
