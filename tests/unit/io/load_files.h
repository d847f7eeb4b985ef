/* Small files for the tests of the load room: a folder of their own, nets in few words. */
#ifndef SECATEUR_TESTS_UNIT_LOAD_FILES_H
#define SECATEUR_TESTS_UNIT_LOAD_FILES_H

#include "engine/base/memory.h"
#include "engine/base/atomic_write.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/nets/model.h"

#include "tests/test.h"

#include <dirent.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new folder, where the test program stays: files are named without their folder. */
static inline int files_begin(void **state)
{
    char *folder = memory_string("/tmp/secateur-load-XXXXXX");
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int files_count(void)
{
    int n = 0;
    DIR *folder = opendir(".");
    for (struct dirent *entry; (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

static inline void files_clear(void)
{
    DIR *folder = opendir(".");
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.' && unlink(entry->d_name) != 0)
            rmdir(entry->d_name);
    closedir(folder);
}

static inline int files_each(void **state)
{
    (void)state;
    files_clear();
    return 0;
}

static inline int files_end(void **state)
{
    files_clear();
    int result = chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
    free(*state);
    return result;
}

static inline void *files_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = memory_array(*size + 1, 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static inline void files_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static inline bool files_same(const char *a, const char *b)
{
    size_t n, m;
    void *one = files_read(a, &n), *two = files_read(b, &m);
    bool same = n == m && memcmp(one, two, n) == 0;
    free(one);
    free(two);
    return same;
}

/* The disk is full behind `bytes` bytes of any file; 0: never. */
static inline void files_full_disk(rlim_t bytes)
{
    struct rlimit limits;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limits);
    limits.rlim_cur = bytes ? bytes : limits.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limits);
}

/* A tiny net as Keras 2 spells it: 6x6 grey, two filters, three classes. */
#define CONV_SETTINGS                                                                        \
    "\"trainable\": true, \"dtype\": \"float32\", \"filters\": 2, \"kernel_size\": [3, 3], " \
    "\"strides\": [1, 1], \"padding\": \"valid\", \"data_format\": \"channels_last\", "      \
    "\"dilation_rate\": [1, 1], \"activation\": \"relu\", \"use_bias\": true, "              \
    "\"kernel_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}"
#define TINY_INPUT                                                                             \
    "{\"class_name\": \"InputLayer\", \"name\": \"input\", \"config\": {\"name\": \"input\", " \
    "\"batch_input_shape\": [null, 6, 6, 1]}, \"inbound_nodes\": []}"
#define TINY_LAYER(class, name, settings, inputs)                                            \
    "{\"class_name\": \"" class "\", \"name\": \"" name "\", \"config\": {\"name\": \"" name \
                                "\"" settings "}, \"inbound_nodes\": [" inputs "]}"
#define TINY_CONV TINY_LAYER("Conv2D", "conv", ", " CONV_SETTINGS, "[[\"input\", 0, 0, {}]]")
#define TINY_FLATTEN TINY_LAYER("Flatten", "flatten", "", "[[\"conv\", 0, 0, {}]]")
#define TINY_DENSE(input)                                                        \
    TINY_LAYER("Dense", "output", ", \"units\": 3, \"activation\": \"softmax\"", \
        "[[\"" input "\", 0, 0, {}]]")
#define TINY_ENDS "\"input_layers\": [[\"input\", 0, 0]], \"output_layers\": [[\"output\", 0, 0]]"
#define FUNCTIONAL(layers, ends)                                                          \
    "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [" layers \
    "], " ends "}}"
#define TINY \
    FUNCTIONAL(TINY_INPUT ", " TINY_CONV ", " TINY_FLATTEN ", " TINY_DENSE("flatten"), TINY_ENDS)

static inline struct network *tiny_network(const char *json)
{
    struct error err = {0};
    struct network *network = keras_network(json, "tiny", &err);
    if (!network)
        print_message("%s\n", err.text);
    assert_non_null(network);
    float value = 0.125F;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            for (size_t k = 0; k < network->layers[i].weights[w].count; k++, value += 0.0625F)
                network->layers[i].weights[w].data[k] = k % 2 ? value : -value;
    return network;
}

static inline void tiny_write(const char *path)
{
    struct error err = {0};
    struct network *network = tiny_network(TINY);
    assert_true(keras_write(network, TINY, path, true, &err));
    network_destroy(network);
}

static inline bool weights_equal(const struct network *a, const struct network *b)
{
    bool equal = a->n_layers == b->n_layers;
    for (int i = 0; equal && i < a->n_layers; i++)
        for (int w = 0; equal && w < a->layers[i].n_weights; w++) {
            const struct weight *x = &a->layers[i].weights[w];
            const struct weight *y = &b->layers[network_find(b, a->layers[i].name)].weights[w];
            equal = x->count == y->count && memcmp(x->data, y->data, x->count * sizeof(float)) == 0;
        }
    return equal;
}

/* The whole message of a net that must be refused. */
static inline void assert_refused(const char *path, const char *architecture, const char *message)
{
    struct error err = {0};
    struct model *model = model_open(path, architecture, &err);
    if (model || strcmp(err.text, message) != 0)
        print_message("%s: %s\nexpected %s\n", path, model ? "opened" : err.text, message);
    assert_null(model);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
}

#endif
