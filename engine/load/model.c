#include "engine/load/model.h"

#include "engine/base/memory.h"
#include "engine/load/guard.h"
#include "engine/load/h5.h"
#include "engine/load/model_config.h"
#include "engine/load/model_weights.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_MAX_BYTES = 32 << 20, TEXT_MAX_BYTES = 4096 };

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

/* In the child -------------------------------------------------------------------------- */

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
static char *config_of_architecture(const char *path, struct error *err)
{
    struct h5 *h5 = h5_open(path, NULL);
    char *json = h5 ? config_of_file(h5, err) : read_text(path, err);
    h5_close(h5);
    return json;
}

/* A weights-only file, taken for the lab's DeepID: as many classes as its output has biases. */
static char *config_of_weights(struct h5 *h5, struct error *err)
{
    uint64_t classes = 0;
    if (!model_weights_group(h5, err))
        return NULL;
    char *path = model_weights_path(h5, "output", "bias", NULL);
    struct h5_data *bias = path ? h5_data_open(h5, path, NULL) : NULL;
    if (bias && h5_data_shape(bias)->rank == 1)
        classes = h5_data_shape(bias)->dim[0];
    h5_data_close(bias);
    free(path);
    if (classes >= 1 && classes <= 1 << 20)
        return model_deepid_json((int)classes);
    fail(err, "%s: holds weights alone, and not the lab's DeepID: its architecture is needed",
        h5_name(h5));
    return NULL;
}

static void send_attribute(struct h5 *h5, const char *attribute, struct guard_pipe *pipe)
{
    const char *group = h5_has_attribute(h5, "", attribute) ? "" : "model_weights";
    char *text = h5_string(h5, group, attribute, NULL);
    guard_write_block(pipe, text ? text : "", text ? strnlen(text, TEXT_MAX_BYTES) : 0);
    free(text);
}

static void send_network(const struct network *network, struct guard_pipe *pipe)
{
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            guard_write(pipe, weight->data, weight->count * sizeof *weight->data);
        }
}

struct request {
    const char *path, *architecture; /* architecture: NULL or a file */
    const void *image;               /* NULL: the file at path */
    size_t image_size;
};

static bool send_model(void *context, struct guard_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    struct h5 *h5 = request->image
                        ? h5_open_image(request->path, request->image, request->image_size, err)
                        : h5_open(request->path, err);
    if (!h5)
        return false;
    bool whole = h5_has_attribute(h5, "", "model_config");
    char *json = request->architecture ? config_of_architecture(request->architecture, err)
                 : whole               ? config_of_file(h5, err)
                                       : config_of_weights(h5, err);
    const char *place = request->architecture ? request->architecture : request->path;
    struct network *network = json ? model_network_from_json(json, place, err) : NULL;
    bool good = network && model_weights_read(h5, network, err);
    if (good) {
        guard_write_block(pipe, json, strlen(json));
        guard_write(pipe, &whole, sizeof whole);
        send_attribute(h5, "keras_version", pipe);
        send_attribute(h5, "backend", pipe);
        send_network(network, pipe);
    }
    network_destroy(network);
    free(json);
    h5_close(h5);
    return good;
}

/* In the parent ------------------------------------------------------------------------- */

static bool receive_text(struct guard *guard, char **text, struct error *err)
{
    size_t size;
    *text = guard_read_block(guard, TEXT_MAX_BYTES, &size, err);
    bool good = *text;
    if (good && !size) {
        free(*text);
        *text = NULL;
    }
    return good;
}

static bool receive_network(struct guard *guard, const struct network *network, struct error *err)
{
    bool good = true;
    for (int i = 0; good && i < network->n_layers; i++)
        for (int w = 0; good && w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            good = guard_read(guard, weight->data, weight->count * sizeof *weight->data, err);
        }
    return good;
}

static bool receive_model(struct guard *guard, struct model *model, struct error *err)
{
    size_t size;
    char *json = guard_read_block(guard, JSON_MAX_BYTES, &size, err);
    bool good = json && guard_read(guard, &model->whole, sizeof model->whole, err) &&
                receive_text(guard, &model->keras_version, err) &&
                receive_text(guard, &model->backend, err);
    if (good)
        model->network = model_network_from_json(json, model->path, err);
    good = model->network && receive_network(guard, model->network, err) && guard_end(guard, err) &&
           (network_check_finite(model->network, err) || fail_in(err, model->path));
    free(json);
    return good;
}

static struct model *open_request(struct request *request, struct error *err)
{
    struct guard *guard = guard_start(request->path, send_model, request, err);
    if (!guard)
        return NULL;
    struct model *model = memory_array(1, sizeof *model);
    model->path = memory_string(request->path);
    model->image = request->image;
    model->image_size = request->image_size;
    if (!receive_model(guard, model, err)) {
        model_destroy(model);
        model = NULL;
    }
    guard_destroy(guard);
    return model;
}

struct model *model_open(const char *path, const char *architecture, struct error *err)
{
    struct request request = {path, architecture, NULL, 0};
    return open_request(&request, err);
}

struct model *model_open_image(const char *name, const void *bytes, size_t size, struct error *err)
{
    struct request request = {name, NULL, bytes, size};
    return open_request(&request, err);
}

bool model_fits(const struct model *model, const struct model *b, struct error *err)
{
    const struct network *one = model->network, *two = b->network;
    const struct shape *shape = &one->layers[one->input].shape;
    const struct shape *expected = &two->layers[two->input].shape;
    char text[SHAPE_TEXT], expected_text[SHAPE_TEXT];
    if (one->n_classes != two->n_classes)
        return fail(err, "%s: %d classes, but %s has %d", model->path, one->n_classes, b->path,
            two->n_classes);
    return shape_equal(shape, expected) ||
           fail(err, "%s: input is %s, but that of %s is %s", model->path, shape_text(shape, text),
               b->path, shape_text(expected, expected_text));
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
