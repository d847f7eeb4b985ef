/* load: damaged files are read or refused with a line about the file, and never crash us.
 * SECATEUR_FUZZ_ROUNDS changes how often each file is damaged; SECATEUR_REAL adds real files. */
#include "engine/base/random.h"

#include "tests/unit/io/load_npy.h"

static int rounds(int usual)
{
    const char *text = getenv("SECATEUR_FUZZ_ROUNDS");
    return text ? atoi(text) : usual;
}

/* Overwrites some bytes; half the time among the first, where the structure of small files is. */
static void damage(struct random *random, uint8_t *bytes, size_t size)
{
    static const uint8_t likely[] = {0, 1, 0x7f, 0x80, 0xff};
    uint32_t n = 1 + random_below(random, 8);
    size_t range = random_below(random, 2) && size > 4096 ? 4096 : size;
    for (uint32_t i = 0; i < n; i++) {
        size_t at = random_below(random, (uint32_t)range);
        bytes[at] = random_below(random, 2) ? likely[random_below(random, 5)]
                                            : (uint8_t)random_below(random, 256);
    }
}

struct outcome {
    int opened, refused, crashed;
};

static void read_damaged(const struct shape *shape, struct outcome *outcome)
{
    struct error err = {0};
    bool opened = false;
    if (shape) {
        struct dataset_options wanted = {.shape = *shape};
        struct dataset *dataset = dataset_open("bad.h5", &wanted, &err);
        opened = dataset;
        dataset_unref(dataset);
    } else {
        FILE *nowhere = fopen("/dev/null", "w");
        struct model *model = model_open("bad.h5", NULL, &err);
        opened = model;
        model_destroy(model);
        model_inspect("bad.h5", NULL, nowhere, NULL);
        fclose(nowhere);
    }
    outcome->opened += opened;
    outcome->refused += !opened;
    if (opened)
        return;
    outcome->crashed += strstr(err.text, "bad.h5: is damaged: ") != NULL;
    assert_null(strstr(err.text, "hostile")); /* what libraries do with damage is allowed */
    assert_memory_equal(err.text, "bad.h5: ", 8);
    assert_int_equal(err.class, ERROR_INPUT);
}

static void fuzz(const char *path, const struct shape *shape, int n, uint64_t seed)
{
    struct random random;
    struct outcome outcome = {0};
    size_t size;
    uint8_t *good = files_read(path, &size), *bad = memory_array(size, 1);
    random_init(&random, seed, 0);
    for (int i = 0; i < n; i++) {
        memcpy(bad, good, size);
        damage(&random, bad, size);
        files_write("bad.h5", bad, size);
        read_damaged(shape, &outcome);
    }
    print_message("%s: %d opened, %d refused, of these %d by a crash in the child\n", path,
        outcome.opened, outcome.refused, outcome.crashed);
    free(good);
    free(bad);
}

static void damaged_nets_do_no_harm(void **state)
{
    (void)state;
    tiny_write("net.h5");
    fuzz("net.h5", NULL, rounds(100), 1);
}

static void damaged_sets_do_no_harm(void **state)
{
    (void)state;
    struct stored packed = {.type = H5T_IEEE_F64LE, .chunk = {2, 2, W, C}};
    struct stored plain = {.type = H5T_STD_U8LE, .planes = true};
    struct shape shape = shape_image(H, W, C);
    write_images("packed.h5", "data", &packed);
    write_labels("packed.h5", "label", N);
    write_images("plain.h5", "data", &plain);
    write_labels("plain.h5", "label", N);
    fuzz("packed.h5", &shape, rounds(50), 2);
    fuzz("plain.h5", &shape, rounds(50), 3);
    write_lzf_images("lzf.h5", "data");
    write_labels("lzf.h5", "label", N);
    fuzz("lzf.h5", &shape, rounds(100), 4);
}

static void damaged_numpy_archives_do_no_harm(void **state)
{
    (void)state;
    struct shape shape = shape_image(H, W, C);
    npz_write_set("plain.npz", "data", "label", "<f4", false, false);
    npz_write_set("packed.npz", "x", "y", "|u1", true, true);
    fuzz("plain.npz", &shape, rounds(150), 5);
    fuzz("packed.npz", &shape, rounds(100), 6);
}

/* The header of an array, with a correct checksum around it. */
static void damaged_headers_of_arrays_do_no_harm(void **state)
{
    (void)state;
    struct random random;
    struct outcome outcome = {0};
    struct shape shape = shape_image(H, W, C);
    static const char good[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (7, 4, 5, 3), }";
    static const char likely[] = "0123456789(),'<>=|biufOTF \n";
    const uint8_t values[N * IMAGE] = {0};
    random_init(&random, 7, 0);
    for (int i = 0; i < rounds(200); i++) {
        char header[sizeof good];
        memcpy(header, good, sizeof good);
        for (uint32_t n = 1 + random_below(&random, 4); n > 0; n--)
            header[random_below(&random, sizeof good - 1)] =
                likely[random_below(&random, sizeof likely - 1)];
        struct npz npz = npz_begin("bad.h5");
        npz_add(&npz, "data", header, values, sizeof values, i % 2);
        npz_add(&npz, "label", "{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }", values,
            N, false);
        npz_end(&npz);
        read_damaged(&shape, &outcome);
    }
    print_message("headers: %d opened, %d refused, of these %d by a crash in the child\n",
        outcome.opened, outcome.refused, outcome.crashed);
    assert_int_equal(outcome.crashed, 0);
}

static void damaged_real_files_do_no_harm(void **state)
{
    (void)state;
    const char *real = test_real_folder();
    if (!real)
        return;
    static const char *const nets[] = {"lab3_bd_net.h5", "mnist_clean_label_bd_net.h5"};
    struct shape face = shape_image(55, 47, 3), digit = shape_image(28, 28, 1);
    for (int i = 0; i < 2; i++) {
        char *path = memory_format("%s/%s", real, nets[i]);
        fuzz(path, NULL, rounds(20), 10 + (uint64_t)i);
        free(path);
    }
    char *faces = memory_format("%s/lab3_faces_clean.h5", real);
    char *digits = memory_format("%s/mnist_clean.h5", real);
    fuzz(faces, &face, rounds(20), 20);
    fuzz(digits, &digit, rounds(20), 21);
    free(faces);
    free(digits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(damaged_nets_do_no_harm, files_each),
        cmocka_unit_test_setup(damaged_sets_do_no_harm, files_each),
        cmocka_unit_test_setup(damaged_numpy_archives_do_no_harm, files_each),
        cmocka_unit_test_setup(damaged_headers_of_arrays_do_no_harm, files_each),
        cmocka_unit_test_setup(damaged_real_files_do_no_harm, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
