/* SGD with momentum, and Adam; the learning rate over a run. */
#include "engine/train/optimiser.h"

#include "engine/base/memory.h"
#include "engine/train/adam.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct optimiser {
    struct network *network;
    struct optimiser_options options;
    size_t size;
    uint8_t *may_change;   /* [size] */
    float *first, *second; /* [size] moments; second is NULL without Adam */
    int steps;
    float rate, shrink; /* of this step */
    struct adam adam;   /* likewise */
};

struct optimiser_options optimiser_adam(void)
{
    return (struct optimiser_options){
        .kind = OPTIMISER_ADAM, .momentum = 0.9, .beta = 0.999, .epsilon = 1e-7};
}

struct optimiser_options optimiser_sgd(double momentum)
{
    return (struct optimiser_options){.kind = OPTIMISER_SGD, .momentum = momentum};
}

struct optimiser *optimiser_create(struct network *network, const struct optimiser_options *options)
{
    struct optimiser *optimiser = memory_array(1, sizeof *optimiser);
    optimiser->network = network;
    optimiser->options = *options;
    optimiser->size = gradient_size(network);
    optimiser->may_change = memory_array(optimiser->size, 1);
    optimiser->first = gradient_create(network);
    optimiser->second = options->kind == OPTIMISER_ADAM ? gradient_create(network) : NULL;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            size_t at = gradient_offset(network, i, w);
            memset(optimiser->may_change + at, weight->trainable, weight->count);
            for (size_t k = 0; weight->doubled && k < weight->count; k += 2)
                optimiser->may_change[at + k] = 0; /* the column that is always 0 */
        }
    return optimiser;
}

void optimiser_destroy(struct optimiser *optimiser)
{
    if (!optimiser)
        return;
    free(optimiser->may_change);
    free(optimiser->first);
    free(optimiser->second);
    free(optimiser);
}

void optimiser_mask(struct optimiser *optimiser, int layer, int weight, const uint8_t *mask)
{
    const struct weight *masked = &optimiser->network->layers[layer].weights[weight];
    uint8_t *may = optimiser->may_change + gradient_offset(optimiser->network, layer, weight);
    for (size_t i = 0; i < masked->count; i++)
        may[i] = mask && mask[i] && masked->trainable && !(masked->doubled && i % 2 == 0);
}

void optimiser_frozen(const struct optimiser *optimiser, bool *frozen)
{
    const struct network *network = optimiser->network;
    for (int i = 0; i < network->n_layers; i++) {
        frozen[i] = true;
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const uint8_t *may = optimiser->may_change + gradient_offset(network, i, w);
            if (memchr(may, 1, network->layers[i].weights[w].count))
                frozen[i] = false;
        }
    }
}

void optimiser_begin(struct optimiser *optimiser, double rate)
{
    const struct optimiser_options *options = &optimiser->options;
    int t = ++optimiser->steps;
    optimiser->shrink = (float)(rate * options->decay);
    optimiser->rate = (float)rate;
    if (options->kind == OPTIMISER_ADAM)
        optimiser->adam = adam_at(rate, options->momentum, options->beta, options->epsilon, t);
}

/* Values first..last-1 of storage, all of one weight; shrink is 0 where nothing decays. */
static void adam(
    struct optimiser *optimiser, const float *gradient, size_t first, size_t last, float shrink)
{
    const struct adam step_now = optimiser->adam;
    const uint8_t *may_change = optimiser->may_change;
    float *restrict value = optimiser->network->storage;
    float *restrict m = optimiser->first, *restrict v = optimiser->second;
    for (size_t i = first; i < last; i++) {
        float step = adam_move(&step_now, gradient[i], &m[i], &v[i]) + shrink * value[i];
        value[i] = may_change[i] ? value[i] - step : value[i];
    }
}

static void descend(
    struct optimiser *optimiser, const float *gradient, size_t first, size_t last, float shrink)
{
    float momentum = (float)optimiser->options.momentum, rate = optimiser->rate;
    float *value = optimiser->network->storage, *m = optimiser->first;
    for (size_t i = first; i < last; i++) {
        m[i] = momentum * m[i] + gradient[i];
        float step = rate * m[i] + shrink * value[i];
        value[i] = optimiser->may_change[i] ? value[i] - step : value[i];
    }
}

void optimiser_step(struct optimiser *optimiser, const float *gradient, size_t first, size_t count)
{
    const struct network *network = optimiser->network;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            size_t from = gradient_offset(network, i, w), to = from + weight->count;
            from = from < first ? first : from;
            to = to > first + count ? first + count : to;
            if (from >= to || network->layers[i].owner != i)
                continue;
            float shrink = weight->rank > 1 ? optimiser->shrink : 0;
            if (optimiser->options.kind == OPTIMISER_ADAM)
                adam(optimiser, gradient, from, to, shrink);
            else
                descend(optimiser, gradient, from, to, shrink);
        }
}

double optimiser_rate(double rate, double end, int step, int warm, int steps)
{
    if (step < warm)
        return rate * (step + 1) / warm;
    double along = steps > warm ? (double)(step - warm) / (steps - warm) : 1;
    return rate * (end + (1 - end) * 0.5 * (1 + cos(3.14159265358979323846 * along)));
}
