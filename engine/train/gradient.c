/* Where each weight lies in an array laid out like the network. */
#include "engine/train/gradient.h"

#include "engine/base/memory.h"

size_t gradient_offset(const struct network *network, int layer, int weight)
{
    return (size_t)(network->layers[layer].weights[weight].data - network->storage);
}

size_t gradient_size(const struct network *network)
{
    size_t size = 0;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            size_t end = gradient_offset(network, i, w) + network->layers[i].weights[w].count;
            size = end > size ? end : size;
        }
    return size;
}

size_t gradient_offset_first(const struct network *network)
{
    size_t first = gradient_size(network);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            size_t offset = gradient_offset(network, i, w);
            first = offset < first ? offset : first;
        }
    return first;
}

float *gradient_create(const struct network *network)
{
    return memory_floats(gradient_size(network));
}
