/* The table of exports, made from the names in meson.build. */
#include "views/figures/exports.h"

#include <string.h>

#define ENTRY(name) extern const struct export export_##name;
#include "views/figures/exports.def"
#undef ENTRY

static const struct export *const table[] = {
#define ENTRY(name) &export_##name,
#include "views/figures/exports.def"
#undef ENTRY
};

const struct export *exports_at(int index)
{
    int n = sizeof table / sizeof *table;
    return index >= 0 && index < n ? table[index] : NULL;
}

const struct export *exports_find(const char *name)
{
    for (int i = 0; exports_at(i); i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}
