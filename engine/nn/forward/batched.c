/* Choice of kernels for this processor; packing of weights for batched products. */
#include "engine/nn/forward/batched.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"
#include "engine/nn/forward/tuning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct batched_kernels batched_plain;
#if defined __x86_64__
extern const struct batched_kernels batched_avx2, batched_avx512;
#elif defined __aarch64__
extern const struct batched_kernels batched_neon;
#endif

/* Best first. */
const struct batched_kernels *batched_at(int index)
{
    const struct batched_kernels *able[3];
    int n = 0;
#if defined __x86_64__
    /* __builtin_cpu_supports also asks whether the operating system saves these registers. */
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        able[n++] = &batched_avx512;
    if (avx2)
        able[n++] = &batched_avx2;
#elif defined __aarch64__
    able[n++] = &batched_neon; /* every such processor has it */
#endif
    able[n++] = &batched_plain;
    return index >= 0 && index < n ? able[index] : NULL;
}

/* NULL: this processor has none of that name. */
static const struct batched_kernels *find(const char *name)
{
    const struct batched_kernels *batched = NULL;
    for (int i = 0; (batched = batched_at(i)) && strcmp(batched->name, name) != 0; i++) {
    }
    return batched;
}

const struct batched_kernels *batched_get(void)
{
    const char *name = getenv("SECATEUR_KERNELS");
    const struct batched_kernels *asked = name ? find(name) : NULL;
    return asked ? asked : batched_at(0);
}

bool batched_check(struct error *err)
{
    const char *name = getenv("SECATEUR_KERNELS");
    char all[64] = "";
    if (!name || !*name || find(name))
        return true;
    for (int i = 0; batched_at(i); i++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", batched_at(i)->name);
    }
    return fail_as(err, ERROR_USAGE, "SECATEUR_KERNELS=%s: this processor has %s", name, all);
}

static void choose_block(struct batched_product *product, const struct batched_kernels *batched)
{
    int least = 0;
    for (int block = batched->block_max; block >= 4; block -= 4) {
        int blocks = (product->filters + block - 1) / block;
        int cost = blocks * (block + BATCHED_VALUE_COST);
        if (least != 0 && cost >= least)
            continue;
        least = cost;
        product->block = block;
        product->blocks = blocks;
    }
}

void batched_product_init(struct batched_product *product, const struct batched_kernels *batched)
{
    const struct window *window = &product->window;
    choose_block(product, batched);
    size_t filters = (size_t)product->blocks * (size_t)product->block;
    product->down = window_all_taps(window, 0);
    product->across = window_all_taps(window, 1);
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    product->far = depth * (size_t)product->block * sizeof(float) > BATCHED_NEAR_BYTES;
    product->packed = memory_floats(filters * depth);
    product->bias = memory_floats(filters);
}

void batched_product_try_winograd(
    struct batched_product *product, const struct batched_kernels *batched)
{
    if (shortcut_on(SHORTCUT_WINOGRAD))
        product->winograd = winograd_create(&product->window, product->filters, batched->winograd);
}

void batched_product_pack(struct batched_product *product, const float *kernel, const float *bias)
{
    const struct window *window = &product->window;
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    size_t filters = (size_t)product->filters, block = (size_t)product->block;
    for (size_t first = 0; first < filters; first += block) {
        size_t count = filters - first < block ? filters - first : block;
        float *packed = product->packed + first * depth;
        for (size_t d = 0; d < depth; d++)
            memcpy(packed + d * block, kernel + d * filters + first, count * sizeof *packed);
    }
    for (size_t f = 0; f < filters; f++)
        product->bias[f] = bias ? bias[f] : 0;
    if (product->winograd)
        winograd_pack(product->winograd, window, product->filters, kernel);
}

void batched_product_scale(struct batched_product *product, const float *scale, const float *shift)
{
    size_t made = (size_t)(product->blocks * product->block), filters = (size_t)product->filters;
    if (!product->scales)
        product->scales = memory_floats(2 * made);
    memcpy(product->scales, scale, filters * sizeof *scale);
    memcpy(product->scales + made, shift, filters * sizeof *shift);
    product->scale = product->scales;
    product->shift = product->scales + made;
}

/* Whether `dense` is faster on these values, of which some are looked at. */
static bool seldom_zero(
    const struct batched_kernels *batched, const struct batched_product *product, const float *in)
{
    const struct window *window = &product->window;
    size_t places = (size_t)(window->in[0] * window->in[1]);
    size_t step = 1 + places / DENSE_PLACES;
    return batched->living(in, places, (size_t)window->channels, step) > DENSE_PERCENT;
}

void batched_product_run(const struct batched_kernels *batched, float *out,
    const struct batched_product *product, struct batched_list *list, bool *listed, bool zeros,
    const float *in, const float *add)
{
    bool several = product->window.out[0] * product->window.out[1] > 1 && !product->pooled;
    if (several && (!zeros || seldom_zero(batched, product, in))) {
        batched->dense(out, product, NULL, in, add);
        return;
    }
    if (!*listed && zeros)
        batched->list(list, in);
    else if (!*listed)
        batched_list_all(list);
    *listed = true;
    batched->product(out, product, list, in, add);
}

void batched_product_finish(struct batched_product *product)
{
    free(product->scales);
    free(product->down);
    free(product->across);
    free(product->packed);
    free(product->bias);
    winograd_destroy(product->winograd);
}

void batched_list_init(struct batched_list *list, const struct shape *shape)
{
    bool image = shape->rank == 3;
    list->rows = image ? shape->dim[0] : 1;
    list->columns = image ? shape->dim[1] : 1;
    list->channels = (int)(shape_count(shape) / (size_t)(list->rows * list->columns));
    size_t rows = (size_t)list->rows, columns = (size_t)list->columns;
    list->entries =
        memory_array(rows * columns * (size_t)list->channels + 1, sizeof *list->entries);
    list->starts = memory_array(rows * (columns + 1), sizeof *list->starts);
    list->channel = memory_array(columns * (size_t)list->channels, sizeof *list->channel);
    for (size_t i = 0; i < columns * (size_t)list->channels; i++)
        list->channel[i] = (uint32_t)(i % (size_t)list->channels);
}

void batched_list_all(struct batched_list *list)
{
    uint32_t length = (uint32_t)(list->columns * list->channels);
    for (size_t row = 0; row < (size_t)list->rows; row++) {
        for (uint32_t place = 0; place < length; place++)
            list->entries[row * length + place] = place;
        for (size_t column = 0; column <= (size_t)list->columns; column++)
            list->starts[row * ((size_t)list->columns + 1) + column] =
                (uint32_t)(column * (size_t)list->channels);
    }
}

void batched_list_finish(struct batched_list *list)
{
    free(list->entries);
    free(list->starts);
    free(list->channel);
}
