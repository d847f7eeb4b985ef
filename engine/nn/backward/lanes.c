/* The kernels of gradients for each kind of processor. */
#include "engine/nn/backward/lane_kernels.h"

#include "engine/nn/forward/batched.h"

#include <string.h>

extern const struct lane_kernels lane_plain;
#if defined __x86_64__
extern const struct lane_kernels lane_avx2, lane_avx512;
#elif defined __aarch64__
extern const struct lane_kernels lane_neon;
#endif

const struct lane_kernels *lane_kernels_of(const char *name)
{
#if defined __x86_64__
    if (strcmp(name, "avx512") == 0)
        return &lane_avx512;
    if (strcmp(name, "avx2") == 0)
        return &lane_avx2;
#elif defined __aarch64__
    if (strcmp(name, "neon") == 0)
        return &lane_neon;
#endif
    (void)name;
    return &lane_plain;
}
