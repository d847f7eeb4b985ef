/* Folders for state and configuration. */
#include "app/options/xdg.h"

#include "engine/base/memory.h"

#include <stdlib.h>

/* Folders that are not absolute do not count. */
static char *place(const char *variable, const char *below_home)
{
    const char *named = getenv(variable), *home = getenv("HOME");
    if (named && named[0] == '/')
        return memory_format("%s/secateur", named);
    if (home && home[0] == '/')
        return memory_format("%s/%s/secateur", home, below_home);
    return NULL;
}

char *xdg_state(void)
{
    return place("XDG_STATE_HOME", ".local/state");
}

char *xdg_config(void)
{
    return place("XDG_CONFIG_HOME", ".config");
}
