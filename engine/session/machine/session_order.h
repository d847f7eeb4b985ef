/* In which order channels are pruned. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ORDER_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ORDER_H

#include "engine/session/machine/fields.h"

struct criterion_input session_criterion_input(const struct session *session, int site);
struct criterion_input session_branch_input(
    const struct session *session, const struct branch *branch); /* under its base */
/* `order`: NULL for the criterion's own, "ascending", "descending" or a file. */
bool session_choose_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err);
/* The channels that were listed, from a file that was called `name`. */
bool session_choose_listed(struct session *session, const char *name, struct error *err);

#endif
