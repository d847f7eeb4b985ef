/* NumPy archives, byte by byte. */
#include "tests/unit/io/load_npy.h"

struct npz npz_begin(const char *path)
{
    int code = 0;
    struct npz npz = {zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code)};
    assert_non_null(npz.zip);
    return npz;
}

void npz_end(struct npz *npz)
{
    assert_int_equal(zip_close(npz->zip), 0);
}

void npz_add_file(struct npz *npz, const char *name, const void *bytes, size_t size, bool deflate)
{
    void *copy = malloc(size + 1);
    memcpy(copy, bytes, size);
    zip_source_t *source = zip_source_buffer(npz->zip, copy, size, 1);
    zip_int64_t index = zip_file_add(npz->zip, name, source, 0);
    assert_true(index >= 0);
    zip_set_file_compression(
        npz->zip, (zip_uint64_t)index, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
}

void npz_add(struct npz *npz, const char *name, const char *header, const void *values, size_t size,
    bool deflate)
{
    size_t length = strlen(header) + 1, all = 10 + length + size;
    unsigned char *bytes = memory_array(all, 1);
    char *entry = memory_format("%s.npy", name);
    memcpy(bytes, "\x93NUMPY\x01\0", 8);
    bytes[8] = (unsigned char)(length & 255);
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + 10, header, length - 1);
    bytes[9 + length] = '\n';
    memcpy(bytes + 10 + length, values, size);
    npz_add_file(npz, entry, bytes, all, deflate);
    free(entry);
    free(bytes);
}

void npz_put(unsigned char *to, const char *type, int value)
{
    size_t item = (size_t)(type[2] - '0');
    uint64_t bits = (uint64_t)value;
    double wide = value;
    float narrow = (float)value;
    uint32_t low;
    memcpy(&low, &narrow, sizeof low);
    if (type[1] == 'f' && item == 8)
        memcpy(&bits, &wide, sizeof bits);
    else if (type[1] == 'f')
        bits = low;
    for (size_t i = 0; i < item; i++)
        to[type[0] == '>' ? item - 1 - i : i] = (unsigned char)(bits >> 8 * i);
}

void npz_add_images(struct npz *npz, const char *name, const char *type, bool fortran, bool deflate)
{
    size_t item = (size_t)(type[2] - '0');
    unsigned char *values = memory_array(N * IMAGE, item);
    for (int i = 0; i < N; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                for (int c = 0; c < C; c++) {
                    int at =
                        fortran ? ((c * W + x) * H + y) * N + i : ((i * H + y) * W + x) * C + c;
                    npz_put(values + (size_t)at * item, type, value_at(i, y, x, c));
                }
    char *header =
        memory_format("{'descr': '%s', 'fortran_order': %s, 'shape': (%d, %d, %d, %d), }", type,
            fortran ? "True" : "False", N, H, W, C);
    npz_add(npz, name, header, values, N * IMAGE * item, deflate);
    free(header);
    free(values);
}

void npz_write_set(const char *path, const char *data, const char *label, const char *type,
    bool fortran, bool deflate)
{
    int64_t labels[N];
    char *header = memory_format("{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }", N);
    for (int i = 0; i < N; i++)
        labels[i] = i % 3;
    struct npz npz = npz_begin(path);
    npz_add_images(&npz, data, type, fortran, deflate);
    npz_add(&npz, label, header, labels, sizeof labels, deflate);
    npz_end(&npz);
    free(header);
}
