/* Writes a net: its format changes the bytes of the file it came from. */
#include "engine/io/nets/model.h"

#include "engine/base/atomic_write.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* An HDF5 file may have any name; other formats are told by their bytes. */
const char *model_ending(const char *path)
{
    struct source source = {0};
    if (path)
        source_of_file(&source, path);
    const struct net_format *format = net_format_of(&source);
    const char *ending = path ? net_format_ending(format->recognises ? format : NULL, path) : NULL;
    return ending ? ending : format->endings[0];
}

int model_stem(const char *path)
{
    const char *ending = net_format_ending(NULL, path), *dot = strrchr(path, '.');
    if (ending)
        return (int)(strlen(path) - strlen(ending));
    return dot && dot > path ? (int)(dot - path) : (int)strlen(path);
}

static bool check_ending(const struct net_format *format, const char *path, struct error *err)
{
    if (!format->must_end || net_format_ending(format, path))
        return true;
    const char *own = format->endings[0];
    return fail_as(
        err, ERROR_OUTPUT, "%s: a %s net is saved as %s: name it FILE%s", path, own, own, own);
}

static void source_of_model(struct source *source, const struct model *model)
{
    if (model->image)
        source_of_bytes(source, model->path, model->image, model->image_size);
    else
        source_of_file(source, model->path);
}

struct request {
    const struct net_format *format;
    struct net_save save;
};

/* In a child, as the file may be damaged: sends the new file. */
static bool send_changed(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    size_t size;
    void *bytes = request->format->save(&request->save, &size, err);
    if (bytes)
        sandbox_write_block(pipe, bytes, size);
    free(bytes);
    return bytes;
}

static bool is_source(const struct model *model, const char *path)
{
    struct stat a, b;
    return !model->image && stat(model->path, &a) == 0 && stat(path, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool model_save_known(const struct model *model, const struct network *network,
    const char *knowledge, const char *path, bool force, struct error *err)
{
    struct source source;
    struct request request = {model->format, {&source, model->layers, network, knowledge}};
    size_t size;
    source_of_model(&source, model);
    if (is_source(model, path))
        return fail_as(
            err, ERROR_OUTPUT, "%s: is the net's own file, which is never overwritten", path);
    if (!check_ending(model->format, path, err) || !atomic_write_check(path, force, err))
        return false;
    struct sandbox *sandbox = sandbox_start(model->path, send_changed, &request, err);
    void *bytes = sandbox ? sandbox_read_block(sandbox, SIZE_MAX / 2, &size, err) : NULL;
    bool good = bytes && sandbox_end(sandbox, err) && atomic_write(path, bytes, size, force, err);
    sandbox_destroy(sandbox);
    free(bytes);
    return good;
}

bool model_save(const struct model *model, const struct network *network, const char *path,
    bool force, struct error *err)
{
    return model_save_known(model, network, NULL, path, force, err);
}
