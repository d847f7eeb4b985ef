/* Images of two sets that have the same pixels, found by a hash. */
#include "engine/io/images/duplicates.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    uint64_t hash;
    int image;
};

/* FNV-1a over words, stirred: equal images agree, others seldom do. */
static uint64_t hash_of(const float *values, size_t n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++) {
        uint32_t word;
        memcpy(&word, &values[i], sizeof word);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    return hash;
}

static int by_hash(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static struct entry *hash_all(const struct dataset *set, float *values, size_t count)
{
    int n = dataset_count(set);
    struct entry *entries = memory_array((size_t)n + 1, sizeof *entries);
    for (int i = 0; i < n; i++) {
        dataset_fill(set, i, 1, 1, values);
        entries[i] = (struct entry){hash_of(values, count), i};
    }
    qsort(entries, (size_t)n, sizeof *entries, by_hash);
    return entries;
}

/* The first of the entries that is not below. */
static int find(const struct entry *entries, int n, uint64_t hash)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (entries[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int duplicates_count(const struct dataset *seen, const struct dataset *tests)
{
    size_t count = shape_count(dataset_shape(tests)), size = count * sizeof(float);
    int n = dataset_count(seen), shared = 0;
    if (!shape_equal(dataset_shape(seen), dataset_shape(tests)))
        return 0;
    float *values = memory_array(count, sizeof *values),
          *other = memory_array(count, sizeof *other);
    struct entry *entries = hash_all(seen, values, count);
    for (int i = 0; i < dataset_count(tests); i++) {
        dataset_fill(tests, i, 1, 1, values);
        uint64_t hash = hash_of(values, count);
        bool found = false;
        for (int at = find(entries, n, hash); at < n && entries[at].hash == hash && !found; at++) {
            dataset_fill(seen, entries[at].image, 1, 1, other);
            found = memcmp(values, other, size) == 0;
        }
        shared += found;
    }
    free(values);
    free(other);
    free(entries);
    return shared;
}
