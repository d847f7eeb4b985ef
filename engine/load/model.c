#include "engine/load/model.h"

#include "engine/base/memory.h"
#include "engine/load/guard.h"
#include "engine/load/h5.h"
#include "engine/load/model_config.h"
#include "engine/load/model_weights.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_MAX_BYTES = 32 << 20 };

struct network *model_network_from_json(const char *json, const char *name, struct error *err)
{
    struct model_config config;
    struct network *network = NULL;
    if (model_config_parse(json, &config, err))
        network = network_create(config.nodes, config.n_nodes, config.output, err);
    if (!network)
        fail_in(err, name);
    model_config_finish(&config);
    return network;
}

/* A whole model file keeps its layers as JSON at the root. */
static char *config_of_file(struct h5 *h5, struct error *err)
{
    if (h5_has_attribute(h5, "", "model_config"))
        return h5_string(h5, "", "model_config", err);
    fail(err, "%s: is no whole model: there is no model_config", h5_name(h5));
    return NULL;
}

static char *read_text(const char *path, struct error *err)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t length = 0, room = 1 << 16;
    bool good = file || fail(err, "%s: %s", path, strerror(errno));
    while (good) {
        text = memory_grow(text, room, 1);
        size_t got = fread(text + length, 1, room - length - 1, file);
        length += got;
        text[length] = '\0';
        if (got == 0)
            break;
        if (length > JSON_MAX_BYTES)
            good = fail(err, "%s: is longer than %d bytes", path, JSON_MAX_BYTES);
        room += length + 1 == room ? room : 0;
    }
    if (good && ferror(file))
        good = fail(err, "%s: %s", path, strerror(errno));
    if (good && strlen(text) != length)
        good = fail(err, "%s: is no text", path);
    if (file)
        fclose(file);
    if (good)
        return text;
    free(text);
    return NULL;
}

/* Layers from a JSON file or a whole model. */
static struct network *network_from_file(const char *path, struct error *err)
{
    struct error not_h5 = {0};
    struct h5 *h5 = h5_open(path, &not_h5);
    char *json = h5 ? config_of_file(h5, err) : read_text(path, err);
    struct network *network = json ? model_network_from_json(json, path, err) : NULL;
    free(json);
    h5_close(h5);
    return network;
}

/* A weights-only file, taken for the lab's DeepID. */
static struct network *network_from_weights(struct h5 *h5, struct error *err)
{
    struct error inner = {0};
    struct network *network = NULL;
    uint64_t classes = 0;
    if (!model_weights_group(h5, err))
        return NULL;
    char *path = model_weights_path(h5, "output", "bias", &inner);
    struct h5_data *bias = path ? h5_data_open(h5, path, &inner) : NULL;
    if (bias && h5_data_shape(bias)->rank == 1)
        classes = h5_data_shape(bias)->dim[0];
    if (classes >= 1 && classes <= 1 << 20) {
        char *json = model_deepid_json((int)classes);
        network = model_network_from_json(json, h5_name(h5), err);
        free(json);
    } else {
        fail(err, "%s: holds weights alone, and not the lab's DeepID: its architecture is needed",
            h5_name(h5));
    }
    h5_data_close(bias);
    free(path);
    return network;
}

static char *optional_string(struct h5 *h5, const char *attribute)
{
    const char *group = h5_has_attribute(h5, "", attribute) ? "" : "model_weights";
    return h5_has_attribute(h5, group, attribute) ? h5_string(h5, group, attribute, NULL) : NULL;
}

static bool fill(struct model *model, struct h5 *h5, const char *architecture, struct error *err)
{
    model->path = memory_string(h5_name(h5));
    model->whole = h5_has_attribute(h5, "", "model_config");
    model->keras_version = optional_string(h5, "keras_version");
    model->backend = optional_string(h5, "backend");
    if (architecture) {
        model->network = network_from_file(architecture, err);
    } else if (model->whole) {
        char *json = config_of_file(h5, err);
        model->network = json ? model_network_from_json(json, model->path, err) : NULL;
        free(json);
    } else {
        model->network = network_from_weights(h5, err);
    }
    return model->network && model_weights_read(h5, model->network, err);
}

static struct model *open_from(struct h5 *h5, const char *architecture, struct error *err)
{
    if (!h5)
        return NULL;
    struct model *model = memory_array(1, sizeof *model);
    if (!fill(model, h5, architecture, err)) {
        model_destroy(model);
        model = NULL;
    }
    h5_close(h5);
    return model;
}

struct request {
    const char *path, *architecture;
};

static bool rehearse_open(void *context, struct error *err)
{
    const struct request *request = context;
    return open_from(h5_open(request->path, err), request->architecture, err) != NULL;
}

struct model *model_open(const char *path, const char *architecture, struct error *err)
{
    struct request request = {path, architecture};
    if (!guard_rehearse(path, rehearse_open, &request, err))
        return NULL;
    return open_from(h5_open(path, err), architecture, err);
}

struct model *model_open_image(const char *name, const void *bytes, size_t size, struct error *err)
{
    struct model *model = open_from(h5_open_image(name, bytes, size, err), NULL, err);
    if (model) {
        model->image = bytes;
        model->image_size = size;
    }
    return model;
}

void model_destroy(struct model *model)
{
    if (!model)
        return;
    network_destroy(model->network);
    free(model->path);
    free(model->keras_version);
    free(model->backend);
    free(model);
}
