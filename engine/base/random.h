/* Random numbers that are the same on every machine: PCG32 (O'Neill 2014), no libm.
 * Owner: the caller. Thread: one generator, one thread. */
#ifndef SECATEUR_ENGINE_BASE_RANDOM_H
#define SECATEUR_ENGINE_BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state, stream;
};

/* Different streams of one seed are independent: one stream per image keeps pictures the same
 * whatever the number of workers. */
void random_init(struct random *random, uint64_t seed, uint64_t stream);
uint32_t random_u32(struct random *random);
uint32_t random_below(struct random *random, uint32_t limit);        /* 0 .. limit-1, unbiased */
double random_unit(struct random *random);                           /* [0, 1) */
double random_range(struct random *random, double low, double high); /* [low, high) */
double random_normal(struct random *random); /* mean 0, variance 1, |x| <= 6 */
/* As that, a sixth of the work: |x| < 3.47, in 2^18 steps. For noise on every pixel. */
float random_noise(struct random *random);

#endif
