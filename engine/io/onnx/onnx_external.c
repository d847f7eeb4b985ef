/* Takes weights out of the one file that was named. */
#include "engine/io/onnx/onnx_external.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Most bytes of all weights together: as many as a model can hold inside. */
#define ALL_MAX ((uint64_t)INT32_MAX)

struct loading {
    struct onnx_file *file;
    const char *path; /* NULL: none was named */
    struct input input;
    bool open;
    uint64_t total;
    int n;
};

static const char *entry(const Onnx__TensorProto *proto, const char *key)
{
    for (size_t i = 0; i < proto->n_external_data; i++)
        if (proto->external_data[i]->key && strcmp(proto->external_data[i]->key, key) == 0)
            return proto->external_data[i]->value;
    return NULL;
}

const char *onnx_external_location(const Onnx__TensorProto *proto)
{
    return entry(proto, "location");
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A path within the folder of the net. */
static bool stays_inside(const char *location)
{
    if (*location == '/' || strchr(location, '\\'))
        return false;
    for (const char *part = location; part; part = strchr(part, '/')) {
        part += *part == '/';
        size_t length = strcspn(part, "/");
        if (length == 2 && strncmp(part, "..", 2) == 0)
            return false;
    }
    return true;
}

static bool check_location(
    const struct loading *loading, const Onnx__TensorProto *proto, struct error *err)
{
    const char *location = onnx_external_location(proto), *name = proto->name ? proto->name : "?";
    if (!location || !*last_part(location))
        return fail(err, "weight %s is in another file, but it is not said in which", name);
    if (!stays_inside(location))
        return fail(err, "weight %s is in %s, outside the folder of the net: it is not opened",
            name, location);
    if (!loading->path)
        return fail(err,
            "weight %s is in another file, %s: name it with --external-data FILE, or save the "
            "model "
            "with its weights inside (torch.onnx.export(…, external_data=False))",
            name, location);
    if (strcmp(last_part(location), last_part(loading->path)) != 0)
        return fail(
            err, "weight %s is in %s, but --external-data names %s", name, location, loading->path);
    return true;
}

static bool read_number(
    const Onnx__TensorProto *proto, const char *key, uint64_t *number, struct error *err)
{
    const char *text = entry(proto, key);
    char *end = NULL;
    if (!text)
        return true;
    *number = strtoull(text, &end, 10);
    return (isdigit((unsigned char)*text) && !*end && strlen(text) < 16) ||
           fail(err, "weight %s: its %s is no number", proto->name ? proto->name : "?", key);
}

static void settle(Onnx__TensorProto *proto, void *bytes, size_t size)
{
    for (size_t i = 0; i < proto->n_external_data; i++)
        onnx__string_string_entry_proto__free_unpacked(proto->external_data[i], NULL);
    free(proto->external_data);
    proto->external_data = NULL;
    proto->n_external_data = 0;
    proto->has_data_location = false;
    if (proto->has_raw_data)
        free(proto->raw_data.data);
    proto->has_raw_data = true;
    proto->raw_data.data = bytes;
    proto->raw_data.len = size;
}

static bool load(struct loading *loading, Onnx__TensorProto *proto, struct error *err)
{
    uint64_t at = 0;
    size_t got = 0;
    const char *name = proto->name ? proto->name : "?";
    if (!proto->has_data_location ||
        proto->data_location != ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
        return true;
    if (!check_location(loading, proto, err) || !read_number(proto, "offset", &at, err))
        return false;
    if (!loading->open && !input_open(loading->path, &loading->input, err))
        return false;
    loading->open = true;
    uint64_t size = at <= loading->input.size ? loading->input.size - at : 0, rest = size;
    if (!read_number(proto, "length", &size, err))
        return false;
    if (at > loading->input.size || size > rest)
        return fail(err, "weight %s lies beyond the end of %s", name, loading->path);
    loading->total += size;
    if (loading->total > ALL_MAX)
        return fail(err, "its weights in %s have more than %d bytes", loading->path, INT32_MAX);
    uint8_t *bytes = memory_try((size_t)size + 1, 1, name, err);
    if (!bytes || !input_read(&loading->input, at, bytes, (size_t)size, &got) || got != size) {
        free(bytes);
        return bytes ? fail(err, "weight %s cannot be read from %s", name, loading->path) : false;
    }
    settle(proto, bytes, (size_t)size);
    loading->n++;
    return true;
}

static bool load_all(struct loading *loading, struct error *err)
{
    Onnx__GraphProto *graph = loading->file->model->graph;
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (!load(loading, graph->initializer[i], err))
            return false;
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t k = 0; k < graph->node[i]->n_attribute; k++) {
            Onnx__AttributeProto *attribute = graph->node[i]->attribute[k];
            if (attribute->t && !load(loading, attribute->t, err))
                return false;
        }
    return true;
}

/* The bytes of the model as it is now. */
static bool pack(struct onnx_file *file, struct error *err)
{
    size_t size = onnx__model_proto__get_packed_size(file->model);
    uint8_t *bytes = memory_try(size + 1, 1, "the model with its weights", err);
    if (!bytes)
        return false;
    onnx__model_proto__pack(file->model, bytes);
    free(file->bytes);
    file->bytes = bytes;
    file->size = size;
    return true;
}

bool onnx_external_load(struct onnx_file *file, const char *path, struct error *err)
{
    struct loading loading = {.file = file, .path = path};
    bool good = load_all(&loading, err) && (loading.n == 0 || pack(file, err));
    if (good && path && loading.n == 0)
        good = fail(err, "all its weights are inside: leave out --external-data");
    if (loading.open)
        input_close(&loading.input);
    return good || fail_in(err, file->path);
}
