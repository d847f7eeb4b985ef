/* Gradient and occlusion of one image. Leans on the backward pass of the trainer. */
#include "engine/explain/attribution.h"

#include "engine/base/memory.h"
#include "engine/train/backward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct shape *image_shape(const struct network *network)
{
    return &network->layers[network->input].shape;
}

static int channels_of(const struct shape *shape)
{
    return shape->rank == 3 ? shape->dim[2] : 1;
}

static bool all_finite(const float *values, size_t n, const char *what, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return fail_as(
                err, ERROR_FAILED, "a %s is not finite: the pixels cannot be told apart", what);
    return true;
}

bool attribution_gradient(
    const struct network *network, const float *image, int class, float *heat, struct error *err)
{
    size_t channels = (size_t)channels_of(image_shape(network));
    size_t values = shape_count(image_shape(network)), pixels = values / channels;
    bool *frozen = memory_array((size_t)network->n_layers, sizeof *frozen);
    for (int l = 0; l < network->n_layers; l++)
        frozen[l] = true;
    const struct backward_options options = {.input = true, .frozen = frozen, .steady = true};
    struct backward *backward = backward_create(network, 1, &options);
    memcpy(backward_input(backward), image, values * sizeof *image);
    backward_forward(backward, 1);
    backward_logits_gradient(backward)[class] = 1;
    backward_propagate(backward, 1, 1, NULL);
    const float *gradient = backward_gradient(backward, network->input);
    for (size_t p = 0; p < pixels; p++) {
        heat[p] = 0;
        for (size_t c = 0; c < channels; c++)
            if (!(fabsf(gradient[p * channels + c]) <= heat[p])) /* NaN is kept */
                heat[p] = fabsf(gradient[p * channels + c]);
    }
    backward_destroy(backward);
    free(frozen);
    return all_finite(heat, pixels, "gradient", err);
}

struct attribution_patches attribution_patches_of(int height, int width)
{
    int shorter = height < width ? height : width;
    struct attribution_patches patches = {.size = (shorter + 3) / 6};
    patches.size = patches.size > 0 ? patches.size : 1;
    patches.step = (patches.size + 1) / 2;
    patches.across = (width - patches.size + patches.step - 1) / patches.step + 1;
    patches.down = (height - patches.size + patches.step - 1) / patches.step + 1;
    return patches;
}

int attribution_patch_at(const struct attribution_patches *patches, int index, int pixels)
{
    int at = index * patches->step, last = pixels - patches->size;
    return at < last ? at : last;
}

double attribution_log_odds(const float *logits, int n_classes, int class)
{
    double most = -INFINITY, sum = 0;
    for (int k = 0; k < n_classes; k++)
        most = k != class ? fmax(most, (double)logits[k]) : most;
    for (int k = 0; k < n_classes; k++)
        sum += k != class ? exp((double)logits[k] - most) : 0;
    return n_classes > 1 ? (double)logits[class] - most - log(sum) : (double)logits[class];
}

struct occlusion {
    const float *image;
    int height, width, channels, n_classes, class;
    struct attribution_patches patches;
    float *fill;      /* [channels] mean of the image */
    double *log_odds; /* [1 + patches] of the image, and with each patch */
};

/* Image 0 is whole. */
static void load_patch(void *context, int index, float *image)
{
    const struct occlusion *o = context;
    size_t row = (size_t)o->width * (size_t)o->channels;
    memcpy(image, o->image, (size_t)o->height * row * sizeof *image);
    if (index == 0)
        return;
    int top = attribution_patch_at(&o->patches, (index - 1) / o->patches.across, o->height);
    int left = attribution_patch_at(&o->patches, (index - 1) % o->patches.across, o->width);
    for (int y = top; y < top + o->patches.size; y++)
        for (int x = left; x < left + o->patches.size; x++)
            for (int c = 0; c < o->channels; c++)
                image[(size_t)y * row + (size_t)(x * o->channels + c)] = o->fill[c];
}

static void note_log_odds(void *context, int index, const float *logits)
{
    const struct occlusion *o = context;
    o->log_odds[index] = attribution_log_odds(logits, o->n_classes, o->class);
}

static void find_fill(struct occlusion *o)
{
    int pixels = o->height * o->width;
    for (int c = 0; c < o->channels; c++) {
        double sum = 0;
        for (int p = 0; p < pixels; p++)
            sum += (double)o->image[p * o->channels + c];
        o->fill[c] = (float)(sum / pixels);
    }
}

static void spread(const struct occlusion *o, float *heat)
{
    size_t pixels = (size_t)o->height * (size_t)o->width;
    int *covers = memory_array(pixels, sizeof *covers);
    double *sums = memory_array(pixels, sizeof *sums);
    for (int i = 0; i < o->patches.across * o->patches.down; i++) {
        int top = attribution_patch_at(&o->patches, i / o->patches.across, o->height);
        int left = attribution_patch_at(&o->patches, i % o->patches.across, o->width);
        for (int y = top; y < top + o->patches.size; y++)
            for (int x = left; x < left + o->patches.size; x++) {
                sums[y * o->width + x] += o->log_odds[0] - o->log_odds[1 + i];
                covers[y * o->width + x]++;
            }
    }
    for (size_t p = 0; p < pixels; p++)
        heat[p] = (float)(sums[p] / covers[p]);
    free(covers);
    free(sums);
}

bool attribution_occlusion(const struct network *network, const float *image, int class,
    struct thread_pool *pool, const atomic_bool *stop, float *heat, struct error *err)
{
    const struct shape *shape = image_shape(network);
    struct occlusion o = {.image = image,
        .height = shape->dim[0],
        .width = shape->rank > 1 ? shape->dim[1] : 1,
        .channels = channels_of(shape),
        .n_classes = network->n_classes,
        .class = class};
    o.patches = attribution_patches_of(o.height, o.width);
    int n = 1 + o.patches.across * o.patches.down;
    o.log_odds = memory_array((size_t)n, sizeof *o.log_odds);
    o.fill = memory_array((size_t)o.channels, sizeof *o.fill);
    find_fill(&o);
    const struct image_pass pass = {.network = network,
        .pool = pool,
        .stop = stop,
        .n = n,
        .layer = network->output,
        .load = load_patch,
        .visit = note_log_odds,
        .context = &o};
    bool good = image_pass_run(&pass, err);
    if (good)
        spread(&o, heat);
    free(o.log_odds);
    free(o.fill);
    return good && all_finite(heat, (size_t)o.height * (size_t)o.width, "logit", err);
}
