/* What the search for suspects comes to: the class map that one perturbation causes, and the
 * verdict. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_VERDICT_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_VERDICT_H

#include "engine/api/suspects.h"
#include "engine/defence/suspects/class_map.h"
#include "engine/session/machine/fields.h"

/* Fills the class map of suspects from pixels[suspects->n_images] as the net reads them; the
 * trigger is shown while it forms. `mask` must be found to the end: steps and weight as there. */
bool session_find_map(struct session *session, const float *pixels, int steps, double weight,
    double rate, struct suspects *suspects, struct error *err);
/* Fills verdict, index, why, other_mask, and which of suspect[n] stand out. compared[n]: others are
 * compared with them. pairs: of defence/suspects/pairs.h, NULL: not looked at. */
void session_judge_suspects(const struct session *session, const bool *compared,
    const double *pairs, struct suspects *suspects, struct suspect *suspect);

#endif
