/* Makes folders. Leans on mkdir and stat. */
#include "engine/base/folder.h"

#include "engine/base/memory.h"
#include "engine/base/writing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool folder_make(const char *path, mode_t mode, struct error *err)
{
    struct stat status;
    if (!writing_is_ours() || mkdir(path, mode) == 0)
        return true;
    int reason = errno;
    return (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) ||
           fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(reason));
}

bool folder_make_all(const char *path, mode_t mode, struct error *err)
{
    char *part = memory_string(path);
    bool made = true;
    for (char *end = part + strspn(part, "/"); made && *end;) {
        end += strcspn(end, "/");
        char next = *end;
        *end = '\0';
        made = folder_make(part, mode, err);
        *end = next;
        end += strspn(end, "/");
    }
    free(part);
    return made;
}
