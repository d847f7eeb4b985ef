/* Small nets, by the writers of the program and of the tests. */
#include "tests/fuzz/nets.h"

#include "engine/io/hdf5/h5_make.h"
#include "tests/unit/io/load_zip.h"

void nets_write_h5(const char *path)
{
    tiny_write(path);
}

void nets_write_weights(const char *path)
{
    tiny_write(path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    H5Adelete(file, "model_config");
    H5Fclose(file);
}

static void add(struct h5 *h5, const char *path, const struct h5_shape *shape)
{
    struct error err = {0};
    float values[64] = {0.5F, -0.25F, 1};
    fuzz_check(h5_add_data(h5, path, shape, H5_TYPE_F32, &err), "a seed is made", err.text);
    struct h5_data *data = h5_data_open(h5, path, &err);
    fuzz_check(h5_write(data, 0, shape->dim[0], H5_TYPE_F32, values, &err), "a seed", err.text);
    h5_data_close(data);
}

#define INPUT                                                                                  \
    "{\"class_name\": \"InputLayer\", \"config\": {\"name\": \"in\", \"batch_shape\": [null, " \
    "2, 2, 1]}}"
#define FLAT "{\"class_name\": \"Flatten\", \"config\": {\"name\": \"flat\"}}"
#define DENSE                                                                      \
    "{\"class_name\": \"Dense\", \"config\": {\"name\": \"dense\", \"units\": 3, " \
    "\"activation\": \"softmax\", \"use_bias\": true, \"kernel_initializer\": "    \
    "{\"module\": \"keras.initializers\", \"class_name\": \"Zeros\", \"config\": {}}}}"

void nets_write_archive(const char *path, bool deflated)
{
    static const char json[] =
        "{\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {\"name\": \"net\", "
        "\"layers\": [" INPUT ", " FLAT ", " DENSE "]}}";
    static const char about[] = "{\"keras_version\": \"3.3.3\", \"date_saved\": \"2024-05-01\"}";
    struct error err = {0};
    size_t size;
    struct h5 *h5 = h5_create("store", &err);
    add(h5, "layers/dense/vars/0", &(struct h5_shape){.rank = 2, .dim = {4, 3}});
    add(h5, "layers/dense/vars/1", &(struct h5_shape){.rank = 1, .dim = {3}});
    void *bytes = h5_bytes(h5, &size, &err);
    const struct zip_item items[] = {{"metadata.json", about, sizeof about - 1, deflated},
        {"config.json", json, sizeof json - 1, deflated},
        {"model.weights.h5", bytes, size, deflated}};
    zip_make(path, items, 3);
    h5_close(h5);
    free(bytes);
}

void nets_open(const char *path, const uint8_t *data, size_t size)
{
    struct error err = {0};
    FILE *nowhere = fopen("/dev/null", "we");
    fuzz_write(path, data, size);
    struct model *model = model_open(path, NULL, &err);
    fuzz_judge(model, &err, path);
    model_inspect(path, NULL, nowhere, &err);
    if (model && size % 8 == 0) {
        struct network *other = network_clone(model->network);
        other->layers[other->output].weights[0].data[0] += 1;
        char *copy = memory_format("copy%s", model_ending(path));
        if (!model_save(model, other, copy, true, &err))
            fuzz_check(*err.text, "what is not saved has a reason", err.text);
        network_destroy(other);
        free(copy);
    }
    model_destroy(model);
    fclose(nowhere);
}
