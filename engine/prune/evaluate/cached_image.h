/* What a suffix cache keeps of an image, in a block of its arena. Owner: the arena. Thread: as in
 * suffix_cache.h. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_CACHED_IMAGE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_CACHED_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/* A tensor that layers behind the site read. */
struct cached_tensor {
    int layer;
    size_t count, pixels, channels; /* values of one image = pixels x channels */
    size_t columns;                 /* pixels of a row */
};

/* Where the block of an image begins, and how many values it holds. */
struct cached_block {
    uint32_t *starts;
    uint32_t n_values;
};

/* The values of one image that are not zero, tensor after tensor. */
struct cached_image {
    uint32_t *starts; /* of each tensor [pixels + 1], where a pixel's values begin */
    float *values;
    float *units;     /* [certifier_units] where the certificate holds */
    uint16_t *places; /* of the values, within their row of pixels */
};

/* n_starts: of all tensors; n_units: certifier_units. */
static inline struct cached_image cached_image_of(
    const struct cached_block *block, size_t n_starts, size_t n_units)
{
    float *values = (float *)(block->starts + n_starts), *units = values + block->n_values;
    return (struct cached_image){
        block->starts, values, units, (uint16_t *)(void *)(units + n_units)};
}

#endif
