/* Reads NumPy's format 1 to 3: a line of Python that says type, order and shape, then the values.
 */
#include "engine/io/images/numpy.h"

#include "engine/base/memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX_BYTES = 12, HEADER_MAX_BYTES = 1 << 16, CONVERT_VALUES = 1 << 14 };

struct numpy {
    char *name;              /* "file: /x_test", for messages */
    struct archive *archive; /* NULL: input */
    int index;
    struct archive_entry *entry;
    struct input input;
    uint64_t place; /* in the input */
    size_t header;  /* bytes before the values */
    char kind;      /* 'b', 'i', 'u', 'f' */
    size_t item;    /* bytes of a value */
    bool big;       /* its first byte is the highest */
    bool fortran;
    struct h5_shape shape;
    uint64_t at;    /* bytes of values read so far */
    uint64_t total; /* in all */
    char *whole;    /* all values; NULL until they are needed at once */
};

bool numpy_is(const struct source *source)
{
    return source_starts(source, "\x93NUMPY", 6);
}

/* Bytes ---------------------------------------------------------------------------------- */

static bool take(struct numpy *numpy, void *out, size_t size, struct error *err)
{
    if (numpy->entry)
        return archive_entry_read(numpy->entry, out, size, err);
    size_t got;
    if (!input_read(&numpy->input, numpy->place, out, size, &got) || got < size)
        return fail(err, "%s: is cut short", numpy->name);
    numpy->place += size;
    return true;
}

/* From the first byte on. */
static bool start(struct numpy *numpy, const struct source *source, struct error *err)
{
    if (numpy->archive) {
        archive_entry_close(numpy->entry);
        numpy->entry = archive_entry_open(numpy->archive, numpy->index, err);
        return numpy->entry != NULL;
    }
    numpy->place = 0;
    return input_is_open(&numpy->input) || source_open(source, &numpy->input, err);
}

static bool skip(struct numpy *numpy, uint64_t bytes, struct error *err)
{
    char nothing[4096];
    bool good = true;
    while (good && bytes > 0) {
        size_t some = bytes < sizeof nothing ? (size_t)bytes : sizeof nothing;
        good = take(numpy, nothing, some, err);
        bytes -= some;
    }
    return good;
}

static uint64_t file_bytes(const struct numpy *numpy)
{
    return numpy->archive ? archive_entry_size(numpy->archive, numpy->index) : numpy->input.size;
}

/* Header --------------------------------------------------------------------------------- */

/* Behind "'key': ", or NULL. */
static const char *value_of(const char *header, const char *key)
{
    char quoted[32];
    snprintf(quoted, sizeof quoted, "'%s':", key);
    const char *at = strstr(header, quoted);
    return at ? at + strlen(quoted) + strspn(at + strlen(quoted), " ") : NULL;
}

static bool read_type(struct numpy *numpy, const char *text, struct error *err)
{
    static const char *const words[] = {
        ['b'] = "bool", ['i'] = "int", ['u'] = "uint", ['f'] = "float"};
    char order = 0, kind = 0;
    unsigned item = 0;
    if (!text || sscanf(text, "'%c%c%2u'", &order, &kind, &item) < 2)
        return fail(err, "%s does not hold plain numbers", numpy->name);
    if (kind == 'O')
        return fail(err, "%s holds Python objects (a pickle), which are not read", numpy->name);
    bool fits = (kind == 'b' && item == 1) || (kind == 'f' && item >= 2) ||
                ((kind == 'i' || kind == 'u') && item >= 1);
    if (!strchr("<>|=", order) || !fits || item > 8 || (item & (item - 1)) != 0)
        return fail(err, "%s does not hold numbers of a known type (%.*s)", numpy->name,
            (int)strcspn(text + 1, "'"), text + 1);
    numpy->kind = kind;
    numpy->item = item;
    numpy->big = order == '>' || (order == '=' && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    snprintf(numpy->shape.type, sizeof numpy->shape.type, kind == 'b' ? "%s" : "%s%u",
        words[(int)kind], item * 8);
    return true;
}

static bool add_axis(struct numpy *numpy, uint64_t dim, struct error *err)
{
    numpy->shape.dim[numpy->shape.rank++] = dim;
    if (dim && numpy->total > (UINT64_MAX >> 8) / dim)
        return fail(err, "%s: its size overflows", numpy->name);
    numpy->total *= dim;
    return true;
}

/* "(200, 12, 12, 1)", "(200,)", "()" */
static bool read_shape(struct numpy *numpy, const char *text, struct error *err)
{
    struct h5_shape *shape = &numpy->shape;
    numpy->total = numpy->item;
    if (!text || *text++ != '(')
        return fail(err, "%s: its header is damaged", numpy->name);
    for (text += strspn(text, " "); *text != ')'; text += strspn(text, ", ")) {
        char *end;
        if (!isdigit((unsigned char)*text) || shape->rank == H5_RANKS)
            return fail(err, "%s: its shape cannot be read", numpy->name);
        uint64_t dim = strtoull(text, &end, 10);
        text = end;
        if (!add_axis(numpy, dim, err))
            return false;
    }
    return true;
}

/* In Fortran order the last axis is the slowest: as stored, it is the first. */
static void turn_shape(struct h5_shape *shape)
{
    for (int i = 0; i < shape->rank / 2; i++) {
        uint64_t dim = shape->dim[i];
        shape->dim[i] = shape->dim[shape->rank - 1 - i];
        shape->dim[shape->rank - 1 - i] = dim;
    }
}

/* The file holds as many bytes as its header says, to the last. */
static bool check_size(struct numpy *numpy, struct error *err)
{
    uint64_t bytes = file_bytes(numpy);
    if (bytes < numpy->header || bytes - numpy->header != numpy->total)
        return fail(err, "%s declares %llu bytes but stores %llu", numpy->name,
            (unsigned long long)numpy->total,
            (unsigned long long)(bytes < numpy->header ? 0 : bytes - numpy->header));
    numpy->shape.chunk_rows = 1;
    uint64_t rows = numpy->shape.rank ? numpy->shape.dim[0] : 0;
    numpy->shape.row_bytes = rows ? numpy->total / rows : numpy->total;
    return true;
}

static bool read_text(struct numpy *numpy, const char *header, struct error *err)
{
    const char *order = value_of(header, "fortran_order");
    if (!read_type(numpy, value_of(header, "descr"), err) ||
        !read_shape(numpy, value_of(header, "shape"), err))
        return false;
    if (!order)
        return fail(err, "%s: its header is damaged", numpy->name);
    numpy->fortran = strncmp(order, "True", 4) == 0 && numpy->shape.rank > 1;
    if (numpy->fortran)
        turn_shape(&numpy->shape);
    return check_size(numpy, err);
}

static bool read_header(struct numpy *numpy, struct error *err)
{
    unsigned char prefix[PREFIX_BYTES];
    if (!take(numpy, prefix, 8, err))
        return false;
    size_t width = prefix[6] == 1 ? 2 : 4, length = 0;
    if (memcmp(prefix, "\x93NUMPY", 6) != 0 || prefix[6] < 1 || prefix[6] > 3)
        return fail(err, "%s: is not a NumPy array of a known version", numpy->name);
    if (!take(numpy, prefix + 8, width, err))
        return false;
    for (size_t i = width; i-- > 0;)
        length = length << 8 | prefix[8 + i];
    numpy->header = 8 + width + length;
    if (length > HEADER_MAX_BYTES)
        return fail(err, "%s: its header is too large", numpy->name);
    char *header = memory_array(length + 1, 1);
    bool good = take(numpy, header, length, err) && read_text(numpy, header, err);
    free(header);
    return good;
}

bool numpy_open_array(struct archive *archive, int index, const struct source *source,
    const char *name, struct image_array *array, struct error *err)
{
    struct numpy *numpy = memory_array(1, sizeof *numpy);
    numpy->name = memory_format("%s: /%s", source->path, name);
    numpy->archive = archive;
    numpy->index = index;
    numpy->input.descriptor = -1;
    if (!start(numpy, source, err) || !read_header(numpy, err)) {
        numpy_close_array(numpy);
        return false;
    }
    *array = (struct image_array){numpy, &numpy->shape, numpy->fortran ? "Fortran order" : NULL};
    return true;
}

bool numpy_open_plain(const struct numpy_plain *plain, struct image_array *array, struct error *err)
{
    struct numpy *numpy = memory_array(1, sizeof *numpy);
    numpy->name = memory_format("%s: /%s", plain->source->path, plain->name);
    numpy->input.descriptor = -1;
    numpy->header = plain->header;
    numpy->kind = plain->kind;
    numpy->total = numpy->item = plain->item;
    numpy->big = true;
    snprintf(numpy->shape.type, sizeof numpy->shape.type, "%s%zu",
        plain->kind == 'f'   ? "float"
        : plain->kind == 'i' ? "int"
                             : "uint",
        8 * plain->item);
    bool good = start(numpy, plain->source, err);
    for (int i = 0; i < plain->rank && good; i++)
        good = add_axis(numpy, plain->dim[i], err);
    if (!good || !check_size(numpy, err) || !skip(numpy, plain->header, err)) {
        numpy_close_array(numpy);
        return false;
    }
    *array = (struct image_array){numpy, &numpy->shape, NULL};
    return true;
}

void numpy_close_array(void *data)
{
    struct numpy *numpy = data;
    if (!numpy)
        return;
    archive_entry_close(numpy->entry);
    if (input_is_open(&numpy->input))
        input_close(&numpy->input);
    free(numpy->whole);
    free(numpy->name);
    free(numpy);
}

/* Values --------------------------------------------------------------------------------- */

static double half(uint16_t bits)
{
    int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    double value = exponent == 31  ? mantissa ? __builtin_nan("") : __builtin_inf()
                    : exponent == 0 ? mantissa * 0x1p-24
                                   : (1024 + mantissa) * __builtin_exp2(exponent - 25);
    return bits & 0x8000 ? -value : value;
}

static double value_at(const struct numpy *numpy, const unsigned char *bytes)
{
    uint64_t bits = 0;
    uint32_t low;
    double wide;
    float narrow;
    for (size_t i = 0; i < numpy->item; i++)
        bits = bits << 8 | bytes[numpy->big ? i : numpy->item - 1 - i];
    low = (uint32_t)bits;
    unsigned unused = 64 - 8 * (unsigned)numpy->item;
    if (numpy->kind == 'i')
        return (double)((int64_t)(bits << unused) >> unused);
    if (numpy->kind != 'f')
        return (double)bits;
    if (numpy->item == 2)
        return half((uint16_t)bits);
    memcpy(&narrow, &low, sizeof narrow);
    memcpy(&wide, &bits, sizeof wide);
    return numpy->item == 4 ? (double)narrow : wide;
}

/* Values as they are stored to numbers of the type. */
static void convert(const struct numpy *numpy, const unsigned char *bytes, size_t count,
    enum h5_type type, void *out, size_t at)
{
    if (type == H5_TYPE_U8 && numpy->item == 1 && numpy->kind == 'u') {
        memcpy((uint8_t *)out + at, bytes, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        double value = value_at(numpy, bytes + i * numpy->item);
        if (type == H5_TYPE_U8)
            ((uint8_t *)out)[at + i] = (uint8_t)value;
        else if (type == H5_TYPE_I64)
            ((int64_t *)out)[at + i] = (int64_t)value;
        else if (type == H5_TYPE_F32)
            ((float *)out)[at + i] = (float)value;
        else
            ((double *)out)[at + i] = value;
    }
}

/* Count values from where we are, or from those in memory. */
static bool read_values(struct numpy *numpy, uint64_t first, uint64_t count, enum h5_type type,
    void *out, size_t to, struct error *err)
{
    unsigned char some[CONVERT_VALUES];
    size_t most = sizeof some / numpy->item;
    for (uint64_t done = 0; done < count;) {
        size_t n = count - done < most ? (size_t)(count - done) : most;
        const unsigned char *from = some;
        if (numpy->whole)
            from = (unsigned char *)numpy->whole + (first + done) * numpy->item;
        else if (!take(numpy, some, n * numpy->item, err))
            return false;
        convert(numpy, from, n, type, out, to + (size_t)done);
        done += n;
    }
    if (!numpy->whole)
        numpy->at += count * numpy->item;
    return true;
}

/* To the value that is wanted: on from here, or from the start. */
static bool go_to(struct numpy *numpy, uint64_t bytes, struct error *err)
{
    uint64_t from = numpy->at;
    if (bytes < from) {
        if (!start(numpy, NULL, err) || !skip(numpy, numpy->header, err))
            return false;
        from = 0;
    }
    numpy->at = bytes;
    return skip(numpy, bytes - from, err);
}

static bool take_whole(struct numpy *numpy, struct error *err)
{
    if (numpy->whole)
        return true;
    char *whole = memory_try((size_t)numpy->total, 1, numpy->name, err);
    if (whole && go_to(numpy, 0, err) && take(numpy, whole, (size_t)numpy->total, err)) {
        numpy->whole = whole;
        return true;
    }
    free(whole);
    return false;
}

bool numpy_read_array(void *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    struct numpy *numpy = data;
    const struct h5_shape *shape = &numpy->shape;
    uint64_t outer = 1, inner = 1, rows = shape->rank ? shape->dim[axis] : 1;
    for (int i = 0; i < shape->rank; i++) {
        outer *= i < axis ? shape->dim[i] : 1;
        inner *= i > axis ? shape->dim[i] : 1;
    }
    if (first > rows || n > rows - first)
        return fail(err, "%s: has fewer rows than its header says", numpy->name);
    if (axis == 0 ? !numpy->whole && !go_to(numpy, first * inner * numpy->item, err)
                  : !take_whole(numpy, err))
        return false;
    for (uint64_t o = 0; o < outer; o++)
        if (!read_values(numpy, (o * rows + first) * inner, n * inner, type, out,
                (size_t)(o * n * inner), err))
            return false;
    return true;
}
