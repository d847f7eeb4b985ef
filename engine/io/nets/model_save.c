/* Writes a net: changes the bytes of the file it came from, or makes a new file. */
#include "engine/io/nets/model.h"

#include "engine/base/memory.h"
#include "engine/io/files/archive.h"
#include "engine/base/atomic_write.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_config.h"
#include "engine/io/keras/keras_archive.h"
#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_weights.h"
#include "engine/io/sandbox/sandbox.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The file the model came from, as it is now; malloc'd. */
static void *source_bytes(const struct model *model, size_t *size, struct error *err)
{
    struct stat status;
    void *bytes = NULL;
    FILE *file = fopen(model->path, "rbe");
    if (!file || fstat(fileno(file), &status) != 0) {
        fail(err, "%s: %s", model->path, strerror(errno));
    } else {
        *size = (size_t)status.st_size;
        bytes = memory_try(*size, 1, model->path, err);
        if (bytes && fread(bytes, 1, *size, file) != *size) {
            fail(err, "%s: cannot be read again", model->path);
            free(bytes);
            bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return bytes;
}

/* The weights of the source with those of the network in their place. */
static struct h5 *open_weights(const struct model *model, bool archive, struct error *err)
{
    struct h5 *h5 = NULL;
    if (archive) {
        keras_archive_open(model->path, NULL, NULL, &h5, err);
        return h5;
    }
    size_t size = model->image_size;
    void *bytes = model->image ? NULL : source_bytes(model, &size, err);
    if (model->image || bytes)
        h5 = h5_open_image(model->path, bytes ? bytes : model->image, size, err);
    free(bytes);
    return h5;
}

static void *changed_bytes(const struct model *model, const struct network *network,
    const char *knowledge, size_t *size, struct error *err)
{
    struct keras_config config = {0};
    void *bytes = NULL;
    bool archive = !model->image && archive_is(model->path);
    struct h5 *h5 = open_weights(model, archive, err);
    if (h5 && keras_parse(model->json, &model->origin, &config, err) &&
        keras_weights_update(h5, &config, network, err) &&
        (!knowledge || h5_set_string(h5, "", MODEL_KNOWLEDGE, knowledge, err)))
        bytes =
            archive ? keras_archive_replace(model->path, h5, size, err) : h5_bytes(h5, size, err);
    keras_config_finish(&config);
    h5_close(h5);
    return bytes;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);
    return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

static const char archive_ending[] = ".keras", weights_ending[] = ".weights.h5";

const char *model_ending(const char *path)
{
    if (path && ends_with(path, archive_ending))
        return archive_ending;
    return path && ends_with(path, weights_ending) ? weights_ending : ".h5";
}

int model_stem(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (ends_with(path, weights_ending))
        return (int)(strlen(path) - strlen(weights_ending));
    return dot && dot > path ? (int)(dot - path) : (int)strlen(path);
}

/* An archive under the name of an HDF5 file would be opened as one. */
static bool check_ending(const struct model *model, const char *path, struct error *err)
{
    if (model->image || !ends_with(model->path, archive_ending) || !archive_is(model->path) ||
        ends_with(path, archive_ending))
        return true;
    return fail_as(
        err, ERROR_OUTPUT, "%s: a .keras net is saved as .keras: name it FILE.keras", path);
}

struct request {
    const struct model *model;
    const struct network *network;
    const char *knowledge; /* NULL: as the source has it */
};

/* In a child, as the file may be damaged: sends the new file. */
static bool send_changed(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    size_t size;
    void *bytes = changed_bytes(request->model, request->network, request->knowledge, &size, err);
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
    struct request request = {model, network, knowledge};
    size_t size;
    if (is_source(model, path))
        return fail_as(
            err, ERROR_OUTPUT, "%s: is the net's own file, which is never overwritten", path);
    if (!check_ending(model, path, err) || !atomic_write_check(path, force, err))
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

/* A new file ---------------------------------------------------------------------------- */

static bool write_weight(
    struct h5 *h5, const char *path, const struct weight *weight, struct error *err)
{
    struct h5_shape shape = {.rank = weight->rank};
    size_t n = weight->count / (weight->doubled ? 2 : 1);
    for (int i = 0; i < weight->rank; i++)
        shape.dim[i] = (uint64_t)weight->dim[i];
    if (weight->doubled)
        shape.dim[weight->rank - 1] /= 2;
    float *values = memory_array(n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] = weight->data[weight->doubled ? 2 * i + 1 : i];
    struct h5_data *data =
        h5_add_data(h5, path, &shape, H5_TYPE_F32, err) ? h5_data_open(h5, path, err) : NULL;
    uint64_t rows = weight->rank ? shape.dim[0] : 1;
    bool good = data && h5_write(data, 0, rows, H5_TYPE_F32, values, err);
    h5_data_close(data);
    free(values);
    return good;
}

/* "conv_1/conv_1/kernel:0", listed in conv_1 as "conv_1/kernel:0". */
static bool write_layer(struct h5 *h5, const struct layer *layer, struct error *err)
{
    char *names[LAYER_WEIGHTS_MAX];
    char *group = memory_format("model_weights/%s", layer->name);
    for (int w = 0; w < layer->n_weights; w++)
        names[w] = memory_format("%s/%s:0", layer->name, layer->weights[w].name);
    bool good =
        h5_add_group(h5, group, err) &&
        h5_add_names(h5, group, "weight_names", (const char *const *)names, layer->n_weights, err);
    for (int w = 0; good && w < layer->n_weights; w++) {
        char *path = memory_format("%s/%s", group, names[w]);
        good = write_weight(h5, path, &layer->weights[w], err);
        free(path);
    }
    for (int w = 0; w < layer->n_weights; w++)
        free(names[w]);
    free(group);
    return good;
}

static bool write_layers(struct h5 *h5, const struct network *network, struct error *err)
{
    const char *const group = "model_weights", *const top = "model_weights/top_level_model_weights";
    const char **names = memory_array((size_t)network->n_layers, sizeof *names);
    for (int i = 0; i < network->n_layers; i++)
        names[i] = network->layers[i].name;
    bool good = h5_add_group(h5, group, err) &&
                h5_add_names(h5, group, "layer_names", names, network->n_layers, err) &&
                h5_add_string(h5, group, "backend", "tensorflow", false, err) &&
                h5_add_string(h5, group, "keras_version", "2.7.0", false, err) &&
                h5_add_group(h5, top, err) && h5_add_names(h5, top, "weight_names", NULL, 0, err);
    for (int i = 0; good && i < network->n_layers; i++)
        good = write_layer(h5, &network->layers[i], err);
    free(names);
    return good;
}

static bool write_out(struct h5 *h5, const char *path, bool force, struct error *err)
{
    size_t size;
    void *bytes = h5_bytes(h5, &size, err);
    bool good = bytes && atomic_write(path, bytes, size, force, err);
    free(bytes);
    return good;
}

bool keras_write(const struct network *network, const char *architecture_json, const char *path,
    bool force, struct error *err)
{
    if (!atomic_write_check(path, force, err))
        return false;
    struct h5 *h5 = h5_create(path, err);
    bool good = h5 && h5_add_string(h5, "", "keras_version", "2.7.0", true, err) &&
                h5_add_string(h5, "", "backend", "tensorflow", true, err) &&
                h5_add_string(h5, "", "model_config", architecture_json, false, err) &&
                write_layers(h5, network, err) && write_out(h5, path, force, err);
    h5_close(h5);
    return good;
}
