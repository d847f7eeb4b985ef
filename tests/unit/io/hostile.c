/* Reads hostile files and measures what they cost. */
#include "tests/unit/io/hostile.h"

enum { SECONDS_MAX = 5, MEGABYTES_MAX = 300 };

/* Measuring ------------------------------------------------------------------------------- */

static double seconds_of(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static double processor_seconds(void)
{
    return seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN);
}

/* Of the largest reader so far. */
static double reader_megabytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static void check_figures(const char *name, double before, const char *text)
{
    double seconds = processor_seconds() - before;
    print_message("%-28s %6.3f s of processor, readers up to %.0f MB: %s\n", name, seconds,
        reader_megabytes(), text);
    assert_true(seconds < SECONDS_MAX);
#ifndef __SANITIZE_ADDRESS__
    assert_true(reader_megabytes() < MEGABYTES_MAX);
#endif
}

static void keep(const char *name)
{
    const char *folder = getenv("SECATEUR_KEEP");
    size_t size;
    if (!folder)
        return;
    char *bytes = files_read("bad.h5", &size), *path = memory_format("%s/%s.h5", folder, name);
    files_write(path, bytes, size);
    free(path);
    free(bytes);
}

void hostile_net(const char *name, const char *message)
{
    struct error err = {0};
    double before = processor_seconds();
    FILE *nowhere = fopen("/dev/null", "w");
    keep(name);
    struct model *model = model_open("bad.h5", NULL, &err);
    model_inspect("bad.h5", NULL, nowhere, NULL);
    fclose(nowhere);
    check_figures(name, before, model ? "read" : err.text);
    if (message) {
        assert_null(model);
        assert_string_equal(err.text, message);
        assert_int_equal(err.class, ERROR_INPUT);
    }
    model_destroy(model);
}

void hostile_set(const char *name, const struct shape *image, const char *message)
{
    struct error err = {0};
    struct dataset_options wanted = {.shape = *image, .n_classes = 3};
    double before = processor_seconds();
    keep(name);
    struct dataset *dataset = dataset_open("bad.h5", &wanted, &err);
    check_figures(name, before, dataset ? "read" : err.text);
    if (message) {
        assert_null(dataset);
        assert_string_equal(err.text, message);
    }
    dataset_unref(dataset);
}

/* Making ------------------------------------------------------------------------------- */

hid_t hostile_edit(void)
{
    tiny_write("bad.h5");
    return H5Fopen("bad.h5", H5F_ACC_RDWR, H5P_DEFAULT);
}

void hostile_text(hid_t object, const char *attribute, const char *text, size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, size ? size : H5T_VARIABLE);
    if (H5Aexists(object, attribute) > 0)
        H5Adelete(object, attribute);
    hid_t at = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(at >= 0);
    assert_true(H5Awrite(at, type, size ? (const void *)text : (const void *)&text) >= 0);
    H5Aclose(at);
    H5Sclose(space);
    H5Tclose(type);
}
