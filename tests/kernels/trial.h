/* A layer under test, run once on random inputs, to be compared with a slow obvious version. */
#ifndef SECATEUR_TESTS_KERNELS_TRIAL_H
#define SECATEUR_TESTS_KERNELS_TRIAL_H

#include "engine/base/random.h"
#include "engine/nn/forward/reference_pass.h"

enum { IMAGES = 3 };

struct trial {
    struct random random;
    struct network *network;
    struct reference_pass *pass;
    const struct layer *layer;
    const float *in, *out; /* of the first input, and the output */
};

int trial_between(struct trial *trial, int low, int high);
bool trial_coin(struct trial *trial);

/* Builds input -> layer -> Flatten and runs it. The layer may read "input", "twice" (times 2 plus
 * 0.5) and "minus"; of images also the means "pixel" (of each channel) and "place" (of a place). */
void trial_run(struct trial *trial, const char *class, const char *shape, const char *settings,
    const char *inputs);
void trial_done(struct trial *trial);

const float *trial_weight(const struct trial *trial, const char *name); /* NULL: not there */
/* Fails when a value of the output is not what is expected, to the rounding of sums of terms
 * whose absolute values add up to magnitude. */
void trial_expect(const struct trial *trial, size_t at, double expected, double magnitude);
/* Place of [n, y, x, c] in a tensor [.., height, width, channels]. */
size_t trial_index(int n, int height, int width, int channels, int y, int x, int c);

/* windows.c: the layers that slide a window. */
void windows_conv2d(struct trial *trial);
void windows_depthwise(struct trial *trial);
void windows_separable(struct trial *trial);
void windows_pooling(struct trial *trial);

/* moved.c: the layers that move, resample or compare values, and statistics. */
void moved_transposed(struct trial *trial);
void moved_statistics(struct trial *trial);
void moved_resize(struct trial *trial);
void moved_places(struct trial *trial);
void moved_lines(struct trial *trial);
void moved_merging(struct trial *trial);

#endif
