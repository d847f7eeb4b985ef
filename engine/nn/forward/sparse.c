/* Packing of weights and lists for products over one image (sparse.h). */
#include "engine/nn/forward/sparse.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/tuning.h"

#include <stdlib.h>
#include <string.h>

void sparse_product_init(struct sparse_product *product, const struct sparse_kernels *sparse,
    const float *kernel, const float *bias)
{
    const struct window *window = &product->window;
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    product->padded = (product->filters + sparse->width - 1) / sparse->width * sparse->width;
    size_t vector = depth * sparse->width * sizeof *product->packed;
    product->block = SPARSE_BLOCK_BYTES / vector;
    product->block = product->block < 1                  ? 1
                     : product->block > SPARSE_BLOCK_MAX ? SPARSE_BLOCK_MAX
                                                         : product->block;
    product->down = window_all_taps(window, 0);
    product->across = window_all_taps(window, 1);
    product->packed = memory_floats(depth * product->padded);
    product->bias = memory_floats(product->padded);
    for (size_t d = 0; d < depth; d++)
        memcpy(product->packed + d * product->padded, kernel + d * product->filters,
            product->filters * sizeof *kernel);
    if (bias)
        memcpy(product->bias, bias, product->filters * sizeof *bias);
}

void sparse_product_finish(struct sparse_product *product)
{
    free(product->down);
    free(product->across);
    free(product->packed);
    free(product->bias);
}

enum { SPARE = 32 }; /* kernels store whole vectors behind the last value */

void sparse_list_init(struct sparse_list *list, const struct shape *shape)
{
    bool image = shape->rank == 3;
    size_t count = shape_count(shape);
    list->channels = (size_t)shape_channels(shape);
    list->columns = image ? shape->dim[1] : 1;
    list->rows = (int)(count / list->channels) / list->columns;
    list->places = memory_array(count + SPARE, sizeof *list->places);
    list->values = memory_array(count + SPARE, sizeof *list->values);
    list->starts = memory_array((size_t)(list->rows * list->columns) + 1, sizeof *list->starts);
}

void sparse_list_all(struct sparse_list *list, const float *in)
{
    size_t pixels = (size_t)(list->rows * list->columns);
    list->n = (uint32_t)(pixels * list->channels);
    for (uint32_t i = 0; i < list->n; i++)
        list->places[i] = i;
    memcpy(list->values, in, list->n * sizeof *in);
    for (size_t pixel = 0; pixel <= pixels; pixel++)
        list->starts[pixel] = (uint32_t)(pixel * list->channels);
}

void sparse_list_finish(struct sparse_list *list)
{
    free(list->places);
    free(list->values);
    free(list->starts);
}
