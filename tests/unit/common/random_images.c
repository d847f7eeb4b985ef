/* Random image sets, the same for the same seed. */
#include "tests/unit/common/random_images.h"

#include "engine/base/memory.h"

struct dataset *random_images(int n, const struct network *network, struct random *random)
{
    const struct shape *shape = &network->layers[network->input].shape;
    size_t count = (size_t)n * shape_count(shape);
    uint8_t *pixels = memory_array(count, 1);
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)random_below(random, 256);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    return dataset_from_bytes("noise", n, shape, pixels, labels);
}
