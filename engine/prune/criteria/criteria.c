/* The table, from the list of names in meson.build. */
#include "engine/prune/criteria/criteria.h"

#include "engine/base/spelling.h"

#include <string.h>

#define ENTRY(name) extern const struct criterion criterion_##name;
#include "engine/prune/criteria/criteria.def"
#undef ENTRY

static const struct criterion *const criteria[] = {
#define ENTRY(name) &criterion_##name,
#include "engine/prune/criteria/criteria.def"
#undef ENTRY
};

const struct criterion *criteria_at(int index)
{
    int n = (int)(sizeof criteria / sizeof *criteria);
    return index >= 0 && index < n ? criteria[index] : NULL;
}

const struct criterion *criteria_find(const char *name, struct error *err)
{
    enum { N = sizeof criteria / sizeof *criteria };
    const char *names[N];
    char hint[SPELLING_HINT];
    for (int i = 0; i < N; i++) {
        names[i] = criteria[i]->name;
        if (strcmp(names[i], name) == 0)
            return criteria[i];
    }
    fail_as(err, ERROR_USAGE, "no criterion %s; %s", name, spelling_hint(hint, name, names, N));
    return NULL;
}
