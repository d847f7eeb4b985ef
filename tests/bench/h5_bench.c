/* Image sets through io/hdf5 and through the HDF5 library alone, side by side: files as
 * laboratories have them, read in the same pieces into the same memory. `h5_bench large` also reads
 * 716 MB. */
#include "engine/base/memory.h"
#include "engine/io/hdf5/h5.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 7, PIECE_BYTES = 2 << 20, CHANNELS = 3, HEIGHT = 55, WIDTH = 47 };
enum { IMAGE = CHANNELS * HEIGHT * WIDTH };

/* Of this process: other work on the machine counts for less. */
static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct stored {
    const char *name;
    hid_t type;
    hsize_t n, chunk[4];
    bool shuffle;
    enum h5_type memory;
    bool plain; /* chunks that are not packed */
};

/* Grey values as of a photograph: smooth, with a little noise. */
static void draw(double *image, unsigned seed)
{
    for (unsigned i = 0; i < IMAGE; i++) {
        unsigned x = i % WIDTH, y = i / WIDTH % HEIGHT, c = i / (WIDTH * HEIGHT);
        seed = seed * 1664525U + 1013904223U;
        image[i] = (x * 3 + y * 2 + c * 20 + (seed >> 24) % 12 + seed % 3) % 256;
    }
}

static void write_set(const char *path, const struct stored *stored)
{
    const hsize_t dim[] = {stored->n, CHANNELS, HEIGHT, WIDTH},
                  one[] = {1, CHANNELS, HEIGHT, WIDTH};
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(4, dim, NULL), memory = H5Screate_simple(4, one, NULL);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), cache = H5Pcreate(H5P_DATASET_ACCESS);
    if (stored->chunk[0]) {
        H5Pset_chunk(list, 4, stored->chunk);
        if (stored->shuffle)
            H5Pset_shuffle(list);
        if (!stored->plain)
            H5Pset_deflate(list, 4);
    }
    H5Pset_chunk_cache(cache, 10007, 256 << 20, 1.0);
    hid_t data = H5Dcreate2(file, "data", stored->type, space, H5P_DEFAULT, list, cache);
    double image[IMAGE];
    for (hsize_t i = 0; i < stored->n; i++) {
        const hsize_t start[] = {i, 0, 0, 0};
        draw(image, (unsigned)i);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, one, NULL);
        H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, image);
    }
    H5Dclose(data);
    H5Pclose(cache);
    H5Pclose(list);
    H5Sclose(memory);
    H5Sclose(space);
    H5Fclose(file);
}

static hsize_t piece_of(const struct stored *stored)
{
    hsize_t rows = PIECE_BYTES / (IMAGE * H5Tget_size(stored->type));
    hsize_t chunk = stored->chunk[0] ? stored->chunk[0] : 1;
    return rows < chunk ? chunk : rows / chunk * chunk;
}

static double read_by_library(const char *path, const struct stored *stored, void *out)
{
    const hid_t types[] = {H5T_NATIVE_UINT8, H5T_NATIVE_INT64, H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE};
    double before = processor_seconds();
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t data = H5Dopen2(file, "data", H5P_DEFAULT), space = H5Dget_space(data);
    hsize_t piece = piece_of(stored);
    for (hsize_t i = 0; i < stored->n; i += piece) {
        hsize_t n = stored->n - i < piece ? stored->n - i : piece;
        const hsize_t start[] = {i, 0, 0, 0}, count[] = {n, CHANNELS, HEIGHT, WIDTH};
        hid_t memory = H5Screate_simple(4, count, NULL);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
        if (H5Dread(data, types[stored->memory], memory, space, H5P_DEFAULT, out) < 0)
            exit(1);
        H5Sclose(memory);
    }
    H5Sclose(space);
    H5Dclose(data);
    H5Fclose(file);
    return processor_seconds() - before;
}

static double read_by_us(const char *path, const struct stored *stored, void *out)
{
    struct error err = {0};
    double before = processor_seconds();
    struct h5 *h5 = h5_open(path, &err);
    struct h5_data *data = h5 ? h5_data_open(h5, "data", &err) : NULL;
    hsize_t piece = piece_of(stored);
    bool good = data;
    for (hsize_t i = 0; good && i < stored->n; i += piece)
        good = h5_read(
            data, i, stored->n - i < piece ? stored->n - i : piece, stored->memory, out, &err);
    h5_data_close(data);
    h5_close(h5);
    if (!good)
        puts(err.text);
    return processor_seconds() - before;
}

/* The best of some rounds in turn. */
static void compare(const struct stored *stored)
{
    char path[] = "/tmp/secateur-bench-XXXXXX";
    int descriptor = mkstemp(path);
    void *out = memory_array(piece_of(stored) * IMAGE, sizeof(double));
    double ours = 1e9, theirs = 1e9;
    write_set(path, stored);
    for (int i = 0; i < ROUNDS; i++) {
        double their = read_by_library(path, stored, out), our = read_by_us(path, stored, out);
        theirs = their < theirs ? their : theirs;
        ours = our < ours ? our : ours;
    }
    printf("%-46s HDF5 %7.1f ms, secateur %7.1f ms, %.2f times\n", stored->name, theirs * 1e3,
        ours * 1e3, ours / theirs);
    free(out);
    close(descriptor);
    unlink(path);
}

int main(int count, char **arguments)
{
    const struct stored sets[] = {
        {"float64, gzip, an image a chunk", H5T_IEEE_F64LE, 1000, {1, CHANNELS, HEIGHT, WIDTH},
            false, H5_TYPE_F64, false},
        {"float64, gzip, 64 images a chunk", H5T_IEEE_F64LE, 1000, {64, CHANNELS, HEIGHT, WIDTH},
            false, H5_TYPE_F64, false},
        {"float64, shuffle and gzip, 16 images a chunk", H5T_IEEE_F64LE, 1000,
            {16, CHANNELS, HEIGHT, WIDTH}, true, H5_TYPE_F64, false},
        {"float64, gzip, tiles as h5py guesses", H5T_IEEE_F64LE, 1000, {63, 1, 7, 12}, false,
            H5_TYPE_F64, false},
        {"uint8, gzip, 64 images a chunk", H5T_STD_U8LE, 4000, {64, CHANNELS, HEIGHT, WIDTH}, false,
            H5_TYPE_U8, false},
        {"float64 read as float32, gzip", H5T_IEEE_F64LE, 1000, {64, CHANNELS, HEIGHT, WIDTH},
            false, H5_TYPE_F32, false},
        {"int64 read as float32, gzip", H5T_STD_I64LE, 1000, {16, CHANNELS, HEIGHT, WIDTH}, false,
            H5_TYPE_F32, false},
        {"float64, 64 images a chunk, not packed", H5T_IEEE_F64LE, 1000,
            {64, CHANNELS, HEIGHT, WIDTH}, false, H5_TYPE_F64, true},
        {"float64 in one piece", H5T_IEEE_F64LE, 1000, {0}, false, H5_TYPE_F64, false},
        {"float64 in one piece, 716 MB", H5T_IEEE_F64LE, 11547, {0}, false, H5_TYPE_F64, false},
    };
    size_t n = sizeof sets / sizeof *sets;
    if (count < 2 || strcmp(arguments[1], "large") != 0)
        n--;
    for (size_t i = 0; i < n; i++)
        compare(&sets[i]);
    return 0;
}
