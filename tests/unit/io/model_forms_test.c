/* load: the forms in which people have nets, each against an independent computation; saved in its
 * own form, with the bits that did not change. */
#include "engine/base/random.h"
#include "engine/nn/forward/reference_pass.h"

#include "engine/io/hdf5/h5_make.h"
#include "tests/unit/io/load_zip.h"

#include <math.h>

enum { SIDE = 4, PIXELS = SIDE * SIDE, CLASSES = 3 };

/* JSON of a Sequential net; layers are said by class, name and settings. */
#define LAYER(class, name, settings) \
    "{\"class_name\": \"" class "\", \"config\": {\"name\": \"" name "\"" settings "}}"
#define NET(layers) \
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"net\", \"layers\": [" layers "]}}"
#define INNER(name, layers)                                                                      \
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"" name "\", \"layers\": [" layers \
    "]}}"
#define INPUT(shape) LAYER("InputLayer", "in", ", \"batch_input_shape\": [null, " shape "]")
#define OUTPUT LAYER("Dense", "out", ", \"units\": 3, \"activation\": \"softmax\"")
#define FLAT LAYER("Flatten", "flat", "")

static void fill(struct random *random, float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)random_range(random, -1, 1);
}

/* The logits of one image, [n_classes]. */
static void run(const struct network *network, const float *image, float *logits)
{
    struct reference_pass *pass = reference_pass_create(network, 1);
    size_t n = shape_count(&network->layers[network->input].shape);
    memcpy(reference_pass_tensor(pass, network->input), image, n * sizeof *image);
    reference_pass_forward(pass, 1, NULL);
    memcpy(logits, reference_pass_tensor(pass, network->output),
        (size_t)network->n_classes * sizeof *logits);
    reference_pass_destroy(pass);
}

/* A file of weights as Keras 3 writes it. */
struct stored {
    const char *path;
    int rank;
    uint64_t dim[4];
    const float *values;
};

static void *budget(const struct stored *list, int n, size_t *size)
{
    struct error err = {0};
    struct h5 *h5 = h5_create("store", &err);
    for (int i = 0; i < n; i++) {
        struct h5_shape shape = {.rank = list[i].rank};
        memcpy(shape.dim, list[i].dim, sizeof list[i].dim);
        assert_true(h5_add_data(h5, list[i].path, &shape, H5_TYPE_F32, &err));
        struct h5_data *data = h5_data_open(h5, list[i].path, &err);
        assert_true(h5_write(data, 0, shape.dim[0], H5_TYPE_F32, list[i].values, &err));
        h5_data_close(data);
    }
    void *bytes = h5_bytes(h5, size, &err);
    h5_close(h5);
    return bytes;
}

static float kernel_a[PIXELS * 5], bias_a[5], kernel_b[5 * CLASSES], bias_b[CLASSES], image[PIXELS];

static void fill_all(void)
{
    struct random random;
    random_init(&random, 9, 0);
    fill(&random, kernel_a, PIXELS * 5);
    fill(&random, bias_a, 5);
    fill(&random, kernel_b, 5 * CLASSES);
    fill(&random, bias_b, CLASSES);
    fill(&random, image, PIXELS);
}

/* Two Dense layers by hand. */
static void by_hand(double logits[CLASSES])
{
    double hidden[5];
    for (int u = 0; u < 5; u++) {
        hidden[u] = (double)bias_a[u];
        for (int i = 0; i < PIXELS; i++)
            hidden[u] += (double)image[i] * (double)kernel_a[i * 5 + u];
        hidden[u] = hidden[u] > 0 ? hidden[u] : 0;
    }
    for (int c = 0; c < CLASSES; c++) {
        logits[c] = (double)bias_b[c];
        for (int u = 0; u < 5; u++)
            logits[c] += hidden[u] * (double)kernel_b[u * CLASSES + c];
    }
}

static void expect_by_hand(const struct network *network)
{
    float logits[CLASSES];
    double expected[CLASSES];
    assert_int_equal(network->n_classes, CLASSES);
    run(network, image, logits);
    by_hand(expected);
    for (int c = 0; c < CLASSES; c++)
        assert_true(fabs((double)logits[c] - expected[c]) < 1e-5);
}

#define HIDDEN LAYER("Dense", "hidden", ", \"units\": 5, \"activation\": \"relu\"")
static const char two_dense[] = NET(INPUT("4, 4, 1") ", " FLAT ", " HIDDEN ", " OUTPUT);
static const char nested[] =
    NET(INPUT("4, 4, 1") ", " INNER("inner", FLAT ", " HIDDEN) ", " OUTPUT);

static const struct stored in_layers[] = {{"layers/dense/vars/0", 2, {PIXELS, 5}, kernel_a},
    {"layers/dense/vars/1", 1, {5}, bias_a}, {"layers/dense_1/vars/0", 2, {5, CLASSES}, kernel_b},
    {"layers/dense_1/vars/1", 1, {CLASSES}, bias_b}};
/* Keras 2.13 counts layers with weights twice. */
static const struct stored in_dependencies[] = {
    {"_layer_checkpoint_dependencies/dense/vars/0", 2, {PIXELS, 5}, kernel_a},
    {"_layer_checkpoint_dependencies/dense/vars/1", 1, {5}, bias_a},
    {"_layer_checkpoint_dependencies/dense_2/vars/0", 2, {5, CLASSES}, kernel_b},
    {"_layer_checkpoint_dependencies/dense_2/vars/1", 1, {CLASSES}, bias_b}};
static const struct stored in_inner[] = {
    {"layers/sequential/layers/dense/vars/0", 2, {PIXELS, 5}, kernel_a},
    {"layers/sequential/layers/dense/vars/1", 1, {5}, bias_a},
    {"layers/dense/vars/0", 2, {5, CLASSES}, kernel_b},
    {"layers/dense/vars/1", 1, {CLASSES}, bias_b}};

static void write_keras(
    const char *path, const char *json, const struct stored *list, int n, bool deflated)
{
    static const char metadata[] = "{\"keras_version\": \"3.9.2\"}";
    size_t size;
    void *bytes = budget(list, n, &size);
    const struct zip_item items[] = {{"metadata.json", metadata, sizeof metadata - 1, deflated},
        {"config.json", json, strlen(json), deflated}, {"model.weights.h5", bytes, size, deflated}};
    zip_make(path, items, 3);
    free(bytes);
}

static void keras_archives_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const struct stored *list;
    } forms[] = {{two_dense, in_layers}, {two_dense, in_dependencies}, {nested, in_inner}};
    fill_all();
    for (int i = 0; i < 6; i++) {
        struct error err = {0};
        write_keras("net.keras", forms[i / 2].json, forms[i / 2].list, 4, i % 2);
        struct model *model = model_open("net.keras", NULL, &err);
        if (!model)
            print_error("%s\n", err.text);
        assert_non_null(model);
        assert_string_equal(model->writer, "Keras 3.9.2");
        assert_true(model->whole);
        expect_by_hand(model->network);
        model_destroy(model);
    }
}

static void weights_need_their_architecture(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size;
    fill_all();
    void *bytes = budget(in_layers, 4, &size);
    files_write("net.weights.h5", bytes, size);
    assert_refused("net.weights.h5", NULL,
        "net.weights.h5: holds only weights: give their architecture (--architecture config.json)");
    files_write("other.json", two_dense, sizeof two_dense - 1);
    struct model *model = model_open("net.weights.h5", "other.json", &err);
    assert_non_null(model);
    expect_by_hand(model->network);
    assert_true(model_save(model, model->network, "same.weights.h5", false, &err));
    assert_true(files_same("net.weights.h5", "same.weights.h5"));
    model_destroy(model);
    write_keras("net.keras", two_dense, in_layers, 4, true);
    model = model_open("net.weights.h5", "net.keras", &err);
    assert_non_null(model);
    expect_by_hand(model->network);
    model_destroy(model);
    free(bytes);
}

static void wrong_stores_are_refused(void **state)
{
    (void)state;
    fill_all();
    write_keras("net.keras", two_dense, in_layers, 2, false);
    assert_refused("net.keras", NULL,
        "net.keras: model.weights.h5: the weights of layer out are "
        "missing: there is no /layers/dense_1");
    write_keras("net.keras", two_dense, in_layers, 3, false);
    assert_refused("net.keras", NULL,
        "net.keras: model.weights.h5: /layers/dense_1: has 1 weights, layer out needs 2");
    struct stored more[5];
    memcpy(more, in_layers, sizeof in_layers);
    more[4] = (struct stored){"layers/dense_2/vars/0", 1, {5}, bias_a};
    write_keras("net.keras", two_dense, more, 5, false);
    assert_refused(
        "net.keras", NULL, "net.keras: model.weights.h5: holds 5 weights, the net's layers need 4");
    const struct zip_item item = {"a.npy", "x", 1, false};
    zip_make("images.npz", &item, 1);
    assert_refused("images.npz", NULL,
        "images.npz: is not a .keras net: the archive has no config.json (its first entry is "
        "a.npy)");
}

/* What a pruned .keras net is: the archive with other numbers in its weights alone. */
static void archives_are_saved_as_archives(void **state)
{
    (void)state;
    struct error err = {0};
    fill_all();
    for (int deflated = 0; deflated < 2; deflated++) {
        write_keras("net.keras", nested, in_inner, 4, deflated);
        struct model *model = model_open("net.keras", NULL, &err);
        struct network *network = network_clone(model->network);
        const struct layer *hidden = &network->layers[network_find_inner(network, "hidden")];
        weight_zero_channel((struct weight *)&hidden->weights[0], 3);
        weight_zero_channel((struct weight *)&hidden->weights[1], 3);
        assert_true(model_save(model, network, "pruned.keras", true, &err));
        struct model *again = model_open("pruned.keras", NULL, &err);
        assert_non_null(again);
        assert_true(weights_equal(network, again->network));
        assert_string_equal(again->writer, "Keras 3.9.2");
        assert_string_equal(again->layers, nested);
        model_destroy(again);
        assert_false(model_save(model, network, "pruned.h5", true, &err));
        assert_string_equal(
            err.text, "pruned.h5: a .keras net is saved as .keras: name it FILE.keras");
        assert_int_equal(err.class, ERROR_OUTPUT);
        network_destroy(network);
        model_destroy(model);
    }
    write_keras("net.zip", nested, in_inner, 4, false);
    struct model *model = model_open("net.zip", NULL, &err);
    assert_non_null(model);
    assert_string_equal(model_ending("net.zip"), ".keras"); /* by what it is */
    assert_false(model_save(model, model->network, "same.zip", true, &err));
    assert_true(model_save(model, model->network, "same.keras", true, &err));
    model_destroy(model);
    assert_string_equal(model_ending("a/net.keras"), ".keras");
    assert_string_equal(model_ending("net.weights.h5"), ".weights.h5");
    assert_string_equal(model_ending("net.hdf5"), ".h5");
    assert_string_equal(model_ending(NULL), ".h5");
    assert_int_equal(model_stem("net.weights.h5"), 3);
    assert_int_equal(model_stem("a.b.keras"), 3);
    assert_int_equal(model_stem("net"), 3);
}

/* One sigmoid ----------------------------------------------------------------------------- */

#define ONE(activation) LAYER("Dense", "one", ", \"units\": 1, \"activation\": \"" activation "\"")
#define SIGMOID LAYER("Activation", "last", ", \"activation\": \"sigmoid\"")

static const struct stored of_one[] = {
    {"layers/dense/vars/0", 2, {PIXELS, 1}, kernel_a}, {"layers/dense/vars/1", 1, {1}, bias_a}};

static void one_sigmoid_is_two_classes(void **state)
{
    (void)state;
    static const char *const forms[] = {NET(INPUT("4, 4, 1") ", " FLAT ", " ONE("sigmoid")),
        NET(INPUT("4, 4, 1") ", " FLAT ", " ONE("linear") ", " SIGMOID),
        NET(INPUT("4, 4, 1") ", " FLAT ", " ONE("linear"))};
    fill_all();
    for (int i = 0; i < 3; i++) {
        struct error err = {0};
        float logits[2];
        write_keras("one.keras", forms[i], of_one, 2, false);
        struct model *model = model_open("one.keras", NULL, &err);
        if (!model)
            print_error("%s\n", err.text);
        assert_non_null(model);
        assert_int_equal(model->network->n_classes, 2);
        assert_int_equal(model->network->n_parameters, PIXELS + 1);
        assert_int_equal(model->logit, i == 2);
        for (int sign = -1; sign <= 1; sign++) {
            float changed[PIXELS];
            double z = (double)bias_a[0];
            for (int p = 0; p < PIXELS; p++) {
                changed[p] = (float)sign * image[p];
                z += (double)changed[p] * (double)kernel_a[p];
            }
            run(model->network, changed, logits);
            assert_true(logits[0] == 0);
            assert_true(fabs((double)logits[1] - z) < 1e-5);
            assert_int_equal(reference_pass_argmax(logits, 2), 1 / (1 + exp(-z)) > 0.5);
        }
        assert_true(model_save(model, model->network, "same.keras", true, &err));
        struct model *again = model_open("same.keras", NULL, &err);
        assert_true(weights_equal(model->network, again->network));
        model_destroy(again);
        model_destroy(model);
    }
    /* p = 0.5 exactly is class 0: the lowest of equals */
    assert_int_equal(reference_pass_argmax((float[]){0, 0}, 2), 0);
}

static void other_single_values_are_refused(void **state)
{
    (void)state;
    write_keras("one.keras", NET(INPUT("4, 4, 1") ", " FLAT ", " ONE("tanh")), of_one, 2, false);
    assert_refused("one.keras", NULL,
        "one.keras: layer one (Dense): the net ends with one value without a sigmoid: it gives no "
        "classes");
}

/* Images ---------------------------------------------------------------------------------- */

static void images_without_channels_are_pictures(void **state)
{
    (void)state;
    static const char *const forms[] = {NET(INPUT("4, 4") ", " FLAT ", " HIDDEN ", " OUTPUT),
        NET(INPUT("16") ", " HIDDEN ", " OUTPUT),
        NET(INPUT("16") ", " LAYER("Reshape", "shape",
            ", \"target_shape\": [4, 4, 1]") ", " FLAT ", " HIDDEN ", " OUTPUT)};
    const struct shape picture = shape_image(SIDE, SIDE, 1);
    fill_all();
    for (int i = 0; i < 3; i++) {
        struct error err = {0};
        write_keras("flat.keras", forms[i], in_layers, 4, false);
        struct model *model = model_open("flat.keras", NULL, &err);
        if (!model)
            print_error("%s\n", err.text);
        assert_non_null(model);
        assert_true(shape_equal(&model->network->layers[model->network->input].shape, &picture));
        expect_by_hand(model->network);
        model_destroy(model);
    }
}

enum { IN = 2, OUT = 3, H = 3, W = 4 };

struct planes {
    float kernel[IN * OUT], bias[OUT], last[H * W * OUT * CLASSES], picture[H * W * IN];
};

/* turned: Flatten gives a place's channels side by side. */
static double of_planes(const struct planes *planes, bool turned, int class)
{
    double sum = (double)bias_b[class];
    for (int p = 0; p < H * W; p++)
        for (int f = 0; f < OUT; f++) {
            double value = (double)planes->bias[f];
            for (int k = 0; k < IN; k++)
                value += (double)planes->picture[p * IN + k] * (double)planes->kernel[k * OUT + f];
            int unit = turned ? p * OUT + f : f * H * W + p;
            sum += value * (double)planes->last[unit * CLASSES + class];
        }
    return sum;
}

/* A convolution over planes, flattened as Keras does: turned round where Flatten knows of planes
 * (its weights are those of a net with the channels last), plane behind plane where it does not. */
static void planes_are_turned(void **state)
{
    (void)state;
    static const char *const forms[] = {", \"data_format\": \"channels_first\"", ""};
    struct planes planes;
    struct random random;
    random_init(&random, 4, 0);
    fill(&random, planes.kernel, IN * OUT);
    fill(&random, planes.bias, OUT);
    fill(&random, planes.last, H * W * OUT * CLASSES);
    fill(&random, planes.picture, H * W * IN);
    fill_all();
    const struct stored list[] = {{"layers/conv2d/vars/0", 4, {1, 1, IN, OUT}, planes.kernel},
        {"layers/conv2d/vars/1", 1, {OUT}, planes.bias},
        {"layers/dense/vars/0", 2, {H * W * OUT, CLASSES}, planes.last},
        {"layers/dense/vars/1", 1, {CLASSES}, bias_b}};
    for (int form = 0; form < 2; form++) {
        struct error err = {0};
        float logits[CLASSES];
        char *json = memory_format(
            NET(INPUT("2, 3, 4") ", " LAYER("Conv2D", "conv",
                ", \"filters\": 3, \"kernel_size\": [1, 1], \"data_format\": "
                "\"channels_first\"") ", " LAYER("Flatten", "flat", "%s") ", " OUTPUT),
            forms[form]);
        write_keras("planes.keras", json, list, 4, false);
        struct model *model = model_open("planes.keras", NULL, &err);
        if (!model)
            print_error("%s\n", err.text);
        assert_non_null(model);
        run(model->network, planes.picture,
            logits); /* [height, width, channels], as images are here */
        for (int c = 0; c < CLASSES; c++)
            assert_true(fabs((double)logits[c] - of_planes(&planes, form == 0, c)) < 1e-4);
        model_destroy(model);
        free(json);
    }
}

/* Files of Theano -------------------------------------------------------------------------- */

static void kernels_of_theano_are_turned(void **state)
{
    (void)state;
    struct error err = {0};
    tiny_write("net.h5");
    hid_t file = H5Fopen("net.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Adelete(file, "backend") >= 0);
    H5Fclose(file);
    struct model *plain = model_open("net.h5", NULL, &err);
    file = H5Fopen("net.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, 6);
    hid_t attribute = H5Acreate2(file, "backend", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, "theano") >= 0);
    H5Aclose(attribute), H5Sclose(space), H5Tclose(type), H5Fclose(file);
    struct model *model = model_open("net.h5", NULL, &err);
    assert_non_null(model);
    const float *turned = model->network->layers[1].weights[0].data;
    const float *kernel = plain->network->layers[1].weights[0].data;
    for (int tap = 0; tap < 9; tap++)
        for (int filter = 0; filter < 2; filter++)
            assert_true(turned[tap * 2 + filter] == kernel[(8 - tap) * 2 + filter]);
    assert_true(model_save(model, model->network, "same.h5", false, &err));
    assert_true(files_same("net.h5", "same.h5"));
    model_destroy(model);
    model_destroy(plain);
}

/* What is said and what is done ----------------------------------------------------------- */

/* A net that inspect calls good opens, and one that it calls bad does not, for the same reason. */
static void inspect_says_what_open_does(void **state)
{
    (void)state;
    static const char *const nets[] = {two_dense, NET(INPUT("16") ", " HIDDEN ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " FLAT ", " HIDDEN), NET(INPUT("4, 4, 1") ", " HIDDEN),
        NET(INPUT("4, 4, 1, 1") ", " FLAT ", " HIDDEN ", " OUTPUT),
        NET(INPUT("null, 4, 1") ", " FLAT ", " HIDDEN ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " LAYER(
            "Lambda", "l", ", \"function\": [\"\\u0000\"]") ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " LAYER(
            "Resizing", "r", ", \"height\": 4, \"width\": 4") ", " FLAT ", " HIDDEN ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " LAYER(
            "Resizing", "r", ", \"height\": 5, \"width\": 4") ", " FLAT ", " HIDDEN ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " LAYER(
            "RandomFlip", "f", ", \"mode\": \"x\"") ", " FLAT ", " HIDDEN ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " FLAT ", " LAYER(
            "Dense", "hidden", ", \"units\": 5, \"new\": 1") ", " OUTPUT),
        NET(INPUT("4, 4, 1") ", " FLAT ", " ONE("sigmoid")), NET(INPUT("4, 4, 1") ", " FLAT), "{}",
        "nonsense"};
    int opened = 0, n = sizeof nets / sizeof *nets;
    fill_all();
    FILE *nowhere = fopen("/dev/null", "w");
    for (int i = 0; i < n; i++)
        for (int one = 0; one < 2; one++) {
            struct error err = {0}, said = {0};
            write_keras("net.keras", nets[i], one ? of_one : in_layers, one ? 2 : 4, false);
            bool any_size = false; /* that is no fault of the file */
            const struct model_options options = {.any_size = &any_size};
            struct model *model = model_open_with("net.keras", &options, &err);
            bool good = model_inspect("net.keras", NULL, nowhere, &said);
            opened += model != NULL;
            assert_int_equal(good, model || any_size);
            assert_string_equal(said.text, any_size ? "" : err.text);
            assert_int_equal(said.class, any_size ? ERROR_NONE : err.class);
            model_destroy(model);
        }
    fclose(nowhere);
    assert_true(opened >= 5 && opened < n);
}

/* Damage ---------------------------------------------------------------------------------- */

static void damaged_archives_do_no_harm(void **state)
{
    (void)state;
    struct random random;
    size_t size;
    int opened = 0;
    random_init(&random, 8, 0);
    fill_all();
    write_keras("net.keras", nested, in_inner, 4, false);
    uint8_t *good = files_read("net.keras", &size), *bad = memory_array(size, 1);
    FILE *nowhere = fopen("/dev/null", "w");
    for (int i = 0; i < 150; i++) {
        struct error err = {0};
        memcpy(bad, good, size);
        for (uint32_t k = 0, n = 1 + random_below(&random, 4); k < n; k++) {
            size_t range = random_below(&random, 2) ? 1500 : size;
            bad[random_below(&random, (uint32_t)range)] = (uint8_t)random_below(&random, 256);
        }
        files_write("bad.keras", bad, size);
        struct model *model = model_open("bad.keras", NULL, &err);
        model_inspect("bad.keras", NULL, nowhere, NULL);
        opened += model != NULL;
        if (!model) {
            assert_memory_equal(err.text, "bad.keras: ", 11);
            assert_int_equal(err.class, ERROR_INPUT);
        }
        model_destroy(model);
    }
    print_message("%d of 150 damaged archives opened\n", opened);
    fclose(nowhere);
    free(good);
    free(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keras_archives_are_read, files_each),
        cmocka_unit_test_setup(weights_need_their_architecture, files_each),
        cmocka_unit_test_setup(wrong_stores_are_refused, files_each),
        cmocka_unit_test_setup(archives_are_saved_as_archives, files_each),
        cmocka_unit_test_setup(one_sigmoid_is_two_classes, files_each),
        cmocka_unit_test_setup(other_single_values_are_refused, files_each),
        cmocka_unit_test_setup(images_without_channels_are_pictures, files_each),
        cmocka_unit_test_setup(planes_are_turned, files_each),
        cmocka_unit_test_setup(kernels_of_theano_are_turned, files_each),
        cmocka_unit_test_setup(inspect_says_what_open_does, files_each),
        cmocka_unit_test_setup(damaged_archives_do_no_harm, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
