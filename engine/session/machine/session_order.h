/* In which order channels are pruned. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ORDER_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_ORDER_H

#include "engine/session/machine/fields.h"

struct criterion_input session_criterion_input(const struct session *session, int site);
/* Whether a criterion is defined at a site, at every layer of a joint one; branch NULL: of the
 * unpruned net. False with err. */
bool session_criterion_defined(const struct session *session, const struct branch *branch, int site,
    const struct criterion *criterion, struct error *err);
/* What is done to its scores at the site, in words; "" at a site of its own. */
const char *session_scaling(
    const struct session *session, int site, const struct criterion *criterion);
/* An order of the site's channels, counted; NULL with err. What it reads is measured already. */
struct order *session_make_order(const struct session *session, const struct branch *branch,
    int site, const struct criterion *criterion, bool descending, const char *file,
    struct error *err);
/* Measures what the criterion reads at the site: session_evidence.h. */
bool session_measure_criterion(
    struct session *session, int site, const struct criterion *criterion, struct error *err);
/* `order`: NULL for the criterion's own, "ascending", "descending" or a file. */
bool session_choose_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err);
/* The channels that were listed, from a file that was called `name`. */
bool session_choose_listed(struct session *session, const char *name, struct error *err);

#endif
