/* The table of repairs, from the list of meson.build. */
#include "engine/defence/repairs/repair.h"

#include <string.h>

#define ENTRY(name) extern const struct repair repair_##name;
#include "engine/defence/repairs/repairs.def"
#undef ENTRY

static const struct repair *const table[] = {
#define ENTRY(name) &repair_##name,
#include "engine/defence/repairs/repairs.def"
#undef ENTRY
};
enum { REPAIRS = sizeof table / sizeof *table };

const struct repair *repairs_at(int index)
{
    return index >= 0 && index < REPAIRS ? table[index] : NULL;
}

bool repair_goes_on(
    const struct repair_job *job, const struct repair_progress *progress, struct error *err)
{
    if (!job->progress || job->progress(job->context, progress))
        return true;
    return fail_as(err, ERROR_CANCELLED, "the repair was cancelled");
}

bool repair_suspects(const int *classes, int n, int32_t class)
{
    for (int i = 0; i < n; i++)
        if (classes[i] == class)
            return true;
    return false;
}

const struct repair *repairs_find(const char *name)
{
    for (int i = 0; i < REPAIRS; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}
