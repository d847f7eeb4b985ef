/* Finds the units by the difference that a trigger makes. Leans on reading.h: behind the units
 * there is one product, so it is worked out here. */
#include "engine/defence/repairs/cut.h"

#include "engine/base/memory.h"
#include "engine/defence/repairs/reading.h"
#include "engine/nn/forward/reference_pass.h"

#include <stdlib.h>
#include <string.h>

enum { UNITS_FOR_ONE = 20 };
static const double ENOUGH = 0.02; /* share of images that the trigger may still turn */

struct cut {
    const struct repair_job *job;
    const struct inversion_trigger *trigger;
    const struct layer *last;
    int target, from; /* class; the layer whose units the last one reads */
    size_t units, classes;
    float *clean, *stamped; /* [images, units] */
};

static void read_units(struct cut *cut)
{
    const struct repair_job *job = cut->job;
    reading_outputs(job->network, job->pool, &job->images, NULL, cut->from, cut->clean);
    reading_outputs(job->network, job->pool, &job->images, cut->trigger, cut->from, cut->stamped);
}

/* Share of the images of other classes that the last layer reads as the target, stamped. */
static double share_turned(const struct cut *cut, float *logits)
{
    const struct repair_images *images = &cut->job->images;
    const struct layer *last = cut->last;
    int n = 0, turned = 0;
    for (int i = 0; i < images->n; i++) {
        const float *units = cut->stamped + (size_t)i * cut->units;
        if (images->labels[i] == cut->target)
            continue;
        memset(logits, 0, cut->classes * sizeof *logits);
        if (last->n_weights > 1)
            memcpy(logits, last->weights[1].data, cut->classes * sizeof *logits);
        for (size_t u = 0; u < cut->units; u++)
            for (size_t c = 0; units[u] != 0 && c < cut->classes; c++)
                logits[c] += units[u] * last->weights[0].data[u * cut->classes + c];
        n++;
        turned += reference_pass_argmax(logits, (int)cut->classes) == cut->target;
    }
    return n > 0 ? (double)turned / n : 0;
}

/* What the trigger adds to the target's logit by way of a unit, on average. */
static double added(const struct cut *cut, size_t unit)
{
    const struct repair_images *images = &cut->job->images;
    const struct layer *last = cut->last;
    double sum = 0;
    for (int i = 0; i < images->n; i++) {
        size_t at = (size_t)i * cut->units + unit;
        sum += images->labels[i] == cut->target ? 0 : (double)(cut->stamped[at] - cut->clean[at]);
    }
    return sum * (double)last->weights[0].data[unit * cut->classes + (size_t)cut->target];
}

static int cut_units(struct cut *cut, uint8_t *may_change)
{
    float *kernel = cut->last->weights[0].data;
    float *logits = memory_floats(cut->classes);
    double *gains = memory_array(cut->units, sizeof *gains);
    size_t most = cut->units / UNITS_FOR_ONE > 1 ? cut->units / UNITS_FOR_ONE : 1, n = 0;
    for (size_t u = 0; u < cut->units; u++)
        gains[u] = added(cut, u);
    while (n < most && share_turned(cut, logits) > ENOUGH) {
        size_t best = 0;
        for (size_t u = 1; u < cut->units; u++)
            best = gains[u] > gains[best] ? u : best;
        if (gains[best] <= 0)
            break;
        gains[best] = 0;
        kernel[best * cut->classes + (size_t)cut->target] = 0;
        may_change[best * cut->classes + (size_t)cut->target] = 0;
        n++;
    }
    free(gains);
    free(logits);
    return (int)n;
}

int cut_layer(const struct network *network)
{
    int at = network->output;
    if (at == network->softmax && strcmp(network->layers[at].class->name, "Dense") != 0)
        at = network->layers[at].inputs[0];
    const struct layer *layer = &network->layers[at];
    bool linear = at == network->softmax || layer->activation.kind == ACTIVATION_LINEAR;
    return strcmp(layer->class->name, "Dense") == 0 && linear ? at : -1;
}

int cut_trigger(const struct repair_job *job, int target, const struct inversion_trigger *trigger,
    uint8_t *may_change)
{
    const struct network *network = job->network;
    int at = cut_layer(network);
    if (at < 0 || network->layers[at].weights[0].doubled)
        return 0;
    const struct layer *last = &network->layers[at];
    struct cut cut = {.job = job,
        .trigger = trigger,
        .last = last,
        .target = target,
        .from = last->inputs[0],
        .units = shape_count(&network->layers[last->inputs[0]].shape),
        .classes = (size_t)network->n_classes};
    cut.clean = memory_floats((size_t)job->images.n * cut.units);
    cut.stamped = memory_floats((size_t)job->images.n * cut.units);
    read_units(&cut);
    int n = cut_units(&cut, may_change);
    free(cut.clean);
    free(cut.stamped);
    return n;
}
