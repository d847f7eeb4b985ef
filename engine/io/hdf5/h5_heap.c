/* Walks global heaps, before the library does. */
#include "engine/io/hdf5/h5_heap.h"

#include "engine/base/memory.h"

#include <string.h>

enum { READ_FIRST = 4096 }; /* the library reads as much of a heap, then the rest */

static uint64_t number_at(const unsigned char *bytes, unsigned n)
{
    uint64_t value = 0;
    for (unsigned i = n; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static uint64_t aligned(uint64_t size)
{
    return (size + 7) / 8 * 8;
}

/* "GCOL", version 1, 3 bytes of nothing, its size. */
uint64_t h5_heap_size(const unsigned char *bytes, size_t n, unsigned length_bytes)
{
    if (length_bytes < 1 || length_bytes > 8 || n < 8 + length_bytes || n > READ_FIRST ||
        memcmp(bytes, "GCOL\1", 5) != 0)
        return 0;
    uint64_t size = number_at(bytes + 8, length_bytes);
    return size ? size : 1; /* too short for its head */
}

/* An object is its number (2 bytes), its users (2), nothing (4), its size, and what it holds. That
 * of number 0 is free space, whose size counts all of it. */
struct object {
    uint64_t number, holds;
    uint64_t step; /* to the next; 0: it does not fit */
};

static struct object object_at(const unsigned char *at, uint64_t left, unsigned length_bytes)
{
    uint64_t head = aligned(8 + length_bytes);
    struct object object = {number_at(at, 2), number_at(at + 8, length_bytes), 0};
    bool fits = object.holds <= left && (object.number || object.holds >= head);
    uint64_t step = object.number ? head + aligned(object.holds) : object.holds;
    object.step = fits && step <= left ? step : 0;
    return object;
}

bool h5_heap_is_sound(const unsigned char *bytes, size_t size, unsigned length_bytes)
{
    uint64_t head = aligned(8 + length_bytes);
    if (size < head)
        return false;
    for (uint64_t at = head; size - at >= head;) {
        struct object object = object_at(bytes + at, size - at, length_bytes);
        if (object.step == 0)
            return false;
        at += object.step;
    }
    return true;
}

size_t *h5_heap_index(const unsigned char *bytes, size_t size, unsigned length_bytes, size_t *n)
{
    uint64_t head = aligned(8 + length_bytes);
    size_t *index = NULL;
    *n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint64_t at = head; size - at >= head;) {
            struct object object = object_at(bytes + at, size - at, length_bytes);
            if (pass == 0 && object.number >= *n)
                *n = object.number + 1;
            else if (pass == 1 && object.number > 0)
                index[object.number] = at;
            at += object.step;
        }
        if (pass == 0)
            index = memory_array(*n, sizeof *index);
    }
    return index;
}

const unsigned char *h5_heap_object(
    const unsigned char *bytes, size_t at, unsigned length_bytes, size_t *n)
{
    *n = number_at(bytes + at + 8, length_bytes);
    return bytes + at + aligned(8 + length_bytes);
}
