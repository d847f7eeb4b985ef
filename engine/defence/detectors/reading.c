/* Features out of the lanes of B's pass, and blends into them. */
#include "engine/defence/detectors/reading.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <stdlib.h>
#include <string.h>

enum { BANK_SEED = 1 };

struct own_memory {
    float *features; /* [BATCH_TILE][n_features] */
    float *image;    /* [values] */
    float *logits;   /* [READING_BLENDS][n_classes] */
};

struct reading {
    const struct network *network;
    struct pixel_scaling scaling;
    int layer, n_features, workers, width;
    size_t values;
    struct own_memory *own; /* [workers] */
    int n_bank, bank_image[READING_BLENDS];
    float *bank; /* [chunks of width][values][width] halved, as the net sees them */
};

/* From the output back to the last layer with weights; what that reads. */
int reading_layer(const struct network *b)
{
    int at = b->output;
    while (b->layers[at].n_weights == 0 && b->layers[at].n_inputs > 0)
        at = b->layers[at].inputs[0];
    return b->layers[at].n_inputs > 0 ? b->layers[at].inputs[0] : at;
}

struct reading *reading_create(
    const struct network *b, int workers, const struct pixel_scaling *scaling)
{
    struct reading *reading = memory_array(1, sizeof *reading);
    reading->network = b;
    reading->scaling = *scaling;
    reading->layer = reading_layer(b);
    reading->n_features = (int)shape_count(&b->layers[reading->layer].shape);
    reading->values = shape_count(&b->layers[b->input].shape);
    reading->workers = workers;
    reading->own = memory_array((size_t)workers, sizeof *reading->own);
    for (int w = 0; w < workers; w++) {
        struct own_memory *own = &reading->own[w];
        own->features = memory_floats((size_t)BATCH_TILE * (size_t)reading->n_features);
        own->image = memory_floats(reading->values);
        own->logits = memory_floats((size_t)READING_BLENDS * (size_t)b->n_classes);
    }
    return reading;
}

void reading_destroy(struct reading *reading)
{
    if (!reading)
        return;
    for (int w = 0; w < reading->workers; w++) {
        free(reading->own[w].features);
        free(reading->own[w].image);
        free(reading->own[w].logits);
    }
    free(reading->own);
    free(reading->bank);
    free(reading);
}

int reading_features(const struct reading *reading)
{
    return reading->n_features;
}

void reading_take(
    struct reading *reading, struct batched_pass *pass, int width, int worker, int n, int at)
{
    const float *tensor = batched_pass_tensor(pass, reading->layer);
    size_t d = (size_t)reading->n_features;
    float *out = reading->own[worker].features + (size_t)at * d;
    for (int lane = 0; lane < n; lane++, out += d)
        for (size_t k = 0; k < d; k++)
            out[k] = tensor[k * (size_t)width + (size_t)lane];
}

const float *reading_of(const struct reading *reading, int worker, int at)
{
    return reading->own[worker].features + (size_t)at * (size_t)reading->n_features;
}

/* Without drawing one twice. */
static void choose(struct reading *reading, int n)
{
    struct random random;
    random_init(&random, BANK_SEED, 0);
    reading->n_bank = 0;
    while (reading->n_bank < READING_BLENDS && reading->n_bank < n) {
        int image = (int)random_below(&random, (uint32_t)n);
        bool again = false;
        for (int i = 0; i < reading->n_bank; i++)
            again = again || reading->bank_image[i] == image;
        if (!again)
            reading->bank_image[reading->n_bank++] = image;
    }
}

void reading_fill_bank(struct reading *reading, const struct dataset *clean, int width)
{
    size_t lanes = (size_t)width, size = reading->values * lanes;
    choose(reading, dataset_count(clean));
    reading->width = width;
    int chunks = (reading->n_bank + width - 1) / width;
    free(reading->bank);
    reading->bank = memory_floats((size_t)chunks * size);
    for (int c = 0; c < chunks; c++) {
        int left = reading->n_bank - c * width, n = left < width ? left : width;
        dataset_feed_lanes(clean, reading->bank_image + c * width, n, width, &reading->scaling,
            reading->bank + (size_t)c * size);
    }
    for (size_t i = 0; i < (size_t)chunks * size; i++)
        reading->bank[i] *= 0.5F;
}

/* Logits of a chunk of the bank, behind those that are there. */
static int take_logits(struct reading *reading, struct batched_pass *pass, int first, int own,
    struct own_memory *memory, int count)
{
    const struct network *network = reading->network;
    const float *out = batched_pass_tensor(pass, network->output);
    size_t classes = (size_t)network->n_classes, width = (size_t)reading->width;
    for (int i = first; i < reading->n_bank && i < first + reading->width; i++) {
        if (reading->bank_image[i] == own)
            continue;
        for (size_t k = 0; k < classes; k++)
            memory->logits[(size_t)count * classes + k] = out[k * width + (size_t)(i - first)];
        count++;
    }
    return count;
}

int reading_blend(struct reading *reading, struct batched_pass *pass, const struct dataset *set,
    int image, int own, int worker, const float **logits)
{
    struct own_memory *memory = &reading->own[worker];
    size_t width = (size_t)reading->width;
    float *in = batched_pass_tensor(pass, reading->network->input);
    int count = 0;
    dataset_feed(set, image, 1, &reading->scaling, memory->image);
    for (int first = 0; first < reading->n_bank; first += reading->width) {
        const float *bank = reading->bank + (size_t)first * reading->values;
        for (size_t v = 0; v < reading->values; v++)
            for (size_t lane = 0; lane < width; lane++)
                in[v * width + lane] = bank[v * width + lane] + 0.5F * memory->image[v];
        batched_pass_run(pass, NULL);
        count = take_logits(reading, pass, first, own, memory, count);
    }
    *logits = memory->logits;
    return count;
}
