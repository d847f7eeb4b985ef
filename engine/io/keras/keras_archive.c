/* .keras files: three entries of an archive. */
#include "engine/io/keras/keras_archive.h"

#include "engine/base/memory.h"
#include "engine/io/files/archive.h"
#include "engine/io/hdf5/h5_make.h"
#include "engine/io/keras/keras_json.h"
#include "engine/io/keras/keras_limits.h"

#include <stdlib.h>
#include <string.h>

static const char config_name[] = "config.json", metadata_name[] = "metadata.json",
                  weights_name[] = "model.weights.h5";
static const uint64_t weights_most = UINT64_C(16) << 30;

/* torch.save: NAME/data.pkl beside the values. */
static bool is_pickled(const struct archive *archive)
{
    for (int i = 0; i < archive_count(archive); i++) {
        const char *name = archive_entry_name(archive, i), *last = strrchr(name, '/');
        if (strcmp(last ? last + 1 : name, "data.pkl") == 0)
            return true;
    }
    return false;
}

static void *read_entry(struct archive *archive, const char *path, const char *name, uint64_t most,
    size_t *size, struct error *err)
{
    int index = archive_find(archive, name);
    if (index >= 0)
        return archive_read(archive, index, most, size, err);
    if (is_pickled(archive))
        fail(err,
            "%s: is a PyTorch file, whose values are pickled: a pickle runs code when it is read. "
            "Save the net as ONNX instead: torch.onnx.export(net.eval(), image, \"net.onnx\")",
            path);
    else if (archive_count(archive) > 0)
        fail(err, "%s: is not a .keras net: the archive has no %s (its first entry is %s)", path,
            name, archive_entry_name(archive, 0));
    else
        fail(err, "%s: is not a .keras net: the archive is empty", path);
    return NULL;
}

static char *read_json(
    struct archive *archive, const char *path, const char *name, struct error *err)
{
    size_t size = 0;
    char *text = read_entry(archive, path, name, KERAS_JSON_MAX_BYTES, &size, err);
    if (text && strlen(text) != size) {
        fail(err, "%s: entry %s is not text", path, name);
        free(text);
        return NULL;
    }
    return text;
}

static char *read_version(struct archive *archive, const char *path)
{
    char *text = read_json(archive, path, metadata_name, NULL);
    json_t *root = text ? keras_json_load(text, strlen(text), 0, NULL) : NULL;
    char *version = memory_string(json_string_value(json_object_get(root, "keras_version")));
    json_decref(root);
    free(text);
    return version;
}

static struct h5 *read_weights(struct archive *archive, const char *path, struct error *err)
{
    size_t size = 0;
    if (archive_find(archive, weights_name) < 0 &&
        archive_find(archive, "model.weights.json") >= 0) {
        fail(err, "%s: its weights are split into several files: save it without max_shard_size",
            path);
        return NULL;
    }
    void *bytes = read_entry(archive, path, weights_name, weights_most, &size, err);
    char *name = memory_format("%s: %s", path, weights_name);
    struct h5 *h5 = bytes ? h5_open_image(name, bytes, size, err) : NULL;
    free(name);
    free(bytes);
    return h5;
}

bool keras_archive_open(const struct source *source, char **json, char **version,
    struct h5 **weights, struct error *err)
{
    const char *path = source->path;
    struct archive *archive = archive_open(source, err);
    bool good = archive;
    if (json)
        *json = good ? read_json(archive, path, config_name, err) : NULL;
    good = good && (!json || *json);
    if (version)
        *version = good ? read_version(archive, path) : NULL;
    if (weights)
        *weights = good ? read_weights(archive, path, err) : NULL;
    good = good && (!weights || *weights);
    archive_close(archive);
    if (good)
        return true;
    if (json) {
        free(*json);
        *json = NULL;
    }
    if (version) {
        free(*version);
        *version = NULL;
    }
    return false;
}

void *keras_archive_replace(
    const struct source *source, struct h5 *weights, size_t *size, struct error *err)
{
    size_t length = 0;
    void *bytes = h5_bytes(weights, &length, err);
    void *file = bytes ? archive_replace(source, weights_name, bytes, length, size, err) : NULL;
    free(bytes);
    return file;
}
