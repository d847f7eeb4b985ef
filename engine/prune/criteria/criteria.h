/* The table of criteria: criterion_NAME, for each name in the list of meson.build.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERIA_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERIA_H

#include "engine/prune/criteria/criterion.h"

const struct criterion *criteria_at(int index); /* NULL behind the last */
/* By the name that users type; NULL with err, which suggests the nearest name: unknown. */
const struct criterion *criteria_find(const char *name, struct error *err);

#endif
