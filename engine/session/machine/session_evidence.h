/* Evidence: what some criteria read beside weights and the first pass, measured where such a
 * criterion is used, once a site, on the unpruned net. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_EVIDENCE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_EVIDENCE_H

#include "engine/session/machine/fields.h"

/* Measures what the criterion reads at a site, unless it is there, or the criterion is not defined
 * by `input`, which is that of the unpruned net there. The evaluator may have lost what was pruned:
 * session_apply. False with err: stopped, or it failed. */
bool session_measure_evidence(struct session *session, int site,
    const struct criterion_input *input, const struct criterion *criterion, struct error *err);
void session_drop_evidence(struct session *session, int site);

#endif
