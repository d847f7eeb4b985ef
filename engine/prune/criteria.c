#include "engine/prune/criteria.h"

#include <string.h>

static const struct criterion *const criteria[] = {
    &criterion_mean_activation,
    &criterion_target_weight,
    &criterion_difference,
};

const struct criterion *criteria_at(int index)
{
    int n = (int)(sizeof criteria / sizeof *criteria);
    return index >= 0 && index < n ? criteria[index] : NULL;
}

const struct criterion *criteria_find(const char *name)
{
    const struct criterion *criterion;
    for (int i = 0; (criterion = criteria_at(i)); i++)
        if (strcmp(criterion->name, name) == 0)
            return criterion;
    return NULL;
}
