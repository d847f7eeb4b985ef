/* Folders and names of files that are written. */
#include "app/options/files.h"

#include "engine/base/memory.h"
#include "engine/base/writing.h"
#include "engine/io/nets/model.h"

#include <string.h>
#include <unistd.h>

bool files_may_write(const char *path, bool force, struct error *err)
{
    if (force || !writing_is_ours() || access(path, F_OK) != 0)
        return true;
    return fail_as(err, ERROR_OUTPUT, "%s: already exists; --force overwrites it", path);
}

bool files_is_net(const char *path)
{
    return model_is_name(path);
}

char *files_net_name(const char *folder, const char *model, const char *by, int round)
{
    return memory_format(
        "%s/%.*s_%s_round%d%s", folder, model_stem(model), model, by, round, model_ending(model));
}
