/* Thresholds of clean accuracy: where the rounds of the layer cross them, and what was done with
 * the nets found there. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_THRESHOLDS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_THRESHOLDS_H

#include "engine/session/machine/fields.h"

void session_open_thresholds(struct session *session); /* those of the options */
bool session_check_points(double points, struct error *err);
/* Adds a threshold, or removes it when it is there. */
bool session_toggle_threshold(struct session *session, double points, struct error *err);
void session_find_thresholds(struct session *session); /* after rounds or layer changed */
/* Keeps the file and the counts of a crossed threshold with the round: they come back with it,
 * and are never shown for another net. */
void session_note_result(struct session *session, const struct threshold *threshold);
void session_forget_tests(struct session *session); /* counts on the test sets */
void session_forget_results(struct session *session);

#endif
