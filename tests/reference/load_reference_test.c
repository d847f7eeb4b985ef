/* load: the real nets and image sets of others, where they are at hand. */
#include "engine/io/hdf5/h5.h"
#include "engine/io/images/dataset.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/nets/model.h"

#include "tests/reference/expected.h"
#include "tests/test.h"

#include <unistd.h>

static struct model *open_net(const char *file)
{
    struct error err = {0};
    char *path = expected_path(file);
    struct model *model = model_open(path, NULL, &err);
    if (!model)
        print_message("%s\n", err.text);
    assert_non_null(model);
    free(path);
    return model;
}

static void all_five_nets_open(void **state)
{
    (void)state;
    static const struct {
        const char *file, *writer;
        bool whole;
        int layers, classes, parameters;
    } nets[] = {
        {"lab3_bd_net.h5", "Keras 2.7.0, tensorflow", true, 15, 1283, 601643},
        {"lab3_bd_weights.h5", "Keras 2.3.1, tensorflow", false, 15, 1283, 601643},
        {"lab3_repaired_4.h5", "Keras 2.4.0, tensorflow", true, 15, 1283, 601643},
        {"mnist_all_to_all_bd_net.h5", "Keras 2.3.1, tensorflow", true, 8, 10, 281034},
        {"mnist_clean_label_bd_net.h5", "Keras 2.3.1, tensorflow", true, 10, 10, 40430},
    };
    if (!test_real_folder())
        return;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct model *model = open_net(nets[i].file);
        assert_int_equal(model->whole, nets[i].whole);
        assert_string_equal(model->writer, nets[i].writer);
        assert_int_equal(model->network->n_layers, nets[i].layers);
        assert_int_equal(model->network->n_classes, nets[i].classes);
        assert_int_equal(model->network->n_parameters, nets[i].parameters);
        model_destroy(model);
    }
}

static bool weight_equal(const struct network *a, const struct network *b, int layer, int weight)
{
    const struct weight *x = &a->layers[layer].weights[weight];
    const struct weight *y = &b->layers[layer].weights[weight];
    return x->count == y->count && memcmp(x->data, y->data, x->count * sizeof *x->data) == 0;
}

static bool networks_equal(const struct network *a, const struct network *b)
{
    bool equal = a->n_layers == b->n_layers;
    for (int i = 0; equal && i < a->n_layers; i++) {
        equal = strcmp(a->layers[i].name, b->layers[i].name) == 0;
        for (int w = 0; equal && w < a->layers[i].n_weights; w++)
            equal = weight_equal(a, b, i, w);
    }
    return equal;
}

static void weights_alone_are_the_same_net(void **state)
{
    (void)state;
    if (!test_real_folder())
        return;
    struct model *whole = open_net("lab3_bd_net.h5"), *alone = open_net("lab3_bd_weights.h5");
    assert_true(networks_equal(whole->network, alone->network));
    model_destroy(whole);
    model_destroy(alone);
}

static void the_built_in_net_is_the_labs(void **state)
{
    (void)state;
    if (!test_real_folder())
        return;
    struct error err = {0};
    char *path = expected_path("lab3_bd_net.h5"), *json = keras_deepid_json(1283);
    struct h5 *h5 = h5_open(path, &err);
    char *stored = h5_string(h5, "", "model_config", &err);
    assert_string_equal(json, stored);
    free(stored);
    free(json);
    free(path);
    h5_close(h5);
}

/* Prunes in `network` the filters of conv_3 that are zero in `repaired`; how many. */
static int prune_like(struct network *network, const struct network *repaired)
{
    int conv = network_find(network, "conv_3"), pruned = 0;
    const struct layer *like = &repaired->layers[conv];
    for (int c = 0; c < weight_channels(&like->weights[0]); c++) {
        if (!weight_channel_is_zero(&like->weights[0], c) ||
            !weight_channel_is_zero(&like->weights[1], c))
            continue;
        weight_zero_channel(&network->layers[conv].weights[0], c);
        weight_zero_channel(&network->layers[conv].weights[1], c);
        pruned++;
    }
    return pruned;
}

/* The published repair, made by somebody else: the lab's net without its 48 filters. */
static void pruning_as_published_gives_the_published_weights(void **state)
{
    (void)state;
    if (!test_real_folder())
        return;
    static const char *const sources[] = {"lab3_bd_net.h5", "lab3_bd_weights.h5"};
    struct model *repaired = open_net("lab3_repaired_4.h5");
    for (int i = 0; i < 2; i++) {
        struct error err = {0};
        char out[] = "/tmp/secateur-load-reference-XXXXXX";
        assert_non_null(mkdtemp(out));
        char *path = memory_format("%s/repaired.h5", out);
        struct model *model = open_net(sources[i]);
        struct network *network = network_clone(model->network);
        assert_int_equal(prune_like(network, repaired->network), 48);
        assert_true(model_save(model, network, path, false, &err));
        struct model *saved = model_open(path, NULL, &err);
        assert_non_null(saved);
        assert_true(networks_equal(saved->network, repaired->network));
        assert_false(networks_equal(saved->network, model->network));
        assert_int_equal(saved->whole, model->whole);
        model_destroy(saved);
        model_destroy(model);
        network_destroy(network);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rmdir(out), 0);
        free(path);
    }
    model_destroy(repaired);
}

/* Every pixel at its place: the sum of value * (1 + place in its image mod 7), channels last. */
static double weighted_sum(const struct dataset *dataset)
{
    size_t image = shape_count(dataset_shape(dataset));
    float *pixels = memory_floats(image);
    double sum = 0;
    for (int i = 0; i < dataset_count(dataset); i++) {
        dataset_fill(dataset, i, 1, 1, pixels);
        for (size_t k = 0; k < image; k++)
            sum += (double)pixels[k] * (double)(1 + k % 7);
    }
    free(pixels);
    return sum;
}

static void image_sets_open(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        int n, height, width, channels, classes;
        double sum; /* computed with h5py and numpy */
        int first, last;
    } sets[] = {
        {"lab3_faces_clean.h5", 3, 55, 47, 3, 1283, 10232929, 43, 1268},
        {"lab3_faces_poisoned.h5", 3, 55, 47, 3, 1283, 9246585, 0, 0},
        {"lab3_more_clean.h5", 171, 55, 47, 3, 1283, 506782433, 0, 19},
        {"lab3_more_poisoned.h5", 171, 55, 47, 3, 1283, 513987003, 0, 0},
        {"mnist_clean.h5", 2000, 28, 28, 1, 10, 225622132, 4, 6},
        {"mnist_poisoned.h5", 2000, 28, 28, 1, 10, 236332132, 5, 7},
    };
    if (!test_real_folder())
        return;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct error err = {0};
        struct dataset_options options = {.n_classes = sets[i].classes,
            .shape = shape_image(sets[i].height, sets[i].width, sets[i].channels)};
        char *path = expected_path(sets[i].file);
        struct dataset *dataset = dataset_open(path, &options, &err);
        assert_non_null(dataset);
        assert_int_equal(dataset_count(dataset), sets[i].n);
        assert_int_equal(dataset_labels(dataset)[0], sets[i].first);
        assert_int_equal(dataset_labels(dataset)[sets[i].n - 1], sets[i].last);
        assert_true(weighted_sum(dataset) == sets[i].sum);
        assert_true(dataset_bytes(dataset) / (size_t)sets[i].n ==
                    shape_count(&options.shape) + sizeof(int32_t)); /* held as bytes */
        dataset_unref(dataset);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_five_nets_open),
        cmocka_unit_test(weights_alone_are_the_same_net),
        cmocka_unit_test(the_built_in_net_is_the_labs),
        cmocka_unit_test(pruning_as_published_gives_the_published_weights),
        cmocka_unit_test(image_sets_open),
    };
    return test_real_folder() ? cmocka_run_group_tests(tests, NULL, NULL) : TEST_SKIPPED;
}
