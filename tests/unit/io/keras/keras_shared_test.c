/* load: a layer that is called several times has one set of weights: one site, one gradient, one
 * place in the file. */
#include "engine/io/hdf5/h5_make.h"
#include "engine/prune/sites/prune_site.h"
#include "engine/train/backward.h"

#include "tests/unit/io/keras/keras_twins.h"
#include "tests/unit/io/load_zip.h"

enum { UNITS = 4, IN = 36, CLASSES = 3 };

#define CALL(name, n) "[\"" name "\", " n ", 0, {}]"
#define DENSE(name, units, calls) \
    TINY_LAYER("Dense", name, ", \"units\": " units ", \"activation\": \"relu\"", calls)
#define OUT(from) \
    TINY_LAYER("Dense", "output", ", \"units\": 3, \"activation\": \"softmax\"", "[" from "]")
/* one -> again -> again -> again -> output */
static const char chain[] = FUNCTIONAL(TINY_INPUT
    ", " TINY_LAYER("Flatten", "flat", "", "[" CALL("input", "0") "]") ", " DENSE(
        "one", "4", "[" CALL("flat", "0") "]") ", " DENSE("again", "4",
        "[" CALL("one", "0") "], [" CALL("again", "0") "], [" CALL(
            "again", "1") "]") ", " OUT(CALL("again", "2")),
    TINY_ENDS);

static void one_site_prunes_every_call(void **state)
{
    (void)state;
    struct network *network = twins_network(chain);
    struct prune_sites *sites = prune_sites_find(network);
    assert_int_equal(sites->n, 2);
    assert_string_equal(sites->site[1].producers, "again");
    assert_string_equal(sites->site[1].name, "again");
    assert_int_equal(sites->site[1].n_parts, 3);
    int last = network_find(network, "again@3");
    assert_int_equal(prune_sites_by_name(sites, network, "again"), 1);
    assert_int_equal(sites->site[1].measured, last);
    struct network *pruned = network_clone(network);
    prune_site_prune(&sites->site[1], pruned, 2);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &pruned->layers[i];
        if (layer->owner == network_find(network, "again"))
            assert_true(weight_channel_is_zero(&layer->weights[0], 2));
        assert_int_equal(layer->owner, network->layers[i].owner);
    }
    prune_site_restore(&sites->site[1], pruned, network, 2);
    assert_true(weights_equal(pruned, network));
    network_destroy(pruned);
    prune_sites_destroy(sites);
    network_destroy(network);
}

/* The loss of one image, in front of which the weights are as they are. */
static double loss_of(struct backward *backward, float *gradient)
{
    struct random random;
    const int32_t label = 1;
    float *image = backward_input(backward);
    random_init(&random, 5, 0);
    for (int i = 0; i < IN; i++)
        image[i] = (float)random_range(&random, 0, 0.2);
    backward_refresh(backward);
    return backward_run(backward, 1, &label, 1, gradient).loss;
}

static void gradients_of_all_calls_add_up(void **state)
{
    (void)state;
    const double step = 1e-3;
    const struct backward_options options = {0};
    struct network *network = twins_network(chain);
    for (int i = 0; i < network->n_layers; i++) /* so that the last soft-max is not certain */
        for (int w = 0; w < network->layers[i].n_weights && network->layers[i].owner == i; w++)
            for (size_t k = 0; k < network->layers[i].weights[w].count; k++)
                network->layers[i].weights[w].data[k] *= 0.4F;
    struct backward *backward = backward_create(network, 1, &options);
    float *gradient = gradient_create(network);
    int again = network_find(network, "again");
    loss_of(backward, gradient);
    for (int w = 0; w < 2; w++)
        for (size_t k = 0; k < network->layers[again].weights[w].count; k += 3) {
            float *weight = &network->layers[again].weights[w].data[k], was = *weight;
            *weight = was + (float)step;
            double up = loss_of(backward, NULL);
            *weight = was - (float)step;
            double slope = (up - loss_of(backward, NULL)) / (2 * step);
            *weight = was;
            double ours = (double)gradient[gradient_offset(network, again, w) + k];
            assert_true(fabs(ours - slope) <= 2e-3 * fmax(0.05, fabs(slope)));
        }
    free(gradient);
    backward_destroy(backward);
    network_destroy(network);
}

static const struct {
    const char *path;
    int rank;
    uint64_t dim[2];
    const char *layer;
} stored[] = {{"layers/dense/vars/0", 2, {IN, UNITS}, "one"},
    {"layers/dense/vars/1", 1, {UNITS}, "one"},
    {"layers/dense_1/vars/0", 2, {UNITS, UNITS}, "again"},
    {"layers/dense_1/vars/1", 1, {UNITS}, "again"},
    {"layers/dense_2/vars/0", 2, {UNITS, CLASSES}, "output"},
    {"layers/dense_2/vars/1", 1, {CLASSES}, "output"}};

static void write_archive(const struct network *network)
{
    struct error err = {0};
    struct h5 *h5 = h5_create("store", &err);
    for (int i = 0; i < 6; i++) {
        struct h5_shape shape = {.rank = stored[i].rank};
        memcpy(shape.dim, stored[i].dim, sizeof stored[i].dim);
        assert_true(h5_add_data(h5, stored[i].path, &shape, H5_TYPE_F32, &err));
        struct h5_data *data = h5_data_open(h5, stored[i].path, &err);
        const struct layer *layer = &network->layers[network_find(network, stored[i].layer)];
        assert_true(h5_write(data, 0, shape.dim[0], H5_TYPE_F32, layer->weights[i % 2].data, &err));
        h5_data_close(data);
    }
    size_t size;
    void *bytes = h5_bytes(h5, &size, &err);
    static const char metadata[] = "{\"keras_version\": \"3.9.2\"}";
    const struct zip_item items[] = {{"metadata.json", metadata, sizeof metadata - 1, false},
        {"config.json", chain, sizeof chain - 1, false}, {"model.weights.h5", bytes, size, false}};
    zip_make("net.keras", items, 3);
    h5_close(h5);
    free(bytes);
}

static void weights_are_stored_once(void **state)
{
    (void)state;
    struct error err = {0};
    struct network *network = twins_network(chain);
    write_archive(network);
    struct model *model = model_open("net.keras", NULL, &err);
    if (!model)
        print_error("%s\n", err.text);
    assert_non_null(model);
    assert_true(weights_equal(model->network, network));
    assert_true(model_save(model, model->network, "same.keras", false, &err));
    assert_true(files_same("net.keras", "same.keras"));
    struct prune_sites *sites = prune_sites_find(network);
    prune_site_prune(&sites->site[1], network, 1);
    assert_true(model_save(model, network, "pruned.keras", false, &err));
    struct model *again = model_open("pruned.keras", NULL, &err);
    assert_non_null(again);
    assert_true(weights_equal(again->network, network));
    model_destroy(again);
    model_destroy(model);
    prune_sites_destroy(sites);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_site_prunes_every_call),
        cmocka_unit_test(gradients_of_all_calls_add_up),
        cmocka_unit_test_setup(weights_are_stored_once, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
