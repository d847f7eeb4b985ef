/* The table of commands: entries are found from the names in meson.build. */
#include "app/commands/commands.h"

#include "app/terminal/keys.h"
#include "engine/base/spelling.h"

#include <stddef.h>
#include <string.h>

#define ENTRY(name) extern const struct action action_##name;
#include "app/commands/commands.def"
#undef ENTRY

#define ENTRY(name) &action_##name,
static const struct action *const table[] = {
#include "app/commands/commands.def"
};
enum { N_ACTIONS = sizeof table / sizeof *table };

const struct action *commands_at(int index)
{
    return index >= 0 && index < N_ACTIONS ? table[index] : NULL;
}

const struct action *commands_find(const char *name)
{
    for (int i = 0; i < N_ACTIONS; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const char *commands_nearest(const char *name)
{
    const char *names[N_ACTIONS];
    for (int i = 0; i < N_ACTIONS; i++)
        names[i] = table[i]->name;
    return spelling_nearest(name, names, N_ACTIONS);
}

const struct action *commands_key(int key, const char *view)
{
    const struct action *found = NULL;
    for (int i = 0; i < N_ACTIONS; i++) {
        if (!keys_listed(table[i]->keys, key))
            continue;
        if (table[i]->view && strcmp(table[i]->view, view) == 0)
            return table[i];
        if (!table[i]->view && !found)
            found = table[i];
    }
    return found;
}
