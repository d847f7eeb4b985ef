/* io/hdf5: chunks that do not unpack to exactly their size are refused with what is wrong. */
#include "tests/unit/io/load_files.h"

#include <liblzf/lzf.h>
#include <zlib.h>

enum { LZF = 32000, RAW = 24, RAW_CHUNK = 8, RAW_BYTES = RAW_CHUNK * sizeof(int32_t) };

/* A dataset of 24 numbers 0, 1, … in three chunks; its chunk at 8 is for the caller to write. */
struct raw {
    hid_t file, list, data;
    int32_t values[RAW_CHUNK]; /* of the chunk at 8 */
};

static void pack(const void *bytes, size_t n, unsigned char *out, size_t *size)
{
    uLongf length = *size;
    assert_int_equal(compress2(out, &length, bytes, n, 6), Z_OK);
    *size = length;
}

static void raw_write(struct raw *raw, hsize_t at, uint32_t mask, const void *bytes, size_t n)
{
    assert_true(H5Dwrite_chunk(raw->data, H5P_DEFAULT, mask, &at, n, bytes) >= 0);
}

static struct raw raw_begin(hid_t list)
{
    const hsize_t n = RAW, chunk = RAW_CHUNK;
    struct raw raw = {.list = list};
    raw.file = H5Fcreate("set.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &n, NULL);
    H5Pset_chunk(list, 1, &chunk);
    raw.data = H5Dcreate2(raw.file, "data", H5T_STD_I32LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(raw.data >= 0);
    H5Sclose(space);
    for (int i = 0; i < RAW_CHUNK; i++)
        raw.values[i] = RAW_CHUNK + i;
    return raw;
}

/* The chunks at 0 and 16, as they should be, with no filter applied. */
static void raw_others(struct raw *raw)
{
    for (hsize_t at = 0; at < RAW; at += 2 * RAW_CHUNK) {
        int32_t values[RAW_CHUNK];
        for (int i = 0; i < RAW_CHUNK; i++)
            values[i] = (int32_t)at + i;
        raw_write(raw, at, UINT32_MAX, values, sizeof values);
    }
}

static void raw_end(struct raw *raw)
{
    H5Dclose(raw->data);
    H5Pclose(raw->list);
    H5Fclose(raw->file);
}

/* Reads all of it; NULL: as numbers 0, 1, …, with 7 in place of those of a chunk that is filled. */
static void assert_reads(const char *message, bool filled)
{
    struct error err = {0};
    int64_t values[RAW];
    memset(values, 0x55, sizeof values);
    struct h5 *h5 = h5_open("set.h5", &err);
    struct h5_data *data = h5 ? h5_data_open(h5, "data", &err) : NULL;
    bool good = data && h5_read(data, 0, RAW, H5_TYPE_I64, values, &err);
    for (int i = 0; good && i < RAW; i++)
        assert_int_equal(values[i], filled && i / RAW_CHUNK == 1 ? 7 : i);
    if (good != !message)
        print_message("%s\nexpected %s\n", err.text, message ? message : "to be read");
    assert_int_equal(good, !message);
    if (message) {
        assert_string_equal(err.text, message);
        assert_int_equal(err.class, ERROR_INPUT);
    }
    h5_data_close(data);
    h5_close(h5);
}

static hid_t list_of(const char *filters)
{
    const unsigned lzf[] = {4, 0x0105, RAW_BYTES};
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(list, false);
    if (*filters == 'l')
        H5Pset_filter(list, LZF, H5Z_FLAG_OPTIONAL, 3, lzf);
    else
        set_filters(list, filters);
    return list;
}

#define AT "set.h5: /data: its chunk at [8]: "

/* A gzip chunk of n bytes, cut by `cut` or with as many behind it if negative. */
static void write_gzip(size_t n, int cut)
{
    unsigned char packed[256] = {0}, bytes[2 * RAW_BYTES] = {0};
    size_t size = sizeof packed;
    struct raw raw = raw_begin(list_of("g"));
    memcpy(bytes, raw.values, RAW_BYTES);
    pack(bytes, n, packed, &size);
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, packed, (size_t)((int)size - cut));
    raw_end(&raw);
}

static void gzip_must_give_all_bytes_and_no_more(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        int cut;
        const char *message;
    } bad[] = {
        {RAW_BYTES, 0, NULL},
        {10, 0, AT "unpacks to 10 bytes, expected 32"},
        {0, 0, AT "unpacks to 0 bytes, expected 32"},
        {RAW_BYTES - 1, 0, AT "unpacks to 31 bytes, expected 32"},
        {RAW_BYTES + 1, 0, AT "unpacks to more than the expected 32 bytes"},
        {2 * RAW_BYTES, 0, AT "unpacks to more than the expected 32 bytes"},
        {RAW_BYTES, 1, AT "is damaged (gzip: cut short)"},
        {RAW_BYTES, 6, AT "is damaged (gzip: cut short)"},
        {RAW_BYTES, -1, AT "has 1 bytes behind its packed data"},
        {RAW_BYTES, -100, AT "has 100 bytes behind its packed data"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_gzip(bad[i].n, bad[i].cut);
        assert_reads(bad[i].message, false);
    }
}

static void damaged_gzip_is_refused(void **state)
{
    (void)state;
    unsigned char packed[256];
    size_t size = sizeof packed;
    struct raw raw = raw_begin(list_of("g"));
    pack(raw.values, RAW_BYTES, packed, &size);
    packed[size - 1] ^= 1;
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, packed, size);
    raw_end(&raw);
    assert_reads(AT "is damaged (gzip: incorrect data check)", false);
    raw = raw_begin(list_of("g"));
    memset(packed, 0xff, sizeof packed);
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, packed, RAW_BYTES);
    raw_end(&raw);
    assert_reads(AT "is damaged (gzip: incorrect header check)", false);
}

/* Megabytes of zeros in a chunk that declares 32 bytes. */
static void bombs_are_refused(void **state)
{
    (void)state;
    enum { MUCH = 64 << 20 };
    size_t size = MUCH;
    unsigned char *zeros = memory_array(MUCH, 1), *packed = memory_array(MUCH, 1);
    pack(zeros, MUCH, packed, &size);
    struct raw raw = raw_begin(list_of("g"));
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, packed, size);
    raw_end(&raw);
    char *message = memory_format(
        AT "stores %zu bytes, expected at most the %zu that it holds", size, (size_t)RAW_BYTES);
    assert_reads(message, false);
    size = 4000;
    pack(zeros, MUCH / 32, packed, &size);
    raw = raw_begin(list_of("g"));
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, packed, size);
    raw_end(&raw);
    assert_reads(AT "unpacks to more than the expected 32 bytes", false);
    free(message);
    free(zeros);
    free(packed);
}

static void wrong_checksums_are_refused(void **state)
{
    (void)state;
    unsigned char bytes[RAW_BYTES + 4] = {0};
    struct raw raw = raw_begin(list_of("f"));
    memcpy(bytes, raw.values, RAW_BYTES);
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, bytes, sizeof bytes);
    raw_end(&raw);
    assert_reads(AT "fails its checksum (fletcher32)", false);
    raw = raw_begin(list_of("f"));
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, bytes, 3);
    raw_end(&raw);
    assert_reads(AT "is shorter than its checksum", false);
}

static void lzf_must_give_all_bytes_and_no_more(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *message;
    } bad[] = {
        {RAW_BYTES, NULL},
        {RAW_BYTES - 4, AT "unpacks to 28 bytes, expected 32"},
        {RAW_BYTES + 40, AT "unpacks to more than the expected 32 bytes"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        unsigned char bytes[RAW_BYTES + 40] = {0}, packed[256];
        struct raw raw = raw_begin(list_of("l"));
        memcpy(bytes, raw.values, RAW_BYTES);
        unsigned n = lzf_compress(bytes, (unsigned)bad[i].n, packed, sizeof packed);
        assert_true(n > 0);
        raw_others(&raw);
        raw_write(&raw, RAW_CHUNK, 0, packed, n);
        raw_end(&raw);
        assert_reads(bad[i].message, false);
    }
    struct raw raw = raw_begin(list_of("l"));
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, "\x20\xff\xff", 3);
    raw_end(&raw);
    assert_reads(AT "is damaged (lzf)", false);
}

/* The mask says which filters were not applied. */
static void the_mask_of_filters_is_followed(void **state)
{
    (void)state;
    unsigned char packed[256];
    size_t size = sizeof packed;
    struct raw raw = raw_begin(list_of("sgf"));
    pack(raw.values, RAW_BYTES, packed, &size);
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 1 | 4, packed, size);
    raw_end(&raw);
    assert_reads(NULL, false);
    raw = raw_begin(list_of("sgf"));
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 7, packed, size); /* gzip was, says the mask, not applied */
    raw_end(&raw);
    char *message = memory_format(AT "holds %zu bytes, expected 32", size);
    assert_reads(message, false);
    free(message);
    raw = raw_begin(list_of("g"));
    raw_others(&raw);
    raw_write(&raw, RAW_CHUNK, 0, raw.values, RAW_BYTES); /* it was, says the mask, applied */
    raw_end(&raw);
    assert_reads(AT "is damaged (gzip: incorrect header check)", false);
}

static void missing_chunks_are_the_fill_value(void **state)
{
    (void)state;
    static const char *const filters[] = {"g", ""};
    for (int k = 0; k < 2; k++) {
        const int32_t seven = 7;
        hid_t list = list_of(filters[k]);
        H5Pset_fill_value(list, H5T_NATIVE_INT32, &seven);
        struct raw raw = raw_begin(list);
        raw_others(&raw);
        raw_end(&raw);
        assert_reads(NULL, true);
        list = list_of(filters[k]);
        H5Pset_fill_time(list, H5D_FILL_TIME_NEVER);
        raw = raw_begin(list);
        raw_others(&raw);
        raw_end(&raw);
        assert_reads(AT "is not stored, and the file has no fill value", false);
    }
}

static void chunks_that_are_not_packed_have_their_size(void **state)
{
    (void)state;
    for (int more = -1; more < 2; more += 2) {
        unsigned char bytes[2 * RAW_BYTES] = {0};
        struct raw raw = raw_begin(list_of(""));
        raw_others(&raw);
        raw_write(&raw, RAW_CHUNK, 0, bytes, (size_t)(RAW_BYTES + more));
        raw_end(&raw);
        char *message =
            memory_format(AT "stores %d bytes, expected %d", (int)RAW_BYTES + more, (int)RAW_BYTES);
        assert_reads(message, false);
        free(message);
    }
}

static void unknown_filters_are_named(void **state)
{
    (void)state;
    static const struct {
        int id;
        const char *name;
    } filters[] = {
        {32001, "blosc"}, {32015, "zstd"}, {H5Z_FILTER_NBIT, "nbit"}, {4711, "filter 4711"}};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        hid_t list = list_of("");
        H5Pset_filter(list, filters[i].id, H5Z_FLAG_OPTIONAL, 0, NULL);
        struct raw raw = raw_begin(list);
        raw_others(&raw);
        raw_end(&raw);
        char *message = memory_format("set.h5: /data: is packed with %s, which is not read (only "
                                      "gzip, lzf, shuffle, fletcher32): pack it anew, with "
                                      "`h5repack -f GZIP=4 OLD NEW`",
            filters[i].name);
        assert_reads(message, false);
        free(message);
    }
    struct raw raw = raw_begin(list_of("gg"));
    raw_others(&raw);
    raw_end(&raw);
    assert_reads("set.h5: /data: is packed twice, which is not read", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(gzip_must_give_all_bytes_and_no_more, files_each),
        cmocka_unit_test_setup(damaged_gzip_is_refused, files_each),
        cmocka_unit_test_setup(bombs_are_refused, files_each),
        cmocka_unit_test_setup(wrong_checksums_are_refused, files_each),
        cmocka_unit_test_setup(lzf_must_give_all_bytes_and_no_more, files_each),
        cmocka_unit_test_setup(the_mask_of_filters_is_followed, files_each),
        cmocka_unit_test_setup(missing_chunks_are_the_fill_value, files_each),
        cmocka_unit_test_setup(chunks_that_are_not_packed_have_their_size, files_each),
        cmocka_unit_test_setup(unknown_filters_are_named, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
