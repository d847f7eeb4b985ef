/* Packed chunks, read raw and undone by h5_filters. Leans on the HDF5 library for where they are
 * and for the conversion of numbers. */
#include "engine/io/hdf5/h5_chunks.h"

#include "engine/base/memory.h"
#include "engine/io/hdf5/h5_box.h"
#include "engine/io/hdf5/h5_driver.h"
#include "engine/io/hdf5/h5_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEPT_MAX_BYTES = 160 << 20, /* of the chunks that share rows, where rows are read in parts */
    KEPT_MAX = 1 << 16,         /* chunks */
};

struct h5_chunks {
    const char *name;
    hid_t data, type;
    struct h5_driver *driver;
    int rank;
    size_t item, bytes;    /* of an element and of a chunk, as stored */
    size_t dim[H5_RANKS];  /* of the dataset */
    size_t size[H5_RANKS]; /* of a chunk */
    struct h5_filters filters;
    bool edges_unpacked; /* chunks that reach over the edge are stored as they are */
    bool filled;         /* there is a fill value */
    unsigned char *fill; /* [item] */

    unsigned char *packed, *scratch; /* [room] */
    size_t room;
    const unsigned char *last; /* the chunk that was undone last, in one of the two; NULL: none */
    size_t last_at[H5_RANKS];

    unsigned char **kept; /* [n_kept] chunks of the row kept_row, NULL: none; or NULL: no need */
    size_t n_kept, kept_row, kept_bytes;
    bool too_wide; /* more than can be kept share rows */

    unsigned char *work; /* [chunk] elements of work_item bytes, to convert in */
    size_t work_item;
};

/* What to do with a chunk ------------------------------------------------------------------- */

static bool fail_chunk(const struct h5_chunks *chunks, const size_t *at, struct error *err)
{
    char text[H5_SHAPE_TEXT];
    struct h5_shape place = {.rank = chunks->rank};
    for (int i = 0; i < chunks->rank; i++)
        place.dim[i] = at[i] * chunks->size[i];
    char *whole = memory_format("%s: its chunk at %s", chunks->name, h5_shape_text(&place, text));
    fail_in(err, whole);
    free(whole);
    return false;
}

static bool is_edge(const struct h5_chunks *chunks, const size_t *at)
{
    for (int i = 0; i < chunks->rank; i++)
        if ((at[i] + 1) * chunks->size[i] > chunks->dim[i])
            return true;
    return false;
}

static bool make_room(struct h5_chunks *chunks, size_t stored, struct error *err)
{
    size_t room = h5_filters_room(stored, chunks->bytes);
    if (room <= chunks->room)
        return true;
    free(chunks->packed);
    free(chunks->scratch);
    chunks->packed = memory_try(room, 1, "unpacking", err);
    chunks->scratch = memory_try(room, 1, "unpacking", err);
    chunks->room = chunks->packed && chunks->scratch ? room : 0;
    return chunks->room;
}

static bool fill_chunk(struct h5_chunks *chunks, struct error *err)
{
    if (!chunks->filled)
        return fail(err, "is not stored, and the file has no fill value");
    if (!make_room(chunks, 0, err))
        return false;
    for (size_t i = 0; i < chunks->bytes; i += chunks->item)
        memcpy(chunks->packed + i, chunks->fill, chunks->item);
    chunks->last = chunks->packed;
    return true;
}

/* How many bytes are stored of the chunk at an offset, 0: it is not there; of a missing one the
 * library says so in words alone. */
static bool find_stored(
    const struct h5_chunks *chunks, const hsize_t *offset, hsize_t *stored, struct error *err)
{
    char text[H5_REASON];
    *stored = 0;
    if (H5Dget_chunk_storage_size(chunks->data, offset, stored) >= 0)
        return true;
    *stored = 0;
    return strcmp(h5_reason(text), "chunk storage is not allocated") == 0 ||
           fail(err, "is damaged (%s)", text);
}

/* Reads the stored bytes of the chunk at an offset; mask: the filters that were not applied. */
static bool read_stored(struct h5_chunks *chunks, const hsize_t *offset, size_t stored,
    unsigned char *to, uint32_t *mask, struct error *err)
{
    char text[H5_REASON];
    h5_driver_expect(chunks->driver, stored);
    bool good = H5Dread_chunk(chunks->data, H5P_DEFAULT, offset, mask, to) >= 0;
    size_t asked = h5_driver_asked(chunks->driver);
    h5_driver_expect(chunks->driver, 0);
    if (!good && asked > 0 && asked != stored)
        return fail(err, "stores %zu bytes, expected %zu", asked, stored);
    return good || fail(err, "is damaged (%s)", h5_reason(text));
}

static void offset_of(const struct h5_chunks *chunks, const size_t *at, hsize_t *offset)
{
    for (int i = 0; i < chunks->rank; i++)
        offset[i] = at[i] * chunks->size[i];
}

/* Reads and undoes the chunk at a place of the grid, into chunks->last. */
static bool undo_chunk(struct h5_chunks *chunks, const size_t *at, struct error *err)
{
    hsize_t offset[H5_RANKS], stored;
    uint32_t mask = 0;
    offset_of(chunks, at, offset);
    if (!find_stored(chunks, offset, &stored, err))
        return false;
    if (stored == 0)
        return fill_chunk(chunks, err);
    if (!h5_filters_check(chunks->bytes, stored, err) || !make_room(chunks, stored, err) ||
        !read_stored(chunks, offset, stored, chunks->packed, &mask, err))
        return false;
    if (chunks->edges_unpacked && is_edge(chunks, at))
        mask = UINT32_MAX;
    chunks->last = h5_filters_undo(
        &chunks->filters, mask, chunks->packed, stored, chunks->scratch, chunks->bytes, err);
    return chunks->last;
}

/* Kept chunks -------------------------------------------------------------------------------- */

static void drop_kept(struct h5_chunks *chunks)
{
    for (size_t i = 0; chunks->kept && i < chunks->n_kept; i++) {
        free(chunks->kept[i]);
        chunks->kept[i] = NULL;
    }
    chunks->kept_bytes = 0;
}

static size_t slot_of(const struct h5_chunks *chunks, const size_t *at)
{
    size_t slot = 0;
    for (int i = 1; i < chunks->rank; i++)
        slot = slot * ((chunks->dim[i] - 1) / chunks->size[i] + 1) + at[i];
    return slot;
}

static const unsigned char *keep(struct h5_chunks *chunks, size_t slot)
{
    if (chunks->kept_bytes + chunks->bytes > KEPT_MAX_BYTES)
        return chunks->last;
    chunks->kept[slot] = memory_array(chunks->bytes, 1);
    chunks->kept_bytes += chunks->bytes;
    return memcpy(chunks->kept[slot], chunks->last, chunks->bytes);
}

/* The chunk at a place of the grid, good until the next call; NULL with err. */
static const unsigned char *get_chunk(struct h5_chunks *chunks, const size_t *at, struct error *err)
{
    size_t slot = chunks->kept ? slot_of(chunks, at) : 0, rank = (size_t)chunks->rank;
    if (chunks->kept && at[0] != chunks->kept_row) {
        drop_kept(chunks);
        chunks->kept_row = at[0];
    }
    if (chunks->kept && chunks->kept[slot])
        return chunks->kept[slot];
    if (chunks->last && memcmp(chunks->last_at, at, rank * sizeof *at) == 0)
        return chunks->last;
    chunks->last = NULL;
    if (!undo_chunk(chunks, at, err)) {
        fail_chunk(chunks, at, err);
        return NULL;
    }
    memcpy(chunks->last_at, at, rank * sizeof *at);
    return chunks->kept ? keep(chunks, slot) : chunks->last;
}

/* Boxes -------------------------------------------------------------------------------------- */

/* A wanted box while it is filled. */
struct wanted {
    size_t start[H5_RANKS], count[H5_RANKS];
    hid_t memory;
    size_t item; /* of a number in memory */
    bool as_stored;
    unsigned char *out;
};

/* Whether a box of n can be converted where it goes: it lies there in one piece, and what is stored
 * is no wider than its place. */
static bool fits_there(const struct h5_chunks *chunks, const struct wanted *wanted, const size_t *n)
{
    bool fits = wanted->item >= chunks->item;
    for (int i = 1; i < chunks->rank; i++)
        fits = fits && n[i] == wanted->count[i];
    return fits;
}

/* Room to convert a chunk in. */
static unsigned char *get_work(struct h5_chunks *chunks, size_t item, struct error *err)
{
    size_t count = chunks->bytes / chunks->item, wider = item > chunks->item ? item : chunks->item;
    if (chunks->work_item < wider) {
        free(chunks->work);
        chunks->work = memory_try(count, wider, chunks->name, err);
        chunks->work_item = chunks->work ? wider : 0;
    }
    return chunks->work;
}

/* Puts what is wanted of a chunk into its place, as numbers of the wanted type. */
static bool place_chunk(struct h5_chunks *chunks, const struct wanted *wanted, const size_t *at,
    const unsigned char *chunk, struct error *err)
{
    size_t n[H5_RANKS], total = 1;
    struct h5_box in = {chunks->size, 0}, out = {wanted->count, 0}, straight = {n, 0};
    for (int i = 0; i < chunks->rank; i++) {
        size_t first = at[i] * chunks->size[i], end = first + chunks->size[i];
        size_t from = first > wanted->start[i] ? first : wanted->start[i];
        size_t wanted_end = wanted->start[i] + wanted->count[i];
        n[i] = (end < wanted_end ? end : wanted_end) - from;
        in.first = in.first * chunks->size[i] + from - first;
        out.first = out.first * wanted->count[i] + from - wanted->start[i];
        total *= n[i];
    }
    if (wanted->as_stored) {
        h5_box_copy(chunks->rank, n, chunks->item, &in, chunk, &out, wanted->out);
        return true;
    }
    bool there = fits_there(chunks, wanted, n);
    unsigned char *to =
        there ? wanted->out + out.first * wanted->item : get_work(chunks, wanted->item, err);
    if (!to)
        return false;
    h5_box_copy(chunks->rank, n, chunks->item, &in, chunk, &straight, to);
    if (H5Tconvert(chunks->type, wanted->memory, total, to, NULL, H5P_DEFAULT) < 0)
        return fail(err, "%s: its numbers cannot be converted", chunks->name);
    if (!there)
        h5_box_copy(chunks->rank, n, wanted->item, &straight, to, &out, wanted->out);
    return true;
}

/* A chunk that is stored as it is wanted, whole and in one piece, is read to where it goes. False
 * in *there: it must be placed. */
static bool read_there(struct h5_chunks *chunks, const struct wanted *wanted, const size_t *at,
    bool *there, struct error *err)
{
    hsize_t offset[H5_RANKS], stored;
    uint32_t mask;
    size_t to = 0;
    *there = chunks->filters.n == 0 && wanted->as_stored;
    offset_of(chunks, at, offset);
    for (int i = 0; i < chunks->rank; i++) {
        *there = *there && offset[i] >= wanted->start[i] &&
                 offset[i] + chunks->size[i] <= wanted->start[i] + wanted->count[i] &&
                 (i == 0 || chunks->size[i] == wanted->count[i]);
        to = to * wanted->count[i] + offset[i] - wanted->start[i];
    }
    if (!*there)
        return true;
    if (!find_stored(chunks, offset, &stored, err))
        return fail_chunk(chunks, at, err);
    *there = stored > 0;
    return !*there ||
           read_stored(chunks, offset, stored, wanted->out + to * chunks->item, &mask, err) ||
           fail_chunk(chunks, at, err);
}

static bool place_all(struct h5_chunks *chunks, const struct wanted *wanted, struct error *err)
{
    size_t first[H5_RANKS], last[H5_RANKS], at[H5_RANKS];
    for (int i = 0; i < chunks->rank; i++) {
        first[i] = at[i] = wanted->start[i] / chunks->size[i];
        last[i] = (wanted->start[i] + wanted->count[i] - 1) / chunks->size[i];
    }
    for (bool more = true; more;) {
        bool there;
        if (!read_there(chunks, wanted, at, &there, err))
            return false;
        const unsigned char *chunk = there ? NULL : get_chunk(chunks, at, err);
        if (!there && (!chunk || !place_chunk(chunks, wanted, at, chunk, err)))
            return false;
        more = false;
        for (int d = chunks->rank - 1; d >= 0 && !more; d--) {
            more = ++at[d] <= last[d];
            at[d] = more ? at[d] : first[d];
        }
    }
    return true;
}

/* Making ------------------------------------------------------------------------------------- */

/* Rows too large to be read at once are read in parts, and every part needs all of their chunks. */
static void make_kept(struct h5_chunks *chunks)
{
    size_t n = 1;
    for (int i = 1; i < chunks->rank; i++) {
        size_t side = chunks->dim[i] ? (chunks->dim[i] - 1) / chunks->size[i] + 1 : 0;
        n = side && n > KEPT_MAX / side ? KEPT_MAX + 1 : n * side;
    }
    if (n < 2 || n * chunks->bytes <= H5_TOGETHER_BYTES)
        return;
    chunks->too_wide = n > KEPT_MAX || n * chunks->bytes > KEPT_MAX_BYTES;
    if (chunks->too_wide)
        return;
    chunks->kept = memory_array(n, sizeof *chunks->kept);
    chunks->n_kept = n;
}

struct h5_chunks *h5_chunks_create(hid_t file, hid_t data, hid_t list, hid_t type,
    const struct h5_shape *shape, const struct h5_filters *filters, bool filled, const char *name)
{
    hsize_t size[H5_RANKS];
    unsigned options = 0;
    struct h5_chunks *chunks = memory_array(1, sizeof *chunks);
    *chunks = (struct h5_chunks){.name = name,
        .data = data,
        .driver = h5_driver_of(file),
        .type = type,
        .rank = shape->rank,
        .item = H5Tget_size(type),
        .filters = *filters};
    H5Pget_chunk(list, shape->rank, size);
    chunks->bytes = chunks->item;
    for (int i = 0; i < shape->rank; i++) {
        chunks->dim[i] = shape->dim[i];
        chunks->size[i] = size[i];
        chunks->bytes *= size[i];
    }
    H5Pget_chunk_opts(list, &options);
    chunks->edges_unpacked = options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
    chunks->fill = memory_array(1, chunks->item);
    chunks->filled = filled && H5Pget_fill_value(list, type, chunks->fill) >= 0;
    make_kept(chunks);
    return chunks;
}

void h5_chunks_destroy(struct h5_chunks *chunks)
{
    if (!chunks)
        return;
    drop_kept(chunks);
    free(chunks->kept);
    free(chunks->fill);
    free(chunks->packed);
    free(chunks->scratch);
    free(chunks->work);
    free(chunks);
}

/* Rows in parts, each of which would unpack all chunks that share them once more. */
static bool check_width(
    const struct h5_chunks *chunks, const struct wanted *wanted, struct error *err)
{
    size_t rows = chunks->size[0] < chunks->dim[0] ? chunks->size[0] : chunks->dim[0];
    double bytes = (double)rows * (double)chunks->item;
    if (!chunks->too_wide || wanted->count[0] >= rows)
        return true;
    for (int i = 1; i < chunks->rank; i++)
        bytes *= (double)chunks->dim[i];
    return fail(err,
        "%s: each of its chunks lies across %zu rows, %.0f MB, which cannot be read in parts: pack "
        "it anew with fewer rows in a chunk, with `h5repack -l CHUNK=… OLD NEW`",
        chunks->name, rows, bytes / 1e6);
}

bool h5_chunks_read(struct h5_chunks *chunks, const hsize_t *start, const hsize_t *count,
    hid_t memory, void *out, struct error *err)
{
    struct wanted wanted = {.memory = memory,
        .item = H5Tget_size(memory),
        .as_stored = H5Tequal(chunks->type, memory) > 0,
        .out = out};
    for (int i = 0; i < chunks->rank; i++) {
        wanted.start[i] = start[i];
        wanted.count[i] = count[i];
        if (count[i] == 0)
            return true;
    }
    return check_width(chunks, &wanted, err) && place_all(chunks, &wanted, err);
}
