/* Opening: files, pixel scaling, the first pass. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_OPEN_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_OPEN_H

#include "engine/base/error.h"

struct session;
struct dataset;
struct description;

/* Reads the files, finds the pixel scale, measures the unpruned net and the chosen layer. */
bool session_open(struct session *session, struct error *err);
/* The first branch at a site: measures the unpruned net on all sets, and chooses the order of the
 * options. */
bool session_begin(struct session *session, int site, struct error *err);
bool session_read_tests(struct session *session, struct error *err); /* unless they are read */
/* Those that the options name: sets[N_SETS], NULL where there are none. On failure none. */
bool session_read_sets(struct session *session, struct dataset **sets, struct error *err);
bool session_read_test_sets(struct session *session, struct dataset **sets, struct error *err);
/* The net of another one with these images (taken over): sets, or where that is NULL its own, and
 * then tests. Counted. */
struct description *session_description_with(
    const struct description *from, struct dataset *const *sets, struct dataset *const *tests);
/* Instead of opening: nothing will come of it, for this reason. */
void session_refuse(struct session *session, const struct error *err);

#endif
