/* The backward run of a lane pass: each layer hands the gradient of its output on to its inputs and
 * its weights, in reverse order. */
#include "engine/base/shortcuts.h"
#include "engine/nn/backward/lane_memory.h"
#include "engine/nn/backward/lane_pass.h"
#include "engine/nn/kernels/kernels.h"

#include <string.h>

/* What the rows of a band may take of the second cache. */
enum { BAND_BYTES = 448 << 10 };

/* The layer at work. */
struct turn {
    struct lane_pass *pass;
    const struct lane_step *step;
    int index;
    size_t count, channels; /* of its output */
    const float *grad;      /* of its output, before the activation */
    float *gradient;        /* of all weights, or NULL */
};

static const struct lane_kernels *lane_of(const struct turn *turn)
{
    return turn->pass->plan->lane;
}

static size_t bytes_of(const struct turn *turn, size_t values)
{
    return values * (size_t)lane_of(turn)->width * sizeof(float);
}

static float *weights_of(const struct turn *turn, int weight)
{
    const struct weight *weights = &turn->step->layer->weights[weight];
    if (!turn->gradient || !turn->step->learns || !weights->trainable)
        return NULL;
    return turn->gradient + (weights->data - turn->pass->plan->network->storage);
}

/* Where the gradient of an input goes, and whether something is there to add to; NULL: not needed.
 */
static float *input_of(const struct turn *turn, int input, bool *add)
{
    int layer = turn->step->layer->inputs[input];
    *add = turn->pass->given[layer];
    turn->pass->given[layer] = true;
    return turn->pass->grads[layer];
}

static void hand_on(const struct turn *turn, int input)
{
    bool add;
    float *to = input_of(turn, input, &add);
    if (to && add)
        lane_of(turn)->add(to, turn->grad, turn->count);
    else if (to && to != turn->grad)
        memcpy(to, turn->grad, bytes_of(turn, turn->count));
}

/* The input with zeros where the window reaches over its edge. */
static const float *pad(const struct turn *turn, const struct shape *padded)
{
    const struct window *window = &turn->step->window;
    const float *in = turn->pass->tensors[turn->step->source];
    size_t line = (size_t)(window->in[1] * window->channels);
    size_t wide = (size_t)(padded->dim[1] * padded->dim[2]);
    if (padded->dim[0] == window->in[0] && padded->dim[1] == window->in[1])
        return in;
    memset(turn->pass->padded, 0, bytes_of(turn, shape_count(padded)));
    size_t first =
        (size_t)(window->before[0] * padded->dim[1] + window->before[1]) * (size_t)padded->dim[2];
    for (size_t y = 0; y < (size_t)window->in[0]; y++)
        memcpy(turn->pass->padded + (first + y * wide) * (size_t)lane_of(turn)->width,
            in + y * line * (size_t)lane_of(turn)->width, bytes_of(turn, line));
    return turn->pass->padded;
}

static void weigh_convolution(const struct turn *turn, float *kernel)
{
    const struct lane_step *step = turn->step;
    const struct window *window = &step->window;
    struct shape padded = lane_step_padded(step);
    size_t filters = turn->channels, depth = step->layer->weights[0].count / filters;
    struct lane_products products = {.depth = depth,
        .filters = filters,
        .offset = step->offset,
        .rows = window->out[0],
        .columns = window->out[1],
        .row_step = (size_t)(window->stride[0] * padded.dim[1] * padded.dim[2]),
        .step = (size_t)(window->stride[1] * padded.dim[2]),
        .live_depth = turn->pass->live,
        .live_filters = turn->pass->live + depth};
    size_t row = bytes_of(turn, products.row_step + filters * (size_t)products.columns);
    products.band = row < BAND_BYTES ? (int)(BAND_BYTES / row) : 1;
    lane_of(turn)->weigh(kernel, &products, pad(turn, &padded), turn->grad);
}

static void weigh_product(const struct turn *turn)
{
    const struct layer *layer = turn->step->layer;
    size_t width = (size_t)lane_of(turn)->width, channels = turn->channels;
    float *kernel = weights_of(turn, 0), *bias = layer->n_weights > 1 ? weights_of(turn, 1) : NULL;
    if (kernel && lane_step_is_dense(turn->step))
        kernels_product(kernel, channels,
            (struct matrix){turn->pass->tensors[turn->step->source], width, false},
            (struct matrix){turn->grad, width, true}, layer->weights[0].count / channels, width,
            channels, true);
    else if (kernel)
        weigh_convolution(turn, kernel);
    if (!bias)
        return;
    lane_of(turn)->sums(turn->pass->sums, NULL, turn->grad, NULL, turn->count, channels);
    for (size_t c = 0; c < channels; c++)
        bias[c] += (float)turn->pass->sums[c];
}

/* The gradients with zeros between them, as far apart as the windows were. */
static const float *spread(const struct turn *turn)
{
    const struct window *window = &turn->step->window;
    struct shape shape = lane_step_spread(turn->step);
    size_t width = (size_t)lane_of(turn)->width, channels = turn->channels;
    if (window->stride[0] == 1 && window->stride[1] == 1)
        return turn->grad;
    memset(turn->pass->spread, 0, bytes_of(turn, shape_count(&shape)));
    for (int place = 0; place < window->out[0] * window->out[1]; place++) {
        int y = place / window->out[1] * window->stride[0];
        int x = place % window->out[1] * window->stride[1];
        memcpy(turn->pass->spread + (size_t)(y * shape.dim[1] + x) * channels * width,
            turn->grad + (size_t)place * channels * width, bytes_of(turn, channels));
    }
    return turn->pass->spread;
}

static void back_product(const struct turn *turn)
{
    struct lane_pass *pass = turn->pass;
    const struct batched_kernels *batched = pass->plan->batched;
    struct batched_list *list = &pass->back_lists[turn->index];
    weigh_product(turn);
    if (!turn->step->runs_back)
        return;
    bool add;
    float *to = input_of(turn, 0, &add);
    const float *grads = spread(turn);
    if (turn->step->back_quick) {
        const struct ending ending = {.add = add ? to : NULL};
        batched->square->run(&to, turn->step->back_quick, &ending, &grads, 1, pass->winograd);
        return;
    }
    bool listed = false;
    batched_product_run(batched, to, &turn->step->back, list, &listed, shortcut_on(SHORTCUT_SPARSE),
        grads, add ? to : NULL);
}

/* Whether windows lie side by side and leave nothing out. */
static bool covers(const struct window *window)
{
    bool good = true;
    for (int axis = 0; axis < 2; axis++)
        good = good && window->before[axis] == 0 && window->dilation[axis] == 1 &&
               window->size[axis] == window->stride[axis] &&
               window->out[axis] * window->stride[axis] == window->in[axis];
    return good;
}

static void back_pool(const struct turn *turn)
{
    const struct lane_step *step = turn->step;
    struct lane_pass *pass = turn->pass;
    bool add;
    float *to = input_of(turn, 0, &add);
    if (!to)
        return;
    bool over = step->kind == LANE_POOL_MAX && covers(&step->window) && !add;
    if (!add && !over)
        memset(to, 0, bytes_of(turn, shape_count(&step->layer->input_shapes[0])));
    if (step->kind == LANE_POOL_MAX)
        lane_of(turn)->pool_max(to, &step->window, pass->tensors[step->source],
            pass->tensors[turn->index], turn->grad, pass->plan->steps[step->source].masked, !over);
    else
        lane_of(turn)->pool_mean(to, &step->window, turn->grad);
}

static void back_affine(const struct turn *turn)
{
    const struct layer *layer = turn->step->layer;
    struct lane_pass *pass = turn->pass;
    float *weights[LAYER_WEIGHTS_MAX] = {NULL};
    bool learns = false, add;
    for (int w = 0; w < layer->n_weights; w++) {
        weights[w] = weights_of(turn, w);
        learns = learns || weights[w];
    }
    if (learns) {
        double *products = pass->sums + turn->channels;
        lane_of(turn)->sums(pass->sums, products, turn->grad, pass->tensors[turn->step->source],
            turn->count, turn->channels);
        layer->class->affine_backward(layer, pass->sums, products, weights);
    }
    if (!pass->plan->steps[turn->step->source].needed)
        return;
    float *to = input_of(turn, 0, &add);
    lane_of(turn)->scale(to, turn->grad, turn->step->scale, turn->count, turn->channels, add);
}

/* By the layer's own loops, on images behind each other. */
static void back_plain(const struct turn *turn)
{
    const struct layer *layer = turn->step->layer;
    struct lane_pass *pass = turn->pass;
    const struct lane_kernels *lane = lane_of(turn);
    size_t count = (size_t)pass->n * turn->count;
    const float *inputs[LAYER_INPUTS_MAX];
    float *grads[LAYER_INPUTS_MAX] = {NULL}, *weights[LAYER_WEIGHTS_MAX] = {NULL};
    lane_load_plain(pass, layer, inputs);
    lane->store(pass->plain_output, pass->tensors[turn->index], turn->count, pass->n);
    lane->store(pass->plain_grad, pass->grads[turn->index], turn->count, pass->n);
    if (turn->step->activates) {
        bool linear = activation_needs_input(&layer->activation);
        if (linear)
            layer->class->forward(layer, pass->n, inputs, pass->plain_output, pass->scratch);
        activation_backward(
            &layer->activation, pass->plain_output, pass->plain_grad, count, turn->channels);
    }
    for (int k = 0; k < layer->n_inputs; k++) {
        size_t values = shape_count(&layer->input_shapes[k]);
        if (pass->plan->steps[layer->inputs[k]].needed)
            grads[k] = memset(pass->plain_grads[k], 0, (size_t)pass->n * values * sizeof(float));
    }
    for (int w = 0; w < layer->n_weights; w++)
        weights[w] = weights_of(turn, w);
    layer->class->backward(layer, pass->n, inputs, pass->plain_output, pass->plain_grad, grads,
        turn->gradient && turn->step->learns ? weights : NULL, pass->scratch);
    for (int k = 0; k < layer->n_inputs; k++) {
        size_t values = shape_count(&layer->input_shapes[k]);
        bool add;
        float *to = grads[k] ? input_of(turn, k, &add) : NULL;
        if (to)
            lane->load(add ? pass->part : to, grads[k], values, pass->n);
        if (to && add)
            lane->add(to, pass->part, values);
    }
}

/* The gradient before the activation: in place, unless somebody reads the other. */
static const float *before_activation(const struct turn *turn)
{
    struct lane_pass *pass = turn->pass;
    const struct lane_step *step = turn->step;
    const struct activation *activation = &step->layer->activation;
    float *grad = pass->grads[turn->index];
    if (!step->activates || step->masked || step->kind == LANE_PLAIN)
        return grad;
    if (step->wanted)
        grad = memcpy(pass->masked, grad, bytes_of(turn, turn->count));
    const float *values = pass->tensors[turn->index];
    if (activation_needs_input(activation)) {
        lane_forward_linear(pass, turn->index, pass->linear);
        values = pass->linear;
    }
    if (step->relu)
        lane_of(turn)->relu_backward(grad, values, turn->count);
    else
        activation_backward(
            activation, values, grad, turn->count * (size_t)lane_of(turn)->width, 1);
    return grad;
}

static void take_turn(struct turn *turn)
{
    turn->grad = before_activation(turn);
    switch (turn->step->kind) {
    case LANE_PRODUCT:
        back_product(turn);
        break;
    case LANE_POOL_MAX:
    case LANE_POOL_MEAN:
        back_pool(turn);
        break;
    case LANE_ADD:
        for (int k = 0; k < turn->step->layer->n_inputs; k++)
            if (turn->pass->plan->steps[turn->step->layer->inputs[k]].needed)
                hand_on(turn, k);
        break;
    case LANE_COPY:
        if (turn->pass->plan->steps[turn->step->source].needed)
            hand_on(turn, 0);
        break;
    case LANE_AFFINE:
        back_affine(turn);
        break;
    case LANE_PLAIN:
        back_plain(turn);
        break;
    }
}

static void punish(const struct turn *turn, const struct lane_penalty *penalty)
{
    struct lane_pass *pass = turn->pass;
    size_t width = (size_t)lane_of(turn)->width, at = 0;
    float each = penalty->share / (float)(turn->count / turn->channels);
    const float *values = pass->tensors[turn->index];
    float *grad = pass->grads[turn->index];
    for (size_t i = 0; i < turn->count; i++, at += width)
        for (size_t lane = 0; lane < (size_t)pass->n; lane++)
            if (values[at + lane] != 0)
                grad[at + lane] += each * penalty->strength[i % turn->channels];
}

void lane_pass_backward(struct lane_pass *pass, const struct lane_penalty *penalty, float *gradient)
{
    const struct network *network = pass->plan->network;
    memset(pass->given, 0, (size_t)network->n_layers * sizeof *pass->given);
    pass->given[network->output] = true;
    for (int at = network->n_layers - 1; at >= 0; at--) {
        const struct lane_step *step = &pass->plan->steps[at];
        struct turn turn = {.pass = pass,
            .step = step,
            .index = at,
            .count = shape_count(&step->layer->shape),
            .channels = (size_t)shape_channels(&step->layer->shape),
            .gradient = gradient};
        bool punished = penalty && penalty->layer == at && step->needed;
        if (step->needed && !pass->given[at] && (step->wanted || punished)) {
            memset(pass->grads[at], 0, bytes_of(&turn, turn.count));
            pass->given[at] = true;
        }
        if (punished)
            punish(&turn, penalty);
        if (step->needed && pass->given[at] && at != network->input)
            take_turn(&turn);
    }
}
