/* load/model: what is written reads back, bit for bit where nothing was pruned, or not at all. */
#include "tests/unit/io/load_files.h"

#include "engine/io/nets/zeroed_channels.h"

#include <fcntl.h>
#include <time.h>

static struct model *open_net(const char *path)
{
    struct error err = {0};
    struct model *model = model_open(path, NULL, &err);
    if (!model)
        print_message("%s\n", err.text);
    assert_non_null(model);
    return model;
}

/* A copy of the model's network with filter 1 of conv pruned. */
static struct network *pruned(const struct model *model)
{
    struct network *network = network_clone(model->network);
    struct layer *conv = &network->layers[network_find(network, "conv")];
    for (int w = 0; w < conv->n_weights; w++)
        weight_zero_channel(&conv->weights[w], 1);
    return network;
}

static void writing_twice_gives_the_same_bytes(void **state)
{
    (void)state;
    struct timespec pause = {.tv_sec = 1, .tv_nsec = 100000000}; /* a file may hold seconds */
    tiny_write("a.h5");
    nanosleep(&pause, NULL);
    tiny_write("b.h5");
    assert_true(files_same("a.h5", "b.h5"));
}

static void nothing_changed_gives_the_same_file(void **state)
{
    (void)state;
    struct error err = {0};
    tiny_write("net.h5");
    struct model *model = open_net("net.h5");
    assert_true(model_save(model, model->network, "out.h5", false, &err));
    assert_true(files_same("net.h5", "out.h5"));
    model_destroy(model);
}

static void only_pruned_values_change(void **state)
{
    (void)state;
    struct error err = {0};
    size_t n, m, changed = 0;
    tiny_write("net.h5");
    struct model *model = open_net("net.h5");
    struct network *network = pruned(model);
    assert_true(model_save(model, network, "out.h5", false, &err));
    struct model *again = open_net("out.h5");
    assert_true(weights_equal(network, again->network));
    assert_false(weights_equal(model->network, again->network));
    char *before = files_read("net.h5", &n), *after = files_read("out.h5", &m);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++)
        changed += before[i] != after[i];
    assert_in_range(changed, 1, 10 * sizeof(float)); /* one 3x3 filter and its bias */
    free(before);
    free(after);
    model_destroy(again);
    model_destroy(model);
    network_destroy(network);
}

static void a_net_from_memory_is_saved_too(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size;
    tiny_write("net.h5");
    void *bytes = files_read("net.h5", &size);
    struct model *model = model_open_image("net.h5", bytes, size, &err);
    assert_non_null(model);
    struct network *network = pruned(model);
    assert_true(model_save(model, network, "out.h5", false, &err));
    assert_true(model_save(model, model->network, "net.h5", true, &err)); /* only a name */
    struct model *again = open_net("out.h5");
    assert_true(weights_equal(network, again->network));
    model_destroy(again);
    model_destroy(model);
    network_destroy(network);
    free(bytes);
}

/* The bias of conv stored as another type, with values no float32 holds exactly. */
static void store_bias_as(hid_t type, const double values[2])
{
    static const char *const bias = "/model_weights/conv/conv/bias:0";
    hsize_t two = 2;
    tiny_write("net.h5");
    hid_t file = H5Fopen("net.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, bias, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &two, NULL), list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, 1, &two);
    H5Pset_deflate(list, 9);
    hid_t data = H5Dcreate2(file, bias, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(data);
    H5Pclose(list);
    H5Sclose(space);
    H5Fclose(file);
}

static void check_stored_bias(size_t item, const double values[2])
{
    double stored[2];
    hid_t file = H5Fopen("out.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t data = H5Dopen2(file, "/model_weights/conv/conv/bias:0", H5P_DEFAULT);
    hid_t type = H5Dget_type(data);
    assert_int_equal(H5Tget_size(type), item);
    assert_true(H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, stored) >= 0);
    assert_memory_equal(stored, values, sizeof stored);
    H5Tclose(type);
    H5Dclose(data);
    H5Fclose(file);
}

static void stored_types_keep_their_digits(void **state)
{
    (void)state;
    static const double fine[2] = {1.0 / 3, 2.0 / 3}, fine_pruned[2] = {1.0 / 3, 0};
    static const double half[2] = {0.5, 1.5}, half_pruned[2] = {0.5, 0};
    hid_t f16 = H5Tcopy(H5T_IEEE_F32BE);
    H5Tset_fields(f16, 15, 10, 5, 0, 10);
    H5Tset_precision(f16, 16);
    H5Tset_size(f16, 2);
    H5Tset_ebias(f16, 15);
    const struct {
        hid_t type;
        const double *before, *after;
    } cases[] = {{H5T_IEEE_F64LE, fine, fine_pruned}, {H5T_IEEE_F64BE, fine, fine_pruned},
        {H5T_IEEE_F32BE, half, half_pruned}, {f16, half, half_pruned}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        store_bias_as(cases[i].type, cases[i].before);
        struct model *model = open_net("net.h5");
        struct network *network = pruned(model);
        assert_true(model->network->layers[1].weights[1].data[0] == (float)cases[i].before[0]);
        assert_true(model_save(model, network, "out.h5", true, &err));
        check_stored_bias(H5Tget_size(cases[i].type), cases[i].after);
        model_destroy(model);
        network_destroy(network);
    }
    H5Tclose(f16);
}

/* Outputs that cannot be ---------------------------------------------------------------- */

static void assert_unwritten(const struct model *model, const char *path, const char *message)
{
    struct error err = {0}, other = {0};
    int files = files_count();
    assert_false(model_save(model, model->network, path, false, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_OUTPUT);
    assert_false(keras_write(model->network, TINY, path, false, &other));
    assert_string_equal(other.text, message);
    assert_int_equal(files_count(), files);
}

static void existing_files_and_the_input_are_safe(void **state)
{
    (void)state;
    tiny_write("net.h5");
    tiny_write("copy.h5");
    files_write("there.h5", "mine", 4);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(symlink("net.h5", "alias.h5"), 0);
    struct model *model = open_net("net.h5");
    assert_unwritten(model, "there.h5", "there.h5: already exists");
    assert_unwritten(model, "folder", "folder: already exists and is not a regular file");
    assert_unwritten(
        model, "there.h5/out.h5", "there.h5/out.h5: cannot be written: Not a directory");
    assert_unwritten(
        model, "nowhere/out.h5", "nowhere/out.h5: cannot be written: No such file or directory");
    static const char *const own[] = {"net.h5", "./net.h5", "alias.h5"};
    for (int i = 0; i < 3; i++) {
        struct error err = {0};
        assert_false(model_save(model, model->network, own[i], true, &err));
        assert_non_null(strstr(err.text, ": is the net's own file, which is never overwritten"));
        assert_int_equal(err.class, ERROR_OUTPUT);
    }
    assert_true(files_same("net.h5", "copy.h5"));
    struct error err = {0};
    assert_true(model_save(model, model->network, "there.h5", true, &err));
    assert_true(files_same("net.h5", "there.h5"));
    model_destroy(model);
}

static void a_closed_folder_is_told(void **state)
{
    (void)state;
    bool root = geteuid() == 0;
    tiny_write("net.h5");
    struct model *model = open_net("net.h5");
    assert_int_equal(mkdir("closed", 0555), 0);
    assert_int_equal(chmod(".", 0755), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    struct error err = {0};
    bool saved = model_save(model, model->network, "closed/out.h5", false, &err);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_false(saved);
    assert_string_equal(err.text, "closed/out.h5: cannot be written: Permission denied");
    assert_int_equal(err.class, ERROR_OUTPUT);
    model_destroy(model);
}

static void a_full_disk_leaves_nothing(void **state)
{
    (void)state;
    tiny_write("net.h5");
    files_write("old.h5", "mine", 4);
    struct model *model = open_net("net.h5");
    static const rlim_t ring[] = {1, 4096, 10000};
    for (size_t i = 0; i < 3; i++) {
        struct error err = {0}, other = {0}, forced = {0};
        int files = files_count();
        files_full_disk(ring[i]);
        bool saved = model_save(model, model->network, "out.h5", false, &err);
        bool written = keras_write(model->network, TINY, "out.h5", false, &other);
        bool replaced = model_save(model, model->network, "old.h5", true, &forced);
        files_full_disk(0);
        assert_false(saved || written || replaced);
        assert_string_equal(err.text, "out.h5: cannot be written: File too large");
        assert_string_equal(other.text, err.text);
        assert_int_equal(err.class, ERROR_OUTPUT);
        assert_int_equal(forced.class, ERROR_OUTPUT);
        assert_int_equal(files_count(), files);
    }
    size_t size;
    char *old = files_read("old.h5", &size);
    assert_string_equal(old, "mine");
    free(old);
    model_destroy(model);
}

/* The file was replaced behind our back by one of another shape. */
static void a_changed_source_is_told(void **state)
{
    (void)state;
    struct error err = {0};
    tiny_write("net.h5");
    struct model *model = open_net("net.h5");
    char *json = keras_deepid_json(3);
    struct network *other = tiny_network(json);
    assert_true(keras_write(other, json, "net.h5", true, &err));
    assert_false(model_save(model, model->network, "out.h5", false, &err));
    assert_string_equal(
        err.text, "net.h5: /model_weights/conv_1: its weights belong to no layer of the net");
    assert_int_equal(unlink("net.h5"), 0);
    assert_false(model_save(model, model->network, "out.h5", false, &err));
    assert_string_equal(err.text, "net.h5: No such file or directory");
    assert_int_equal(files_count(), 0);
    network_destroy(other);
    model_destroy(model);
    free(json);
}

/* What was pruned is told from the two files; what was tuned is told too. */
static void zeroed_channels_are_listed(void **state)
{
    (void)state;
    struct error err = {0};
    struct zeroed_channels found;
    tiny_write("net.h5");
    struct model *model = open_net("net.h5");
    struct network *network = pruned(model);
    assert_true(model_save(model, network, "out.h5", false, &err));
    struct model *again = open_net("out.h5");
    assert_true(zeroed_channels_find(model, model, &found, &err));
    assert_int_equal(found.n_layers, 0);
    assert_false(found.others);
    zeroed_channels_free(&found);
    for (int tuned = 0; tuned < 2; tuned++) {
        assert_true(zeroed_channels_find(model, again, &found, &err));
        assert_int_equal(found.n_layers, 1);
        assert_string_equal(found.layers[0].name, "conv");
        assert_int_equal(found.layers[0].n, 1);
        assert_int_equal(found.layers[0].axis, 0);
        assert_int_equal(found.layers[0].channels[0], 1);
        assert_int_equal(found.others, tuned);
        zeroed_channels_free(&found);
        struct layer *output = &again->network->layers[network_find(again->network, "output")];
        output->weights[0].data[0] += 1;
    }
    again->network->n_layers--;
    assert_false(zeroed_channels_find(model, again, &found, &err));
    assert_non_null(strstr(err.text, "out.h5: has 3 layers, net.h5 has 4"));
    again->network->n_layers++;
    model_destroy(again);
    model_destroy(model);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(writing_twice_gives_the_same_bytes, files_each),
        cmocka_unit_test_setup(nothing_changed_gives_the_same_file, files_each),
        cmocka_unit_test_setup(only_pruned_values_change, files_each),
        cmocka_unit_test_setup(zeroed_channels_are_listed, files_each),
        cmocka_unit_test_setup(a_net_from_memory_is_saved_too, files_each),
        cmocka_unit_test_setup(stored_types_keep_their_digits, files_each),
        cmocka_unit_test_setup(existing_files_and_the_input_are_safe, files_each),
        cmocka_unit_test_setup(a_closed_folder_is_told, files_each),
        cmocka_unit_test_setup(a_full_disk_leaves_nothing, files_each),
        cmocka_unit_test_setup(a_changed_source_is_told, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
