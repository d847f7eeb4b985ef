/* Fast kernels on images that lie side by side in the lanes of a vector: a tensor of `width`
 * images is [values][width], 64-byte aligned. What an image gets never depends on the images
 * beside it: sums run over its values in the same order, and a value that is zero in all lanes is
 * left out, which adds nothing. So results do not change with the tiling.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_BATCHED_H
#define SECATEUR_ENGINE_NN_FORWARD_BATCHED_H

#include "engine/base/error.h"
#include "engine/nn/forward/batched_data.h"
#include "engine/nn/forward/capture.h"
#include "engine/nn/forward/channel_kernels.h"
#include "engine/nn/forward/pixels.h"
#include "engine/nn/forward/sparse.h"
#include "engine/nn/forward/winograd.h"
#include "engine/nn/forward/winograd_square.h"

#include <stdint.h>

struct batched_kernels {
    const char *name; /* of the instructions: "AVX-512" */
    int width;        /* images side by side */
    int block_max;    /* filters that are computed at once */
    void (*list)(struct batched_list *list, const float *in);
    /* Percent of the values that are not zero in every lane, of each `step`th place. */
    int (*living)(const float *in, size_t places, size_t channels, size_t step);
    /* add: a tensor like the output that is added to it (ending.h), or NULL; not with pooling. */
    void (*product)(float *out, const struct batched_product *product,
        const struct batched_list *list, const float *in, const float *add);
    /* The same bits, leaving nothing out: faster where few values are zero in all lanes. Not with
     * pooling. part: NULL: all. */
    void (*dense)(float *out, const struct batched_product *product,
        const struct product_part *part, const float *in, const float *add);
    void (*best)(struct batched_top_two *best, const float *in, int classes);
    /* Given a tensor's list, channels that are zero everywhere are not looked at. */
    void (*sums)(struct batched_sums *sums, const struct batched_list *list, const float *in,
        size_t positions, size_t channels);
    const struct channel_kernels *channel; /* channel_kernels.h */
    const struct winograd_kernels *winograd;
    const struct square_kernels *square;   /* winograd_square.h */
    const struct capture_kernels *capture; /* capture.h */
    const struct sparse_kernels *sparse;   /* for one image, with the same instructions */
    const struct pixels *pixels;           /* bytes of files into lanes */
};

/* The kernels for this processor. SECATEUR_KERNELS=name in the environment asks for others. */
const struct batched_kernels *batched_get(void);
bool batched_check(
    struct error *err); /* false: the environment names kernels that this processor lacks */
const struct batched_kernels *batched_at(
    int index); /* those this processor can run; NULL behind the last */

/* init chooses the block; pack copies kernel[size][size][channels][filters] and bias (NULL: none);
 * try_winograd, between them, lets it run by winograd.h where that is faster. */
void batched_product_init(struct batched_product *product, const struct batched_kernels *batched);
void batched_product_try_winograd(
    struct batched_product *product, const struct batched_kernels *batched);
void batched_product_pack(struct batched_product *product, const float *kernel, const float *bias);
/* Has it scale and shift its sums, [filters] each; copied. */
void batched_product_scale(struct batched_product *product, const float *scale, const float *shift);
/* By the kernel that is faster. *listed: whether the list of `in` is ready; it is made where it is
 * needed. zeros: whether some values may be zero; where not, the list names all. */
void batched_product_run(const struct batched_kernels *batched, float *out,
    const struct batched_product *product, struct batched_list *list, bool *listed, bool zeros,
    const float *in, const float *add);
void batched_product_finish(struct batched_product *product);
void batched_list_init(struct batched_list *list, const struct shape *shape);
void batched_list_all(struct batched_list *list); /* lists every value, zero or not */
void batched_list_finish(struct batched_list *list);

#endif
