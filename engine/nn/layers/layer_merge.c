/* Add, Subtract, Multiply, Average, Maximum, Minimum: value by value. A dimension of size 1, or one
 * that an input does not have in front, stands for all places along it, as in NumPy. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <string.h>

struct params {
    bool alike; /* all inputs have the output's shape */
    /* Of each input: values from one place to the next along each dimension of the output; 0: the
     * input is the same there. */
    size_t step[LAYER_INPUTS_MAX][SHAPE_RANK_MAX];
};

static bool spread(struct shape *shape, const struct shape *input)
{
    struct shape all = input->rank > shape->rank ? *input : *shape;
    for (int back = 1; back <= all.rank; back++) {
        int a = back <= shape->rank ? shape->dim[shape->rank - back] : 1;
        int b = back <= input->rank ? input->dim[input->rank - back] : 1;
        if (a != b && a != 1 && b != 1)
            return false;
        all.dim[all.rank - back] = a == 1 ? b : a;
    }
    *shape = all;
    return true;
}

static void find_steps(struct layer *layer)
{
    struct params *params = layer->params;
    params->alike = true;
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct shape *input = &layer->input_shapes[i];
        int shift = layer->shape.rank - input->rank;
        size_t step = 1;
        for (int d = input->rank; d-- > 0; step *= (size_t)input->dim[d])
            params->step[i][d + shift] = input->dim[d] == 1 ? 0 : step;
        params->alike = params->alike && shape_equal(input, &layer->shape);
    }
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    char first[SHAPE_TEXT], other[SHAPE_TEXT];
    (void)settings;
    layer->shape = layer->input_shapes[0];
    for (int i = 1; i < layer->n_inputs; i++)
        if (!spread(&layer->shape, &layer->input_shapes[i]))
            return fail(err, "its inputs are %s and %s, which do not fit each other",
                shape_text(&layer->shape, first), shape_text(&layer->input_shapes[i], other));
    if (layer->planes && layer->shape.rank != 3)
        return fail(err, "its inputs have the channels first, and are no images");
    find_steps(layer);
    return true;
}

/* A row is what lies along the last dimension; of inputs that are alike the whole image. Rows are
 * counted through all images. */
struct rows {
    size_t images, each, wide;
};

static struct rows rows_of(const struct layer *layer, int n)
{
    const struct params *params = layer->params;
    size_t count = shape_count(&layer->shape);
    size_t wide = params->alike ? count : (size_t)shape_channels(&layer->shape);
    return (struct rows){(size_t)n, count / wide, wide};
}

/* Where row `row` of the output begins in input i. */
static size_t place(const struct layer *layer, int i, const struct rows *rows, size_t row)
{
    const struct params *params = layer->params;
    size_t at = row / rows->each * shape_count(&layer->input_shapes[i]), rest = row % rows->each;
    for (int d = layer->shape.rank - 1; d-- > 0 && rest; rest /= (size_t)layer->shape.dim[d])
        at += rest % (size_t)layer->shape.dim[d] * params->step[i][d];
    return at;
}

static size_t last_step(const struct layer *layer, int i)
{
    const struct params *params = layer->params;
    return params->alike ? 1 : params->step[i][layer->shape.rank - 1];
}

/* Each kind: what a row of the next input makes of the rows before it. */
typedef void combine(float *out, const float *in, size_t step, size_t wide);

#define COMBINE(id, result)                                                         \
    static void combine_##id(float *out, const float *in, size_t step, size_t wide) \
    {                                                                               \
        for (size_t c = 0; step == 1 && c < wide; c++) {                            \
            float a = out[c], b = in[c];                                            \
            out[c] = result;                                                        \
        }                                                                           \
        for (size_t c = 0; step != 1 && c < wide; c++) {                            \
            float a = out[c], b = in[c * step];                                     \
            out[c] = result;                                                        \
        }                                                                           \
    }

/* NaN of either stays NaN. */
COMBINE(add, a + b)
COMBINE(subtract, a - b)
COMBINE(multiply, a *b)
COMBINE(maximum, a >= b || a != a ? a : b)
COMBINE(minimum, a <= b || a != a ? a : b)

static void forward_by(
    const struct layer *layer, int n, const float *const *inputs, float *output, combine *function)
{
    struct rows rows = rows_of(layer, n);
    for (size_t row = 0; row < rows.images * rows.each; row++) {
        float *out = output + row * rows.wide;
        const float *first = inputs[0] + place(layer, 0, &rows, row);
        for (size_t c = 0; c < rows.wide; c++)
            out[c] = first[c * last_step(layer, 0)];
        for (int i = 1; i < layer->n_inputs; i++)
            function(out, inputs[i] + place(layer, i, &rows, row), last_step(layer, i), rows.wide);
    }
}

/* The derivative of one output by input i. */
typedef float slope(const struct layer *layer, const float *values, float output, int i);

static float slope_add(const struct layer *layer, const float *values, float output, int i)
{
    (void)layer, (void)values, (void)output, (void)i;
    return 1;
}

static float slope_subtract(const struct layer *layer, const float *values, float output, int i)
{
    (void)layer, (void)values, (void)output;
    return i ? -1.0F : 1.0F;
}

static float slope_average(const struct layer *layer, const float *values, float output, int i)
{
    (void)values, (void)output, (void)i;
    return 1.0F / (float)layer->n_inputs;
}

static float slope_multiply(const struct layer *layer, const float *values, float output, int i)
{
    float others = 1;
    (void)output;
    for (int k = 0; k < layer->n_inputs; k++)
        others *= k == i ? 1 : values[k];
    return others;
}

/* Of the largest or smallest: the first that is the output. */
static float slope_chosen(const struct layer *layer, const float *values, float output, int i)
{
    (void)layer;
    for (int k = 0; k < i; k++)
        if (values[k] == output)
            return 0;
    return values[i] == output;
}

static void backward_by(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs, slope *function)
{
    struct rows rows = rows_of(layer, n);
    size_t at[LAYER_INPUTS_MAX];
    float values[LAYER_INPUTS_MAX];
    for (size_t row = 0; row < rows.images * rows.each; row++) {
        for (int i = 0; i < layer->n_inputs; i++)
            at[i] = place(layer, i, &rows, row);
        for (size_t c = 0; c < rows.wide; c++) {
            size_t o = row * rows.wide + c;
            for (int i = 0; i < layer->n_inputs; i++)
                values[i] = inputs[i][at[i] + c * last_step(layer, i)];
            for (int i = 0; i < layer->n_inputs; i++)
                if (grad_inputs[i])
                    grad_inputs[i][at[i] + c * last_step(layer, i)] +=
                        grad_output[o] * function(layer, values, output[o], i);
        }
    }
}

static void forward_average(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    size_t count = (size_t)n * shape_count(&layer->shape);
    forward_by(layer, n, inputs, output, combine_add);
    for (size_t i = 0; i < count; i++)
        output[i] /= (float)layer->n_inputs;
}

static void batched_add(const struct layer *layer, struct lowered_form *form)
{
    const struct params *params = layer->params;
    form->kind = params->alike ? LOWERED_ADD : LOWERED_PLAIN;
}

#define FORWARD(id)                                                                        \
    static void forward_##id(const struct layer *layer, int n, const float *const *inputs, \
        float *output, float *scratch)                                                     \
    {                                                                                      \
        (void)scratch;                                                                     \
        forward_by(layer, n, inputs, output, combine_##id);                                \
    }
#define BACKWARD(id, by)                                                                    \
    static void backward_##id(const struct layer *layer, int n, const float *const *inputs, \
        const float *output, const float *grad_output, float *const *grad_inputs,           \
        float *const *grad_weights, float *scratch)                                         \
    {                                                                                       \
        (void)grad_weights, (void)scratch;                                                  \
        backward_by(layer, n, inputs, output, grad_output, grad_inputs, slope_##by);        \
    }
#define MERGE_CLASS(id, keras, text, most, rule, fast) \
    const struct layer_class layer_class_##id = {      \
        .name = keras,                                 \
        .help = text,                                  \
        .channels = rule,                              \
        .min_inputs = 2,                               \
        .max_inputs = most,                            \
        .takes_planes = true,                          \
        .params_size = sizeof(struct params),          \
        .configure = configure,                        \
        .forward = forward_##id,                       \
        .batched = fast,                               \
        .backward = backward_##id,                     \
    }

FORWARD(add)
FORWARD(subtract)
FORWARD(multiply)
FORWARD(maximum)
FORWARD(minimum)
BACKWARD(add, add)
BACKWARD(subtract, subtract)
BACKWARD(multiply, multiply)
BACKWARD(average, average)
BACKWARD(maximum, chosen)
BACKWARD(minimum, chosen)
MERGE_CLASS(add, "Add", "the sum of its inputs", LAYER_INPUTS_MAX, CHANNELS_ADD, batched_add);
MERGE_CLASS(subtract, "Subtract", "its first input less its second", 2, CHANNELS_ADD, NULL);
MERGE_CLASS(
    multiply, "Multiply", "the product of its inputs", LAYER_INPUTS_MAX, CHANNELS_SCALE, NULL);
MERGE_CLASS(average, "Average", "the mean of its inputs", LAYER_INPUTS_MAX, CHANNELS_ADD, NULL);
MERGE_CLASS(maximum, "Maximum", "the largest of its inputs", LAYER_INPUTS_MAX, CHANNELS_ADD, NULL);
MERGE_CLASS(minimum, "Minimum", "the smallest of its inputs", LAYER_INPUTS_MAX, CHANNELS_ADD, NULL);
