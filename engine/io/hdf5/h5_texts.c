/* Texts of any length, read past the library's own conversion. */
#include "engine/io/hdf5/h5_texts.h"

#include "engine/base/memory.h"
#include "engine/io/hdf5/h5_driver.h"
#include "engine/io/hdf5/h5_heap.h"

#include <stdlib.h>
#include <string.h>

enum {
    LENGTH_BYTES = 4, /* of a reference, before the address */
    NUMBER_BYTES = 4, /* and behind it */
    HEAPS_MAX_BYTES = 64 << 20,
};

/* A conversion that leaves bytes as they are. */
static herr_t convert_nothing(hid_t from, hid_t to, H5T_cdata_t *data, size_t n, size_t stride,
    size_t background_stride, void *bytes, void *background, hid_t list)
{
    (void)n;
    (void)stride;
    (void)background_stride;
    (void)bytes;
    (void)background;
    (void)list;
    data->need_bkg = H5T_BKG_NO;
    return data->command != H5T_CONV_INIT || H5Tget_size(from) == H5Tget_size(to) ? 0 : -1;
}

/* The references of an attribute as they are stored, [n][each]. */
static bool read_references(hid_t attribute, size_t each, unsigned char *references)
{
    hid_t type = H5Aget_type(attribute), raw = H5Tcreate(H5T_OPAQUE, each);
    H5Tset_tag(raw, "reference");
    bool good = H5Tregister(H5T_PERS_SOFT, "references", type, raw, convert_nothing) >= 0 &&
                H5Aread(attribute, raw, references) >= 0;
    H5Tunregister(H5T_PERS_SOFT, "references", type, raw, convert_nothing);
    H5Tclose(raw);
    H5Tclose(type);
    return good;
}

static uint64_t number_at(const unsigned char *bytes, unsigned n)
{
    uint64_t value = 0;
    for (unsigned i = n; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/* The heap that was read last: names that belong together lie together. */
struct heap {
    hid_t file;
    unsigned address_bytes, length_bytes;
    uint64_t address;
    unsigned char *bytes; /* [size], NULL: none */
    size_t size;
    size_t *index; /* [n_index] offsets of objects by number */
    size_t n_index;
    size_t left; /* bytes that may still be read and indexed */
};

static void drop_heap(struct heap *heap)
{
    free(heap->bytes);
    free(heap->index);
    heap->bytes = NULL;
    heap->index = NULL;
}

/* References that go to and fro between heaps would read each again and again. */
static bool take_heap(struct heap *heap, uint64_t address, struct error *err)
{
    if (heap->bytes && heap->address == address)
        return true;
    drop_heap(heap);
    heap->bytes = h5_driver_heap(heap->file, address, &heap->size);
    if (!heap->bytes)
        return fail(err, "its heap of texts is damaged");
    heap->index = h5_heap_index(heap->bytes, heap->size, heap->length_bytes, &heap->n_index);
    heap->address = address;
    size_t cost = heap->size + heap->n_index * sizeof *heap->index;
    if (cost > heap->left)
        return fail(err, "its heaps of texts are too large");
    heap->left -= cost;
    return true;
}

/* The text behind a reference: length, address of a heap, number in it. NULL with err. */
static char *follow(struct heap *heap, const unsigned char *reference, struct error *err)
{
    size_t length = number_at(reference, LENGTH_BYTES), n = 0;
    uint64_t address = number_at(reference + LENGTH_BYTES, heap->address_bytes);
    uint64_t number = number_at(reference + LENGTH_BYTES + heap->address_bytes, NUMBER_BYTES);
    if (length == 0)
        return memory_string("");
    if (!take_heap(heap, address, err))
        return NULL;
    size_t at = number < heap->n_index ? heap->index[number] : 0;
    const unsigned char *text = at ? h5_heap_object(heap->bytes, at, heap->length_bytes, &n) : NULL;
    if (n < length) {
        fail(err, "a text of it is not in its heap");
        return NULL;
    }
    char *copy = memory_array(length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

static bool follow_all(hid_t file, const unsigned char *references, size_t each, int n,
    char **texts, struct error *err)
{
    struct heap heap = {.file = file, .left = HEAPS_MAX_BYTES};
    bool good = true;
    h5_driver_sizes(file, &heap.address_bytes, &heap.length_bytes);
    for (int i = 0; good && i < n; i++) {
        texts[i] = follow(&heap, references + (size_t)i * each, err);
        good = texts[i];
    }
    drop_heap(&heap);
    return good;
}

static bool check_lengths(
    const unsigned char *references, size_t each, int n, size_t most, struct error *err)
{
    uint64_t all = 0;
    for (int i = 0; i < n; i++)
        all += number_at(references + (size_t)i * each, LENGTH_BYTES);
    return all <= most || fail(err, "is too large: at most %zu bytes are read", most);
}

char **h5_texts_read(hid_t file, hid_t attribute, int n, size_t most, struct error *err)
{
    unsigned address_bytes, length_bytes;
    h5_driver_sizes(file, &address_bytes, &length_bytes);
    size_t each = LENGTH_BYTES + address_bytes + NUMBER_BYTES;
    unsigned char *references = memory_array((size_t)n, each);
    char **texts = memory_array((size_t)n, sizeof *texts);
    bool good = (read_references(attribute, each, references) || fail(err, "is damaged")) &&
                check_lengths(references, each, n, most, err) &&
                follow_all(file, references, each, n, texts, err);
    free(references);
    if (good)
        return texts;
    for (int i = 0; i < n; i++)
        free(texts[i]);
    free(texts);
    return NULL;
}
