/* New files of nets that are made here, as Keras 2.7 writes them. */
#include "engine/io/keras/keras_new.h"

#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"
#include "engine/io/hdf5/h5_make.h"

#include <stdlib.h>

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
    char *group = memory_format("model_weights/%s", layer->stored);
    for (int w = 0; w < layer->n_weights; w++)
        names[w] = memory_format("%s/%s:0", layer->stored, layer->weights[w].name);
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
        names[i] = network->layers[i].stored;
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
