/* The table of views, made from the names in meson.build; their order is that of keys 1, 2, … */
#include "views/panels/views.h"

#include <string.h>

#define ENTRY(name) extern const struct view view_##name;
#include "views/panels/views.def"
#undef ENTRY
extern const struct view view_help; /* an overlay: it has no key among the numbered ones */

static const struct view *const table[] = {
#define ENTRY(name) &view_##name,
#include "views/panels/views.def"
#undef ENTRY
};

const struct view *views_at(int index)
{
    int n = sizeof table / sizeof *table;
    return index >= 0 && index < n ? table[index] : NULL;
}

const struct view *views_find(const char *name)
{
    for (int i = 0; views_at(i); i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return strcmp(view_help.name, name) == 0 ? &view_help : NULL;
}

const struct view *views_help(void)
{
    return &view_help;
}
