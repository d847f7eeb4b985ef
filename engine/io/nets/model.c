/* Opens a net: a child process reads the file, the parent builds the network from what it sends. */
#include "engine/io/nets/model.h"

#include "engine/base/memory.h"
#include "engine/io/files/archive.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_config.h"
#include "engine/io/keras/keras_archive.h"
#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_weights.h"
#include "engine/io/sandbox/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_MAX_BYTES = 32 << 20, TEXT_MAX_BYTES = 4096, CLASSES_MAX = UINT16_MAX - 1 };

/* What every command asks of a net: images in, classes out. */
static bool check_ends(const struct network *network, struct error *err)
{
    const struct layer *last = &network->layers[network->output];
    if (network->layers[network->input].shape.rank != 3)
        return fail(err, "the input is not an image");
    if (network->n_classes < 2)
        return fail(err,
            "layer %s (%s): the net ends with one value, expected one per class, or a "
            "Dense of one unit with a sigmoid",
            last->name, last->class->name);
    if (network->n_classes > CLASSES_MAX)
        return fail(err, "%d classes are more than %d", network->n_classes, CLASSES_MAX);
    return true;
}

/* The layers, and the network that they are; the caller finishes the config, also after a failure.
 */
static struct network *build(const char *json, const char *name, const struct keras_origin *origin,
    struct keras_config *config, struct error *err)
{
    struct network *network = NULL;
    if (keras_parse(json, origin, config, err))
        network = network_create(config->nodes, config->n_nodes, config->output, err);
    if (network && !check_ends(network, err)) {
        network_destroy(network);
        network = NULL;
    }
    if (!network)
        fail_in(err, name);
    return network;
}

struct network *keras_network(const char *json, const char *name, struct error *err)
{
    struct keras_config config;
    struct network *network = build(json, name, NULL, &config, err);
    keras_config_finish(&config);
    return network;
}

/* In the child -------------------------------------------------------------------------- */

/* A whole model file keeps its layers as JSON at the root. */
static char *config_of_file(struct h5 *h5, struct error *err)
{
    if (h5_has_attribute(h5, "", "model_config"))
        return h5_string(h5, "", "model_config", err);
    fail(err, "%s: is not a whole model: it has no model_config", h5_name(h5));
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
        good = fail(err, "%s: is not text", path);
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
    char *json = NULL;
    if (archive_is(path)) {
        keras_archive_open(path, &json, NULL, NULL, err);
        return json;
    }
    struct h5 *h5 = h5_open(path, NULL);
    json = h5 ? config_of_file(h5, err) : read_text(path, err);
    h5_close(h5);
    return json;
}

/* A weights-only file, taken for the lab's DeepID: as many classes as its output has biases. */
static char *config_of_weights(struct h5 *h5, struct error *err)
{
    uint64_t classes = 0;
    if (!keras_weights_group(h5, NULL) && keras_weights_is_store(h5)) {
        fail(err, "%s: holds only weights: give their architecture (--architecture config.json)",
            h5_name(h5));
        return NULL;
    }
    if (!keras_weights_group(h5, err))
        return NULL;
    char *path = keras_weights_path(h5, "output", "bias", NULL);
    struct h5_data *bias = path ? h5_data_open(h5, path, NULL) : NULL;
    if (bias && h5_data_shape(bias)->rank == 1)
        classes = h5_data_shape(bias)->dim[0];
    h5_data_close(bias);
    free(path);
    if (classes >= 1 && classes <= 1 << 20)
        return keras_deepid_json((int)classes);
    fail(err, "%s: holds only weights, and not those of the lab's DeepID: give their architecture",
        h5_name(h5));
    return NULL;
}

static char *attribute_of(struct h5 *h5, const char *attribute)
{
    return h5_string(
        h5, h5_has_attribute(h5, "", attribute) ? "" : "model_weights", attribute, NULL);
}

static void send_text(const char *text, struct sandbox_pipe *pipe)
{
    sandbox_write_block(pipe, text ? text : "", text ? strnlen(text, TEXT_MAX_BYTES) : 0);
}

static void send_network(const struct network *network, struct sandbox_pipe *pipe)
{
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            sandbox_write(pipe, weight->data, weight->count * sizeof *weight->data);
        }
}

struct request {
    const char *path, *architecture; /* architecture: NULL or a file */
    const void *image;               /* NULL: the file at path */
    size_t image_size;
};

/* What is in a file: its weights, and what else it says. */
struct contents {
    struct h5 *h5;
    char *json, *version, *backend;
    bool whole;
    struct keras_origin origin;
};

static bool open_contents(const struct request *request, struct contents *in, struct error *err)
{
    bool own = !request->architecture;
    if (!request->image && archive_is(request->path)) {
        in->whole = true;
        if (!keras_archive_open(request->path, own ? &in->json : NULL, &in->version, &in->h5, err))
            return false;
    } else {
        in->h5 = request->image
                     ? h5_open_image(request->path, request->image, request->image_size, err)
                     : h5_open(request->path, err);
        if (!in->h5)
            return false;
        in->whole = h5_has_attribute(in->h5, "", "model_config");
        in->version = attribute_of(in->h5, "keras_version");
        in->backend = attribute_of(in->h5, "backend");
        if (own)
            in->json = in->whole ? config_of_file(in->h5, err) : config_of_weights(in->h5, err);
    }
    if (!own)
        in->json = config_of_architecture(request->architecture, err);
    in->origin.keras = in->version ? atoi(in->version) : 0;
    in->origin.theano = in->backend && strcmp(in->backend, "theano") == 0;
    return in->json;
}

static void close_contents(struct contents *in)
{
    h5_close(in->h5);
    free(in->json);
    free(in->version);
    free(in->backend);
}

static void send_knowledge(struct h5 *h5, struct sandbox_pipe *pipe)
{
    bool there = h5_has_attribute(h5, "", MODEL_KNOWLEDGE);
    char *text = there ? h5_string(h5, "", MODEL_KNOWLEDGE, NULL) : NULL;
    send_text(there && !text ? "?" : text, pipe);
    free(text);
}

static bool send_model(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    struct contents in = {0};
    struct keras_config config = {0};
    struct network *network = NULL;
    const char *place = request->architecture ? request->architecture : request->path;
    if (open_contents(request, &in, err))
        network = build(in.json, place, &in.origin, &config, err);
    bool good = network && keras_weights_read(in.h5, &config, network, err);
    if (good) {
        sandbox_write_block(pipe, in.json, strlen(in.json));
        sandbox_write(pipe, &in.whole, sizeof in.whole);
        sandbox_write(pipe, &in.origin, sizeof in.origin);
        send_text(in.version, pipe);
        send_text(in.backend, pipe);
        send_knowledge(in.h5, pipe);
        send_network(network, pipe);
    }
    network_destroy(network);
    keras_config_finish(&config);
    close_contents(&in);
    return good;
}

/* In the parent ------------------------------------------------------------------------- */

static bool receive_text(struct sandbox *sandbox, char **text, struct error *err)
{
    size_t size;
    *text = sandbox_read_block(sandbox, TEXT_MAX_BYTES, &size, err);
    bool good = *text;
    if (good && !size) {
        free(*text);
        *text = NULL;
    }
    return good;
}

static bool receive_network(
    struct sandbox *sandbox, const struct network *network, struct error *err)
{
    bool good = true;
    for (int i = 0; good && i < network->n_layers; i++)
        for (int w = 0; good && w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            good = sandbox_read(sandbox, weight->data, weight->count * sizeof *weight->data, err);
        }
    return good;
}

static bool receive_model(struct sandbox *sandbox, struct model *model, struct error *err)
{
    size_t size;
    struct keras_config config = {0};
    model->json = sandbox_read_block(sandbox, JSON_MAX_BYTES, &size, err);
    bool good = model->json && sandbox_read(sandbox, &model->whole, sizeof model->whole, err) &&
                sandbox_read(sandbox, &model->origin, sizeof model->origin, err) &&
                receive_text(sandbox, &model->keras_version, err) &&
                receive_text(sandbox, &model->backend, err) &&
                receive_text(sandbox, &model->knowledge, err);
    if (good)
        model->network = build(model->json, model->path, &model->origin, &config, err);
    model->logit = config.logit;
    keras_config_finish(&config);
    return model->network && receive_network(sandbox, model->network, err) &&
           sandbox_end(sandbox, err) &&
           (network_check_finite(model->network, err) || fail_in(err, model->path));
}

static struct model *open_request(struct request *request, struct error *err)
{
    struct sandbox *sandbox = sandbox_start(request->path, send_model, request, err);
    if (!sandbox)
        return NULL;
    struct model *model = memory_array(1, sizeof *model);
    model->path = memory_string(request->path);
    model->image = request->image;
    model->image_size = request->image_size;
    if (!receive_model(sandbox, model, err)) {
        model_destroy(model);
        model = NULL;
    }
    sandbox_destroy(sandbox);
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
    free(model->json);
    free(model->keras_version);
    free(model->backend);
    free(model->knowledge);
    free(model);
}
