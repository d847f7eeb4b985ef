/* Image sets written piece by piece through HDF5. */
#include "tests/bench/lab_file.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <stdlib.h>

#include <hdf5.h>

struct lab_file {
    hid_t file, data, label;
    struct shape image;
    hsize_t done;
    bool failed;
};

static hid_t make(hid_t file, const char *name, hid_t type, int rank, const hsize_t *dim)
{
    hid_t space = H5Screate_simple(rank, dim, NULL);
    hid_t data = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Sclose(space);
    return data;
}

struct lab_file *lab_file_create(const char *path, const struct shape *image, int n, bool bytes)
{
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0)
        return NULL;
    struct lab_file *file = memory_array(1, sizeof *file);
    const hsize_t dim[] = {
        (hsize_t)n, (hsize_t)image->dim[2], (hsize_t)image->dim[0], (hsize_t)image->dim[1]};
    file->file = id;
    file->image = *image;
    file->data = make(id, "data", bytes ? H5T_STD_U8LE : H5T_IEEE_F64LE, 4, dim);
    file->label = make(id, "label", H5T_IEEE_F64LE, 1, dim);
    return file;
}

static void write_rows(
    struct lab_file *file, hid_t data, const hsize_t *count, int rank, const double *values)
{
    const hsize_t start[4] = {file->done};
    hid_t space = H5Dget_space(data), memory = H5Screate_simple(rank, count, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    file->failed =
        H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values) < 0 || file->failed;
    H5Sclose(space);
    H5Sclose(memory);
}

void lab_file_add(struct lab_file *file, int count, const uint8_t *pixels, const int32_t *labels)
{
    const struct shape *shape = &file->image;
    size_t channels = (size_t)shape->dim[2], places = shape_count(shape) / channels, at = 0;
    double *values =
        memory_array((size_t)count * places * channels + (size_t)count, sizeof *values);
    for (int i = 0; i < count; i++, pixels += places * channels)
        for (size_t c = 0; c < channels; c++)
            for (size_t p = 0; p < places; p++)
                values[at++] = pixels[p * channels + c];
    for (int i = 0; i < count; i++)
        values[at + (size_t)i] = labels[i];
    const hsize_t rows[] = {
        (hsize_t)count, channels, (hsize_t)shape->dim[0], (hsize_t)shape->dim[1]};
    write_rows(file, file->data, rows, 4, values);
    write_rows(file, file->label, rows, 1, values + at);
    file->done += (hsize_t)count;
    free(values);
}

bool lab_file_close(struct lab_file *file)
{
    bool good = !file->failed;
    good = H5Dclose(file->data) >= 0 && good;
    good = H5Dclose(file->label) >= 0 && good;
    good = H5Fclose(file->file) >= 0 && good;
    free(file);
    return good;
}

bool lab_file_write_noise(
    const char *path, const struct shape *image, int n, int n_classes, struct error *err)
{
    size_t count = (size_t)n * shape_count(image);
    uint8_t *pixels = memory_array(count, 1);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    struct random random;
    random_init(&random, 5, 0);
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)random_below(&random, 256);
    for (int i = 0; i < n; i++)
        labels[i] = i % n_classes;
    struct lab_file *file = lab_file_create(path, image, n, true);
    if (file)
        lab_file_add(file, n, pixels, labels);
    bool good = file && lab_file_close(file);
    free(pixels);
    free(labels);
    return good || fail(err, "%s: cannot be written", path);
}
