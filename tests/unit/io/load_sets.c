/* Image sets, stored by the HDF5 library itself. */
#include "tests/unit/io/load_sets.h"

int value_at(int i, int y, int x, int c)
{
    return (i * 61 + y * 17 + x * 5 + c * 97) % 256;
}

hid_t add_array(const char *path, const char *name, hid_t type, int rank, const hsize_t *dim,
    const hsize_t *chunk, const double *values)
{
    hid_t file = access(path, F_OK) == 0 ? H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT)
                                         : H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(rank, dim, NULL);
    if (chunk && chunk[0]) {
        H5Pset_chunk(list, rank, chunk);
        H5Pset_shuffle(list);
        H5Pset_deflate(list, 1);
        H5Pset_fletcher32(list);
    }
    hid_t data = H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(data >= 0);
    if (values)
        assert_true(H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(data);
    H5Sclose(space);
    H5Pclose(list);
    return H5Fclose(file);
}

void write_images(const char *path, const char *name, const struct stored *stored)
{
    static double values[N * IMAGE];
    size_t at = 0;
    const hsize_t last[] = {N, H, W, C}, first[] = {N, C, H, W};
    const hsize_t *dim = stored->planes ? first : last;
    for (int i = 0; i < N; i++)
        for (int a = 0; a < (int)dim[1]; a++)
            for (int b = 0; b < (int)dim[2]; b++)
                for (int c = 0; c < (int)dim[3]; c++)
                    values[at++] = stored->planes ? value_at(i, b, c, a) : value_at(i, a, b, c);
    if (stored->odd != 0)
        values[at - 1] = stored->odd;
    add_array(path, name, stored->type, 4, dim, stored->chunk, values);
}

void write_labels(const char *path, const char *name, int n)
{
    double labels[N + 1];
    hsize_t count = (hsize_t)n;
    for (int i = 0; i < n; i++)
        labels[i] = i % 3;
    add_array(path, name, H5T_STD_I64LE, 1, &count, NULL, labels);
}

void write_lzf_images(const char *path, const char *name)
{
    enum { LZF = 32000 };
    const unsigned values[] = {4, 0x0105, IMAGE};
    const hsize_t dim[] = {N, H, W, C}, chunk[] = {1, H, W, C};
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(4, dim, NULL);
    H5Zunregister(LZF); /* the one that only unpacks */
    H5Pset_chunk(list, 4, chunk);
    H5Pset_filter(list, LZF, H5Z_FLAG_OPTIONAL, 3, values);
    hid_t data = H5Dcreate2(file, name, H5T_STD_U8LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(data >= 0);
    for (int i = 0; i < N; i++) {
        uint8_t image[IMAGE], packed[2 * IMAGE];
        const hsize_t at[] = {(hsize_t)i, 0, 0, 0};
        for (int k = 0; k < IMAGE; k++)
            image[k] = (uint8_t)value_at(i, 0, k / 8, 0);
        unsigned n = lzf_compress(image, IMAGE, packed, sizeof packed);
        assert_in_range(n, 1, IMAGE - 1);
        assert_true(H5Dwrite_chunk(data, H5P_DEFAULT, 0, at, n, packed) >= 0);
    }
    H5Dclose(data);
    H5Sclose(space);
    H5Pclose(list);
    H5Fclose(file);
}

struct dataset_options options(int height, int width, int channels)
{
    return (struct dataset_options){.shape = shape_image(height, width, channels), .n_classes = 3};
}

struct dataset *open_set(const char *path, bool in_file)
{
    struct error err = {0};
    struct dataset_options wanted = options(H, W, C);
    wanted.budget = in_file ? memory_budget_create(0, "/tmp") : NULL;
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    memory_budget_unref(wanted.budget);
    if (!dataset)
        print_message("%s\n", err.text);
    assert_non_null(dataset);
    return dataset;
}

void check_images(const struct dataset *dataset, int n, float odd)
{
    float pixels[IMAGE];
    assert_int_equal(dataset_count(dataset), n);
    for (int i = 0; i < n; i++) {
        const float *at = pixels;
        dataset_fill(dataset, i, 1, 2, pixels);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                for (int c = 0; c < C; c++, at++) {
                    bool last = odd != 0 && i == N - 1 && at == pixels + IMAGE - 1;
                    assert_true(*at == 2 * (last ? odd : (float)value_at(i, y, x, c)));
                }
    }
}
