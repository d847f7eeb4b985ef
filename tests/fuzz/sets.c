/* Small image sets, by the writers of the tests. */
#include "tests/fuzz/sets.h"

#include "tests/unit/io/load_npy.h"

void sets_write_h5(const char *path, bool packed)
{
    struct stored stored = {.type = packed ? H5T_IEEE_F64LE : H5T_STD_U8LE, .planes = !packed};
    if (packed)
        memcpy(stored.chunk, (const hsize_t[]){2, 2, W, C}, sizeof stored.chunk);
    write_images(path, "data", &stored);
    write_labels(path, "label", N);
}

void sets_write_lzf(const char *path)
{
    write_lzf_images(path, "data");
    write_labels(path, "label", N);
}

void sets_write_npz(const char *path, const char *type, bool fortran, bool deflated)
{
    npz_write_set(path, "data", "label", type, fortran, deflated);
}

void sets_open(const char *path, const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct dataset_options options = {.shape = shape_image(H, W, C)};
    static uint8_t rgb[H * W * 3];
    fuzz_write(path, data, size);
    struct dataset *dataset = dataset_open(path, &options, &err);
    fuzz_judge(dataset, &err, path);
    if (dataset) {
        int n = dataset_count(dataset);
        fuzz_check(n > 0, "a set has images", path);
        dataset_show(dataset, n - 1, rgb);
        for (int i = 0; i < n; i++)
            fuzz_check(dataset_labels(dataset)[i] >= 0, "labels are classes", path);
    }
    dataset_unref(dataset);
}
