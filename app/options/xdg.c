#include "app/options/xdg.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

bool xdg_make(const char *folder, struct error *err)
{
    char *path = memory_string(folder);
    bool good = true;
    for (char *at = path + 1; good && at; at = *at ? at + 1 : NULL) {
        at += strcspn(at, "/");
        char kept = *at;
        *at = '\0';
        struct stat status;
        good = mkdir(path, 0700) == 0 || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) ||
               fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
        *at = kept;
    }
    free(path);
    return good;
}
