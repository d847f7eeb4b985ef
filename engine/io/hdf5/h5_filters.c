/* The filters of chunks, undone with exact sizes. Leans on zlib and liblzf. */
#include "engine/io/hdf5/h5_filters.h"

#include <errno.h>
#include <hdf5.h>
#include <liblzf/lzf.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum {
    LZF_ID = 32000,
    CHECKSUM_BLOCK = 360, /* words whose sums fit 32 bits */
    SHUFFLE_BLOCK = 1024, /* elements */
    STORED_SPARE = 4096,  /* bytes that packing may add to a chunk that does not pack */
    LARGE_BYTES = 64 << 20,
    BOMB_MAX_RATIO = 64, /* of a large chunk: images pack to a tenth */
};

/* Names of filters that are met in files of others, with what undoes them. */
static const struct {
    int id;
    const char *name;
} others[] = {
    {H5Z_FILTER_SZIP, "szip"},
    {H5Z_FILTER_NBIT, "nbit"},
    {H5Z_FILTER_SCALEOFFSET, "scaleoffset"},
    {307, "bzip2"},
    {32001, "blosc"},
    {32004, "lz4"},
    {32008, "bitshuffle"},
    {32013, "zfp"},
    {32015, "zstd"},
    {32026, "blosc2"},
};

static bool fail_other(int id, const char *name, struct error *err)
{
    char number[32];
    const char *filter = number;
    snprintf(number, sizeof number, "filter %d", id);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        filter = others[i].id == id ? others[i].name : filter;
    return fail(err,
        "%s: is packed with %s, which is not read (only gzip, lzf, shuffle, fletcher32): pack it "
        "anew, with `h5repack -f GZIP=4 OLD NEW`",
        name, filter);
}

static bool packs(int id)
{
    return id == H5Z_FILTER_DEFLATE || id == LZF_ID;
}

bool h5_filters_find(struct h5_filters *filters, int64_t list, const char *name, struct error *err)
{
    int n = H5Pget_nfilters(list), packed = 0;
    filters->n = 0;
    if (n < 0 || n > H5_FILTERS_MAX)
        return fail(err, "%s: has %d filters, expected at most %d", name, n, H5_FILTERS_MAX);
    for (int i = 0; i < n; i++) {
        unsigned flags, config, value = 0;
        size_t values = 1;
        int id = H5Pget_filter2(list, (unsigned)i, &flags, &values, &value, 0, NULL, &config);
        packed += packs(id);
        if (!packs(id) && id != H5Z_FILTER_SHUFFLE && id != H5Z_FILTER_FLETCHER32)
            return fail_other(id, name, err);
        if (packed > 1)
            return fail(err, "%s: is packed twice, which is not read", name);
        filters->filter[i].id = id;
        filters->filter[i].value = values > 0 ? value : 0;
    }
    filters->n = n;
    return true;
}

/* Unpackers: in[n] to out[size], exactly ---------------------------------------------------- */

static bool fail_short(size_t got, size_t size, struct error *err)
{
    return fail(err, "unpacks to %zu bytes, expected %zu", got, size);
}

static bool fail_long(size_t size, struct error *err)
{
    return fail(err, "unpacks to more than the expected %zu bytes", size);
}

static bool undo_gzip(
    const unsigned char *in, size_t n, unsigned char *out, size_t size, struct error *err)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)in,
        .avail_in = (uInt)n,
        .next_out = out,
        .avail_out = (uInt)size};
    if (n > UINT32_MAX || size > UINT32_MAX || inflateInit(&stream) != Z_OK)
        return fail_as(err, ERROR_FAILED, "no memory to unpack it");
    int end = inflate(&stream, Z_FINISH);
    size_t got = size - stream.avail_out, left = stream.avail_in;
    unsigned char more;
    if (end == Z_BUF_ERROR && got == size) {
        stream.next_out = &more;
        stream.avail_out = 1;
        inflate(&stream, Z_FINISH);
        got += 1 - stream.avail_out;
    }
    char reason[64];
    snprintf(reason, sizeof reason, "%s", stream.msg ? stream.msg : "cut short");
    inflateEnd(&stream);
    if (end == Z_STREAM_END && got < size)
        return fail_short(got, size, err);
    if (end == Z_STREAM_END && left > 0)
        return fail(err, "has %zu bytes behind its packed data", left);
    if (end == Z_STREAM_END)
        return true;
    return got > size ? fail_long(size, err) : fail(err, "is damaged (gzip: %s)", reason);
}

static bool undo_lzf(
    const unsigned char *in, size_t n, unsigned char *out, size_t size, struct error *err)
{
    if (n > UINT32_MAX || size > UINT32_MAX)
        return fail(err, "is too large for lzf");
    errno = 0;
    size_t got = lzf_decompress(in, (unsigned)n, out, (unsigned)size);
    if (got == 0)
        return errno == E2BIG ? fail_long(size, err) : fail(err, "is damaged (lzf)");
    return got == size || fail_short(got, size, err);
}

/* Byte k of all elements stands together; bytes of no whole element come last as they are. In
 * blocks that stay in the nearest cache. */
static void undo_shuffle(const unsigned char *in, size_t n, size_t element, unsigned char *out)
{
    size_t count = n / element;
    for (size_t first = 0, end; first < count; first = end) {
        end = first + SHUFFLE_BLOCK < count ? first + SHUFFLE_BLOCK : count;
        for (size_t k = 0; k < element; k++)
            for (size_t i = first; i < end; i++)
                out[i * element + k] = in[k * count + i];
    }
    memcpy(out + count * element, in + count * element, n - count * element);
}

static uint32_t fold(uint32_t sum)
{
    return (sum & 0xffff) + (sum >> 16);
}

/* Fletcher's checksum of big-endian words of two bytes, as HDF5 has it. */
static uint32_t checksum(const unsigned char *bytes, size_t n)
{
    uint32_t low = 0, high = 0;
    for (size_t words = n / 2; words > 0;) {
        size_t block = words < CHECKSUM_BLOCK ? words : CHECKSUM_BLOCK;
        words -= block;
        for (; block > 0; block--, bytes += 2) {
            low += (uint32_t)bytes[0] << 8 | bytes[1];
            high += low;
        }
        low = fold(low);
        high = fold(high);
    }
    if (n % 2) {
        low += (uint32_t)bytes[0] << 8;
        high += low;
        low = fold(low);
        high = fold(high);
    }
    return fold(high) << 16 | fold(low);
}

static bool check_checksum(const unsigned char *bytes, size_t n, struct error *err)
{
    if (n < H5_CHECKSUM_BYTES)
        return fail(err, "is shorter than its checksum");
    const unsigned char *at = bytes + n - H5_CHECKSUM_BYTES;
    uint32_t stored = (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
    uint32_t sum = checksum(bytes, n - H5_CHECKSUM_BYTES);
    uint32_t turned = (sum & 0x00ff00ff) << 8 | (sum >> 8 & 0x00ff00ff); /* HDF5 before 1.6.3 */
    return stored == sum || stored == turned || fail(err, "fails its checksum (fletcher32)");
}

/* Bytes that stand before filter `at` when a chunk of size bytes is written; what packs is the only
 * one of its kind, so nothing before it has an unknown size. */
static size_t size_before(const struct h5_filters *filters, uint32_t mask, int at, size_t size)
{
    for (int i = 0; i < at; i++)
        if (!(mask >> i & 1) && filters->filter[i].id == H5Z_FILTER_FLETCHER32)
            size += H5_CHECKSUM_BYTES;
    return size;
}

bool h5_filters_check(size_t size, uint64_t stored, struct error *err)
{
    if (stored > size + size / 16 + STORED_SPARE)
        return fail(err, "stores %llu bytes, expected at most the %zu that it holds",
            (unsigned long long)stored, size);
    if (size > LARGE_BYTES && size / BOMB_MAX_RATIO > stored)
        return fail(err, "declares %zu bytes but stores %llu", size, (unsigned long long)stored);
    return true;
}

size_t h5_filters_room(size_t stored, size_t size)
{
    size_t most = size + H5_FILTERS_MAX * H5_CHECKSUM_BYTES;
    return stored > most ? stored : most;
}

unsigned char *h5_filters_undo(const struct h5_filters *filters, uint32_t mask,
    unsigned char *packed, size_t stored, unsigned char *scratch, size_t size, struct error *err)
{
    unsigned char *in = packed, *out = scratch, *swap;
    size_t n = stored;
    bool good = true;
    for (int i = filters->n - 1; good && i >= 0; i--) {
        int id = filters->filter[i].id;
        size_t before = size_before(filters, mask, i, size), element = filters->filter[i].value;
        if (mask >> i & 1)
            continue;
        if (id == H5Z_FILTER_FLETCHER32) {
            good = check_checksum(in, n, err);
            n -= good ? H5_CHECKSUM_BYTES : 0;
            continue;
        }
        if (packs(id)) {
            good = (id == LZF_ID ? undo_lzf : undo_gzip)(in, n, out, before, err);
            n = before;
        } else if (element <= 1) {
            continue;
        } else {
            undo_shuffle(in, n, element, out);
        }
        swap = in;
        in = out;
        out = swap;
    }
    if (good && n != size)
        good = fail(err, "holds %zu bytes, expected %zu", n, size);
    return good ? in : NULL;
}
