/* The kernels of pixels.h, compiled like batched_kernels.c with PIXELS_TABLE given. */
#include "engine/nn/forward/pixels.h"

#include <string.h>

enum { WIDTH = LANES_WIDTH, PACK = 16 };

typedef uint8_t pack __attribute__((vector_size(PACK), may_alias));
typedef uint8_t loose __attribute__((vector_size(PACK), aligned(1), may_alias));
typedef uint8_t bytes __attribute__((vector_size(WIDTH), may_alias));
typedef uint16_t twice __attribute__((vector_size(WIDTH * sizeof(uint16_t))));
typedef int32_t whole __attribute__((vector_size(WIDTH * sizeof(int32_t))));
typedef float vector
    __attribute__((vector_size(WIDTH * sizeof(float)), aligned(sizeof(float)), may_alias));

/* Without branches, so that compilers vectorise it. NaN becomes 0. */
#define TO_LEVELS(name, type)                                                       \
    static bool name(const type *restrict from, size_t count, uint8_t *restrict to) \
    {                                                                               \
        int bad = 0;                                                                \
        for (size_t i = 0; i < count; i++) {                                        \
            float value = (float)from[i];                                           \
            float inside = value >= 0 ? value : 0;                                  \
            int level = (int)(inside <= 255 ? inside : 255);                        \
            bad |= (float)level != value;                                           \
            to[i] = (uint8_t)level;                                                 \
        }                                                                           \
        return !bad;                                                                \
    }
TO_LEVELS(levels_of_floats, float)
TO_LEVELS(levels_of_doubles, double)

/* Interleaves the elements of two packs. */
#define DEAL_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define DEAL_HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

/* Transposes packs of WIDTH images: interleaves halves, log2(WIDTH) times. */
static inline void turn(pack *packs)
{
    pack dealt[WIDTH];
#pragma GCC unroll 4
    for (int done = 1; done < WIDTH; done *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < WIDTH / 2; i++) {
            dealt[2 * i] = DEAL_LOW(packs[i], packs[i + WIDTH / 2]);
            dealt[2 * i + 1] = DEAL_HIGH(packs[i], packs[i + WIDTH / 2]);
        }
#pragma GCC unroll 16
        for (int i = 0; i < WIDTH; i++)
            packs[i] = dealt[i];
    }
}

static void spread(const void *const *from, size_t count, float scale, float *restrict out)
{
    size_t at = 0;
    for (; at + PACK <= count; at += PACK) {
        pack packs[WIDTH];
#pragma GCC unroll 16
        for (int lane = 0; lane < WIDTH; lane++)
            packs[lane] = *(const loose *)((const uint8_t *)from[lane] + at);
        turn(packs);
        for (int i = 0; i < PACK; i++) {
            twice some = __builtin_convertvector(((const bytes *)packs)[i], twice);
            whole wide = __builtin_convertvector(some, whole);
            *(vector *)(out + (at + (size_t)i) * WIDTH) =
                __builtin_convertvector(wide, vector) * scale;
        }
    }
    for (; at < count; at++)
        for (int lane = 0; lane < WIDTH; lane++)
            out[at * WIDTH + (size_t)lane] = (float)((const uint8_t *)from[lane])[at] * scale;
}

static void join(const uint8_t *restrict from, size_t count, uint8_t *restrict to)
{
    for (size_t i = 0; i < count; i++) {
        to[i * 3] = from[i];
        to[i * 3 + 1] = from[count + i];
        to[i * 3 + 2] = from[2 * count + i];
    }
}

extern const struct pixels PIXELS_TABLE;
const struct pixels PIXELS_TABLE = {levels_of_floats, levels_of_doubles, join, spread};
