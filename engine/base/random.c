/* PCG32 (O'Neill 2014) in integers, and numbers made of it by additions alone. */
#include "engine/base/random.h"

void random_init(struct random *random, uint64_t seed, uint64_t stream)
{
    random->state = 0;
    random->stream = stream << 1 | 1;
    random_u32(random);
    random->state += seed;
    random_u32(random);
}

uint32_t random_u32(struct random *random)
{
    uint64_t old = random->state;
    random->state = old * UINT64_C(6364136223846793005) + random->stream;
    uint32_t shifted = (uint32_t)(((old >> 18) ^ old) >> 27);
    uint32_t turn = (uint32_t)(old >> 59);
    return shifted >> turn | shifted << (-turn & 31);
}

uint32_t random_below(struct random *random, uint32_t limit)
{
    uint32_t reject = -limit % limit;
    uint32_t value;
    do
        value = random_u32(random);
    while (value < reject);
    return value % limit;
}

double random_unit(struct random *random)
{
    return random_u32(random) * 0x1p-32;
}

double random_range(struct random *random, double low, double high)
{
    return low + (high - low) * random_unit(random);
}

/* Sum of twelve uniforms (Irwin-Hall): only additions, so the same bits everywhere. */
double random_normal(struct random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += random_unit(random);
    return sum;
}

/* Sum of four uniforms of 16 bits, whose variance is (2^32 - 1) / 3. */
float random_noise(struct random *random)
{
    uint32_t one = random_u32(random), two = random_u32(random);
    int32_t sum = (int32_t)((one & 0xFFFF) + (one >> 16) + (two & 0xFFFF) + (two >> 16));
    return (float)(sum - 2 * 0xFFFF) * (1 / 37837.227F);
}
