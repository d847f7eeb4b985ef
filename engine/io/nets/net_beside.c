/* Looks for the layers of weights by the names that people give both files. */
#include "engine/io/nets/net_beside.h"

#include "engine/base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* How the weights end, and what the file of layers has in its place; "/": its whole name. */
static const char *const pairs[][2] = {
    {".weights.h5", ".config.json"},
    {".weights.h5", ".json"},
    {".weights.h5", "/config.json"},
    {"_weights.h5", ".json"},
    {"_weights.h5", "_config.json"},
    {"_weights.h5", "_architecture.json"},
    {".h5", ".json"},
    {".h5", ".config.json"},
};

static bool is_file(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

static char *name_of(const char *path, const char *ending, const char *other)
{
    size_t length = strlen(path), cut = strlen(ending);
    if (length <= cut || strcmp(path + length - cut, ending) != 0)
        return NULL;
    if (*other != '/')
        return memory_format("%.*s%s", (int)(length - cut), path, other);
    const char *slash = strrchr(path, '/');
    return memory_format("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, other + 1);
}

char *net_beside(const char *path)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *name = name_of(path, pairs[i][0], pairs[i][1]);
        if (name && is_file(name))
            return name;
        free(name);
    }
    return NULL;
}
