/* Walks global heaps, before the library does. */
#include "engine/io/hdf5/h5_heap.h"

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
bool h5_heap_is_sound(const unsigned char *bytes, size_t size, unsigned length_bytes)
{
    uint64_t head = aligned(8 + length_bytes);
    if (size < head)
        return false;
    for (uint64_t at = head; size - at >= head;) {
        uint64_t left = size - at, holds = number_at(bytes + at + 8, length_bytes);
        bool is_free = number_at(bytes + at, 2) == 0;
        if (holds > left || (is_free && holds < head))
            return false;
        uint64_t step = is_free ? holds : head + aligned(holds);
        if (step > left)
            return false;
        at += step;
    }
    return true;
}
