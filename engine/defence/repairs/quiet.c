/* Finds and prunes quiet inputs of Dense layers. Leans on reading.h. */
#include "engine/defence/repairs/quiet.h"

#include "engine/base/memory.h"
#include "engine/defence/repairs/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS = 6 };
static const double SHARE = 0.05; /* measured: it costs no clean accuracy where images are many */
static const double COST = 0.005; /* of the images, that pruning may cost; at least one of them */

struct input {
    int index;
    double variance;
    double influence; /* the same, times the sum of the squared weights */
};

static int rising(const void *a, const void *b)
{
    const struct input *x = a, *y = b;
    if (x->variance != y->variance)
        return x->variance < y->variance ? -1 : 1;
    return x->index - y->index;
}

/* The inputs of a layer, quietest first; returns the sum of what they make vary. */
static double order(
    const struct weight *kernel, const struct reading_unit *units, struct input *inputs)
{
    double sum = 0;
    size_t in = (size_t)kernel->dim[0], out = (size_t)kernel->dim[1];
    for (size_t i = 0; i < in; i++) {
        double squares = 0;
        for (size_t k = 0; k < out; k++)
            squares += (double)kernel->data[i * out + k] * (double)kernel->data[i * out + k];
        inputs[i] = (struct input){(int)i, units[i].variance, units[i].variance * squares};
        sum += inputs[i].influence;
    }
    qsort(inputs, in, sizeof *inputs, rising);
    return sum;
}

static int prune_layer(struct layer *layer, const struct reading_unit *units, double share)
{
    const struct weight *kernel = &layer->weights[0];
    float *bias = layer->weights[1].data;
    size_t in = (size_t)kernel->dim[0], out = (size_t)kernel->dim[1];
    struct input *inputs = memory_array(in, sizeof *inputs);
    double room = share * order(kernel, units, inputs);
    int pruned = 0;
    for (size_t i = 0; i < in && (room -= inputs[i].influence) >= 0; i++, pruned++) {
        float *row = kernel->data + (size_t)inputs[i].index * out;
        for (size_t k = 0; k < out; k++)
            bias[k] += (float)units[inputs[i].index].mean * row[k];
        memset(row, 0, out * sizeof *row);
    }
    free(inputs);
    return pruned;
}

int quiet_prune(struct network *network, struct thread_pool *pool,
    const struct repair_images *images, double share)
{
    int pruned = 0;
    for (int i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        const struct shape *input = &network->layers[layer->inputs[0]].shape;
        if (strcmp(layer->class->name, "Dense") != 0 || layer->n_weights < 2 || input->rank != 1)
            continue;
        struct reading_unit *units = memory_array(shape_count(input), sizeof *units);
        reading_units(network, pool, images, layer->inputs[0], units);
        pruned += prune_layer(layer, units, share);
        free(units);
    }
    return pruned;
}

/* A smaller share where few images say little of what is quiet. */
static bool prune_within_cost(const struct repair_job *job, int rounds, struct error *err)
{
    struct network *before = network_clone(job->network);
    int right = reading_correct(before, job->pool, &job->images);
    double share = SHARE, most = fmax(1, COST * job->images.n);
    bool good = true;
    for (int i = 1; good && i <= TRIALS; i++, share /= 2) {
        struct repair_progress progress = {.round = 1,
            .rounds = rounds,
            .step = i,
            .steps = TRIALS,
            .doing = "pruning",
            .loss = NAN};
        good = repair_goes_on(job, &progress, err);
        if (!good)
            break;
        quiet_prune(job->network, job->pool, &job->images, share);
        if (right - reading_correct(job->network, job->pool, &job->images) <= most)
            break;
        for (int k = 0; k < before->n_layers; k++)
            for (int w = 0; w < before->layers[k].n_weights; w++)
                memcpy(job->network->layers[k].weights[w].data, before->layers[k].weights[w].data,
                    before->layers[k].weights[w].count * sizeof(float));
    }
    network_destroy(before);
    return good;
}

bool quiet_round(const struct repair_job *job, int rounds, bool *ends, struct error *err)
{
    struct repair_report report = {.round = 1, .rounds = rounds, .loss = NAN, .mask = -1};
    if (!prune_within_cost(job, rounds, err))
        return false;
    *ends = job->round && !job->round(job->context, &report);
    return true;
}
