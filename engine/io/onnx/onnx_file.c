/* Opens ONNX files: budgets, then protobuf-c, then what every net must have. */
#include "engine/io/onnx/onnx_file.h"

#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_wire.h"

#include <stdlib.h>
#include <string.h>

/* ir_version, a small number, comes first; then a field of the model. */
bool onnx_file_is(const struct source *source)
{
    static const char follows[] = {0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72};
    return source->n_head > 4 && source->head[0] == 0x08 && source->head[1] > 0 &&
           source->head[1] < 64 && memchr(follows, source->head[2], sizeof follows);
}

static bool is_standard(const char *domain)
{
    return !domain || !*domain || strcmp(domain, "ai.onnx") == 0;
}

static bool read_opset(struct onnx_file *file, struct error *err)
{
    const Onnx__ModelProto *model = file->model;
    long long version = 0;
    for (size_t i = 0; i < model->n_opset_import; i++)
        if (is_standard(model->opset_import[i]->domain))
            version = model->opset_import[i]->version;
    if (version < ONNX_OPSET_OLDEST || version > ONNX_OPSET_NEWEST)
        return fail(err, "%s: its operators are of opset %lld, expected %d to %d", file->path,
            version, ONNX_OPSET_OLDEST, ONNX_OPSET_NEWEST);
    file->opset = (int)version;
    return true;
}

bool onnx_file_open(struct onnx_file *file, const struct source *source, struct error *err)
{
    *file = (struct onnx_file){.path = source->path};
    file->bytes = source_copy(source, &file->size, err);
    if (!file->bytes)
        return false;
    if (!onnx_wire_check(file->bytes, file->size, &onnx__model_proto__descriptor, err))
        return fail_in(err, file->path);
    file->model = onnx__model_proto__unpack(NULL, file->size, file->bytes);
    if (!file->model)
        return fail(err, "%s: is no ONNX model: protobuf cannot read it", file->path);
    if (!file->model->graph)
        return fail(err, "%s: is an ONNX model without a graph", file->path);
    return read_opset(file, err);
}

void onnx_file_close(struct onnx_file *file)
{
    if (file->model)
        onnx__model_proto__free_unpacked(file->model, NULL);
    free(file->bytes);
    *file = (struct onnx_file){0};
}

char *onnx_file_writer(const struct onnx_file *file)
{
    const char *name = file->model->producer_name, *version = file->model->producer_version;
    if (!name || !*name)
        return NULL;
    return memory_format("%s%s%s", name, version && *version ? " " : "", version ? version : "");
}

const char *onnx_file_metadata(const struct onnx_file *file, const char *key)
{
    const Onnx__ModelProto *model = file->model;
    for (size_t i = 0; i < model->n_metadata_props; i++)
        if (model->metadata_props[i]->key && strcmp(model->metadata_props[i]->key, key) == 0)
            return model->metadata_props[i]->value;
    return NULL;
}
