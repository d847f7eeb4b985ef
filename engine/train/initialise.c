/* First values of the weights: variance 2 / inputs where a ReLU follows (He), else 1 / inputs. */
#include "engine/train/initialise.h"

#include "engine/base/random.h"

#include <math.h>
#include <string.h>

/* One constant for weights that are not kernels. */
static float constant_for(const struct weight *weight)
{
    bool one = strcmp(weight->name, "gamma") == 0 || strcmp(weight->name, "moving_variance") == 0;
    return one ? 1 : 0;
}

/* Does a ReLU take what this layer makes, in it or right behind it (through an Add)? */
static bool is_rectified(const struct network *network, int at)
{
    for (int hop = 0; hop < 3; hop++) {
        if (network->layers[at].activation.kind == ACTIVATION_RELU)
            return true;
        int next = at + 1;
        while (next < network->n_layers && network->layers[next].inputs[0] != at)
            next++;
        if (next == network->n_layers || network->layers[next].class->channels == CHANNELS_NEW)
            return false;
        at = next;
    }
    return false;
}

/* The values of a weight that make one channel are channel, channel + channels, … of its last
 * dimension; each channel has a stream of its own. */
static void fill(const struct network *network, uint64_t seed, int layer, int w, int channel)
{
    struct weight *weight = &network->layers[layer].weights[w];
    size_t channels = (size_t)weight->dim[weight->rank - 1];
    size_t inputs = weight->count / channels;
    double variance = (is_rectified(network, layer) ? 2.0 : 1.0) / (double)inputs;
    double deviation = sqrt(variance);
    struct random random;
    random_init(&random, seed, (uint64_t)layer << 32 | (uint64_t)channel);
    for (size_t i = (size_t)channel; i < weight->count; i += channels)
        weight->data[i] =
            weight->rank > 1 ? (float)(deviation * random_normal(&random)) : constant_for(weight);
}

void initialise_channel(struct network *network, uint64_t seed, int layer, int channel)
{
    for (int w = 0; w < network->layers[layer].n_weights; w++)
        fill(network, seed, layer, w, channel);
}

void initialise_network(struct network *network, uint64_t seed)
{
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            for (int c = 0; c < weight->dim[weight->rank - 1]; c++)
                fill(network, seed, i, w, c);
        }
}
