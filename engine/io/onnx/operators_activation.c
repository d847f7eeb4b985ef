/* Functions of single values, and soft-max. */
#include "engine/io/onnx/onnx_attribute.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A function that has a name is done by the layer before, where nothing else reads that. */
static bool is_alone(const struct onnx_graph *graph, const struct onnx_value *value)
{
    const struct node *layer = &graph->nodes[value->node];
    bool has_weights = strcmp(layer->class_name, "Conv2D") == 0 ||
                       strcmp(layer->class_name, "DepthwiseConv2D") == 0 ||
                       strcmp(layer->class_name, "Dense") == 0;
    return has_weights && !layer_config_find(&layer->settings, "activation") &&
           onnx_readers(graph, value->name) == 1;
}

static void give_named(struct onnx_graph *graph, struct onnx_node *node, const char *name)
{
    struct onnx_value *input = node->inputs[0];
    int layer = input->node;
    if (!is_alone(graph, input))
        layer = onnx_add(graph, node, "Activation", NULL, &input, 1);
    onnx_set_text(graph, layer, "activation", name);
    onnx_give_same(graph, node, layer, input);
}

static int give_layer(struct onnx_graph *graph, struct onnx_node *node, const char *class_name)
{
    int layer = onnx_add(graph, node, class_name, NULL, node->inputs, 1);
    onnx_give_same(graph, node, layer, node->inputs[0]);
    return layer;
}

/* Without attributes ---------------------------------------------------------------------- */

static bool lower_named(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    static const char *const names[][2] = {{"Relu", "relu"}, {"Sigmoid", "sigmoid"},
        {"Tanh", "tanh"}, {"Softplus", "softplus"}, {"Softsign", "softsign"}, {"Mish", "mish"},
        {"HardSwish", "hard_swish"}, {"Exp", "exponential"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], node->proto->op_type) == 0) {
            give_named(graph, node, names[i][1]);
            return true;
        }
    return fail(err, "it is not supported");
}

/* Of a sigmoid that nothing else reads: both are one function. */
static bool lower_log(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *input = node->inputs[0];
    struct node *layer = &graph->nodes[input->node];
    if (strcmp(settings_text(&layer->settings, "activation", ""), "sigmoid") != 0 ||
        onnx_readers(graph, input->name) != 1)
        return fail(err, "it is supported behind a Sigmoid alone");
    settings_set_text(&layer->settings, "activation", "log_sigmoid");
    onnx_give_same(graph, node, input->node, input);
    return true;
}

/* With attributes ------------------------------------------------------------------------- */

static bool lower_leaky(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha;
    if (!onnx_attribute_float(node, "alpha", 0.01F, &alpha, err))
        return false;
    onnx_set_number(graph, give_layer(graph, node, "LeakyReLU"), "alpha", alpha);
    return true;
}

static bool lower_elu(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha;
    if (!onnx_attribute_float(node, "alpha", 1, &alpha, err))
        return false;
    onnx_set_number(graph, give_layer(graph, node, "ELU"), "alpha", alpha);
    return true;
}

/* With alpha 1 it is ELU. */
static bool lower_celu(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha;
    if (!onnx_attribute_float(node, "alpha", 1, &alpha, err))
        return false;
    if (alpha != 1)
        return fail(err, "alpha is %g, only 1 is supported", alpha);
    give_named(graph, node, "elu");
    return true;
}

static bool is_near(double number, double expected)
{
    return fabs(number - expected) < 1e-6;
}

static bool lower_selu(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha, gamma;
    if (!onnx_attribute_float(node, "alpha", 1.6732632423543772, &alpha, err) ||
        !onnx_attribute_float(node, "gamma", 1.0507009873554805, &gamma, err))
        return false;
    if (!is_near(alpha, 1.6732632423543772) || !is_near(gamma, 1.0507009873554805))
        return fail(err, "alpha or gamma are not those of SELU");
    give_named(graph, node, "selu");
    return true;
}

static bool lower_hard_sigmoid(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha, beta;
    if (!onnx_attribute_float(node, "alpha", 0.2F, &alpha, err) ||
        !onnx_attribute_float(node, "beta", 0.5, &beta, err))
        return false;
    if (!is_near(beta, 0.5) || (!is_near(alpha, 0.2) && !is_near(alpha, 1 / 6.0)))
        return fail(err, "alpha is %g and beta %g, expected 1/5 or 1/6, and 1/2", alpha, beta);
    give_named(graph, node, is_near(alpha, 0.2) ? "hard_sigmoid" : "hard_sigmoid (Keras 3)");
    return true;
}

static bool lower_gelu(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    char form[8];
    if (!onnx_attribute_text(node, "approximate", "none", form, sizeof form, err))
        return false;
    give_named(graph, node, strcmp(form, "tanh") == 0 ? "gelu (tanh)" : "gelu");
    return true;
}

static bool lower_threshold(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha;
    if (!onnx_attribute_float(node, "alpha", 1, &alpha, err))
        return false;
    onnx_set_number(graph, give_layer(graph, node, "ThresholdedReLU"), "theta", alpha);
    return true;
}

/* The limits are attributes before opset 11, then inputs. */
static bool read_limit(struct onnx_node *node, const char *name, int input, double fallback,
    double *limit, struct error *err)
{
    struct onnx_value *given = node->n_inputs > input ? node->inputs[input] : NULL;
    if (!given)
        return onnx_attribute_float(node, name, fallback, limit, err);
    return onnx_single(given, limit) || fail(err, "%s is not a number that is known", name);
}

void onnx_give_clip(struct onnx_graph *graph, struct onnx_node *node, double low, double high)
{
    if (low == 0 && high >= FLT_MAX) {
        give_named(graph, node, "relu");
    } else if (low == 0 && high == 6) {
        give_named(graph, node, "relu6");
    } else if (low == 0 && high > 0) {
        onnx_set_number(graph, give_layer(graph, node, "ReLU"), "max_value", high);
    } else {
        int layer = give_layer(graph, node, "Clip");
        onnx_set_number(graph, layer, "min", low);
        onnx_set_number(graph, layer, "max", high);
    }
}

static bool lower_clip(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    const double none = FLT_MAX;
    double low, high;
    if (!read_limit(node, "min", 1, -none, &low, err) ||
        !read_limit(node, "max", 2, none, &high, err))
        return false;
    onnx_give_clip(graph, node, low, high);
    return true;
}

/* One slope for all, or one for each channel. */
static bool lower_prelu(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0], *slope = node->inputs[1];
    if (!slope || !slope->constant || images->channels_last)
        return fail(err, "its slope is not a weight for channels that come first");
    int channels = (int)images->dims[1], n = (int)slope->count;
    if (n != 1 && n != channels)
        return fail(err, "its slope has %d numbers, expected 1 or %d", n, channels);
    const double axes[] = {1, 2, 3};
    int layer = onnx_add(graph, node, "PReLU", slope, &images, 1);
    int shared = images->rank == 4 ? 2 + (n == 1 && channels > 1) : n == 1 && channels > 1;
    onnx_set_numbers(graph, layer, "shared_axes", axes, shared);
    onnx_give_same(graph, node, layer, images);
    return onnx_bind(graph, layer, 0, slope, 1, &n, NULL, err);
}

/* Over the channels alone. Its logarithm ranks classes alike. */
static bool lower_softmax(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    long long axis;
    if (!onnx_attribute_int(node, "axis", graph->file->opset < 13 ? 1 : -1, &axis, err))
        return false;
    axis += axis < 0 ? value->rank : 0;
    if (axis != onnx_channel_axis(value) || (value->rank == 4 && graph->file->opset < 13))
        return fail(err, "it runs over axis %lld, not over the channels", axis);
    if (strcmp(node->proto->op_type, "LogSoftmax") == 0 &&
        strcmp(node->proto->output[0], graph->file->model->graph->output[0]->name) != 0)
        return fail(err, "it is supported at the end of the net alone");
    give_named(graph, node, "softmax");
    return true;
}

static const struct onnx_operator list[] = {
    {"Relu", 1, 1, false, lower_named, false},
    {"Sigmoid", 1, 1, false, lower_named, false},
    {"Tanh", 1, 1, false, lower_named, false},
    {"Softplus", 1, 1, false, lower_named, false},
    {"Softsign", 1, 1, false, lower_named, false},
    {"Mish", 1, 1, false, lower_named, false},
    {"HardSwish", 1, 1, false, lower_named, false},
    {"Exp", 1, 1, false, lower_named, false},
    {"Log", 1, 1, false, lower_log, false},
    {"LeakyRelu", 1, 1, false, lower_leaky, false},
    {"Elu", 1, 1, false, lower_elu, false},
    {"Celu", 1, 1, false, lower_celu, false},
    {"Selu", 1, 1, false, lower_selu, false},
    {"HardSigmoid", 1, 1, false, lower_hard_sigmoid, false},
    {"Gelu", 1, 1, false, lower_gelu, false},
    {"ThresholdedRelu", 1, 1, false, lower_threshold, false},
    {"Clip", 1, 3, false, lower_clip, false},
    {"PRelu", 2, 2, false, lower_prelu, false},
    {"Softmax", 1, 1, false, lower_softmax, false},
    {"LogSoftmax", 1, 1, false, lower_softmax, false},
};

const struct onnx_operators onnx_operators_activation = {sizeof list / sizeof *list, list};
