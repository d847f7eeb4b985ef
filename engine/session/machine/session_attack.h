/* What the answers to the session's poisoned sets are compared with. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ATTACK_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ATTACK_H

#include "engine/session/machine/fields.h"

/* Once the sets are read, before any net runs: pairs them, and decides what can be decided. */
void session_open_attack(struct session *session);
/* After the first pass of the unpruned net: decides the rest, counts that round (again), and the
 * trivial defence from its runners-up. */
void session_settle_attack(struct session *session, struct round *unpruned);
/* The same of the test sets. */
void session_open_test_attack(struct session *session);
void session_settle_test_attack(struct session *session, const uint16_t *unpruned);
/* Test images that were validation images too prove nothing: says how many there are, and writes it
 * into text[size] ("": none). Both sets are read. */
void session_say_shared(struct session *session, char *text, size_t size);
/* Counts the trivial defence on the test sets; predictions of the unpruned net and its runners-up,
 * of both sets (NULL: no such images). */
void session_count_test_trivial(
    struct session *session, uint16_t *const predicted[N_SETS], uint16_t *const runners_up[N_SETS]);

/* What images are to be read as; for tests once they are read. */
struct expected session_expected(const struct session *session);
struct expected session_expected_tests(const struct session *session);

#endif
