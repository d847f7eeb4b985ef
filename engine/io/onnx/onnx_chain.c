/* The table of steps, and what its last ones become. */
#include "engine/io/onnx/onnx_chain.h"

#include "engine/io/onnx/onnx_attribute.h"

#include <math.h>
#include <string.h>

/* The other input of a step: a form of the same images, a number, or none. */
enum { NUMBER = -1, NONE = -2, ANY_NUMBER = -3 };
/* What a chain ends with. */
enum { TO_STATISTICS = -1, TO_GELU = -2, TO_GELU_TANH = -3, TO_SOFTSIGN = -4 };

#define ROOT_2 1.41421356237309505
#define ROOT_2_PI 0.79788456080286536

static const struct step {
    const char *op;
    int first, second;
    double number;
    int result;
} steps[] = {
    {"Sub", ONNX_PLAIN, ONNX_MEAN, 0, ONNX_CENTRED},
    {"Pow", ONNX_CENTRED, NUMBER, 2, ONNX_SQUARES},
    {"Mul", ONNX_CENTRED, ONNX_CENTRED, 0, ONNX_SQUARES},
    {"ReduceMean", ONNX_SQUARES, NONE, 0, ONNX_VARIANCE},
    {"Add", ONNX_VARIANCE, ANY_NUMBER, 0, ONNX_WIDENED},
    {"Sqrt", ONNX_WIDENED, NONE, 0, ONNX_DEVIATION},
    {"Pow", ONNX_WIDENED, NUMBER, 0.5, ONNX_DEVIATION},
    {"Pow", ONNX_WIDENED, NUMBER, -0.5, ONNX_STEEPNESS},
    {"Reciprocal", ONNX_DEVIATION, NONE, 0, ONNX_STEEPNESS},
    {"Div", ONNX_CENTRED, ONNX_DEVIATION, 0, TO_STATISTICS},
    {"Mul", ONNX_CENTRED, ONNX_STEEPNESS, 0, TO_STATISTICS},
    {"Erf", ONNX_ROOT, NONE, 0, ONNX_ERF},
    {"Add", ONNX_ERF, NUMBER, 1, ONNX_ERF_1},
    {"Mul", ONNX_ERF_1, NUMBER, 0.5, ONNX_ERF_HALF},
    {"Mul", ONNX_PLAIN, ONNX_ERF_1, 0, ONNX_X_ERF},
    {"Mul", ONNX_X_ERF, NUMBER, 0.5, TO_GELU},
    {"Div", ONNX_X_ERF, NUMBER, 2, TO_GELU},
    {"Mul", ONNX_HALF, ONNX_ERF_1, 0, TO_GELU},
    {"Mul", ONNX_PLAIN, ONNX_ERF_HALF, 0, TO_GELU},
    {"Mul", ONNX_PLAIN, ONNX_SQUARE, 0, ONNX_CUBE},
    {"Mul", ONNX_CUBE, NUMBER, 0.044715, ONNX_CUBE_PART},
    {"Add", ONNX_PLAIN, ONNX_CUBE_PART, 0, ONNX_CUBE_SUM},
    {"Mul", ONNX_CUBE_SUM, NUMBER, ROOT_2_PI, ONNX_INNER},
    {"Tanh", ONNX_INNER, NONE, 0, ONNX_TANH},
    {"Add", ONNX_TANH, NUMBER, 1, ONNX_TANH_1},
    {"Mul", ONNX_TANH_1, NUMBER, 0.5, ONNX_TANH_HALF},
    {"Mul", ONNX_PLAIN, ONNX_TANH_1, 0, ONNX_X_TANH},
    {"Mul", ONNX_X_TANH, NUMBER, 0.5, TO_GELU_TANH},
    {"Mul", ONNX_HALF, ONNX_TANH_1, 0, TO_GELU_TANH},
    {"Mul", ONNX_PLAIN, ONNX_TANH_HALF, 0, TO_GELU_TANH},
    {"Add", ONNX_SIZE, NUMBER, 1, ONNX_SIZE_1},
    {"Div", ONNX_PLAIN, ONNX_SIZE_1, 0, TO_SOFTSIGN},
};

const char *onnx_chain_text(int form)
{
    if (form == ONNX_REGROUPED)
        return "images in other dimensions";
    if (form >= ONNX_MEAN && form <= ONNX_STEEPNESS)
        return "part of a normalisation";
    return form < ONNX_SIZE ? "part of a GELU" : "part of a Softsign";
}

/* Axes ------------------------------------------------------------------------------------ */

bool onnx_axes(struct onnx_node *node, int *axes, bool *keep, struct error *err)
{
    const struct onnx_value *images = node->inputs[0];
    struct onnx_value *given = node->n_inputs > 1 ? node->inputs[1] : NULL;
    double list[ONNX_RANK_MAX];
    long long kept, noop;
    int n;
    if (!onnx_attribute_int(node, "keepdims", 1, &kept, err) ||
        !onnx_attribute_int(node, "noop_with_empty_axes", 0, &noop, err) ||
        !onnx_attribute_list(node, "axes", ONNX_RANK_MAX, list, &n, err))
        return false;
    if (given && (!given->constant || given->count > ONNX_RANK_MAX))
        return fail(err, "its axes are not known before it runs");
    for (size_t i = 0; given && i < given->count; i++)
        list[n = (int)i] = onnx_numbers(given)[i];
    n = given ? (int)given->count : n;
    *axes = 0;
    *keep = kept;
    for (int i = 0; i < n; i++) {
        double axis = list[i] < 0 ? list[i] + images->rank : list[i];
        if (!(axis >= 0 && axis < images->rank))
            return fail(
                err, "axis %g is outside its input of %d dimensions", list[i], images->rank);
        *axes |= 1 << (int)axis;
    }
    return true;
}

int onnx_over(const struct onnx_value *images, int axes)
{
    int channels = 1 << onnx_channel_axis(images), all = (1 << images->rank) - 2;
    if (axes == channels)
        return ONNX_OVER_CHANNELS;
    if (images->rank != 4)
        return 0;
    return axes == all ? ONNX_OVER_ALL : axes == all - channels ? ONNX_OVER_SIDES : 0;
}

/* Readers --------------------------------------------------------------------------------- */

static const Onnx__NodeProto *reader_of(const struct onnx_graph *graph, const char *name)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    for (size_t i = 0; i < proto->n_node; i++)
        for (size_t k = 0; k < proto->node[i]->n_input; k++)
            if (strcmp(proto->node[i]->input[k], name) == 0)
                return proto->node[i];
    return NULL;
}

static const Onnx__NodeProto *maker_of(const struct onnx_graph *graph, const char *name)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    for (size_t i = 0; i < proto->n_node; i++)
        if (proto->node[i]->n_output > 0 && strcmp(proto->node[i]->output[0], name) == 0)
            return proto->node[i];
    return NULL;
}

static bool reads(const Onnx__NodeProto *node, const char *name)
{
    for (size_t i = 0; node && i < node->n_input; i++)
        if (strcmp(node->input[i], name) == 0)
            return true;
    return false;
}

static bool is_op(const Onnx__NodeProto *node, const char *op)
{
    return node && strcmp(node->op_type, op) == 0;
}

/* x / 2 that is multiplied by 1 + erf or 1 + tanh. */
static bool is_half_of_gelu(const struct onnx_graph *graph, const char *name)
{
    const Onnx__NodeProto *product = reader_of(graph, name);
    if (!is_op(product, "Mul") || product->n_input != 2)
        return false;
    const Onnx__NodeProto *sum =
        maker_of(graph, product->input[strcmp(product->input[0], name) == 0]);
    for (size_t i = 0; is_op(sum, "Add") && i < sum->n_input; i++) {
        const Onnx__NodeProto *maker = maker_of(graph, sum->input[i]);
        if (is_op(maker, "Erf") || is_op(maker, "Tanh"))
            return true;
    }
    return false;
}

/* Steps ----------------------------------------------------------------------------------- */

static bool is_near(double number, double expected)
{
    return fabs(number - expected) <= 1e-4 * fabs(expected);
}

static void give_form(struct onnx_graph *graph, struct onnx_node *node, const struct onnx_value *of,
    int form, double number, int axes)
{
    struct onnx_value *value = onnx_give_same(graph, node, of->node, of);
    value->form = form;
    value->of = of;
    value->number = number;
    value->axes = axes;
}

static bool begin_mean(
    struct onnx_graph *graph, struct onnx_node *node, bool *done, struct error *err)
{
    const struct onnx_value *images = node->inputs[0];
    int axes;
    bool keep;
    const char *name = node->proto->output[0];
    if (!onnx_axes(node, &axes, &keep, err))
        return false;
    int over = onnx_over(images, axes);
    const Onnx__NodeProto *reader = reader_of(graph, name);
    *done = keep && over && is_op(reader, "Sub") && reads(reader, images->name);
    if (*done)
        give_form(graph, node, images, ONNX_MEAN, 0, over);
    return true;
}

/* The first step of a chain: where what reads it says so. */
static bool begin(struct onnx_graph *graph, struct onnx_node *node, bool *done, struct error *err)
{
    const char *op = node->proto->op_type, *name = node->proto->output[0];
    struct onnx_value *a = node->inputs[0], *b = node->n_inputs > 1 ? node->inputs[1] : NULL;
    double number = 0;
    int form = ONNX_PLAIN;
    if (strcmp(op, "ReduceMean") == 0 && !a->constant)
        return begin_mean(graph, node, done, err);
    if (strcmp(op, "Abs") == 0 && !a->constant && is_op(reader_of(graph, name), "Add")) {
        *done = true;
        give_form(graph, node, a, ONNX_SIZE, 0, 0);
        return true;
    }
    if (!b || (a->constant && b->constant) || onnx_readers(graph, name) != 1)
        return true;
    struct onnx_value *x = a->constant ? b : a, *other = a->constant ? a : b;
    const Onnx__NodeProto *reader = reader_of(graph, name);
    if (x->form != ONNX_PLAIN)
        return true;
    bool single = onnx_single(other, &number), product = strcmp(op, "Mul") == 0;
    bool power = strcmp(op, "Pow") == 0 && single && x == a;
    bool square = (product && a == b) || (power && number == 2);
    bool root = single && ((product && is_near(number, 1 / ROOT_2)) ||
                              (x == a && strcmp(op, "Div") == 0 && is_near(number, ROOT_2)));
    if (root && is_op(reader, "Erf"))
        form = ONNX_ROOT;
    else if (product && single && is_near(number, 0.5) && is_half_of_gelu(graph, name))
        form = ONNX_HALF;
    else if (square && is_op(reader, "Mul") && reads(reader, x->name))
        form = ONNX_SQUARE;
    else if (power && number == 3 && is_op(reader, "Mul"))
        form = ONNX_CUBE;
    *done = form != ONNX_PLAIN;
    if (*done)
        give_form(graph, node, x, form, 0, 0);
    return true;
}

/* Whether the value is the form of these images, or they themselves. */
static bool is_form(const struct onnx_value *value, int form, const struct onnx_value *of)
{
    if (form == ONNX_PLAIN)
        return value == of;
    return value && value->form == form && value->of == of;
}

static bool fits(const struct step *step, const struct onnx_node *node, int turned,
    const struct onnx_value *of, double *number)
{
    struct onnx_value *a = node->inputs[turned];
    struct onnx_value *b = node->n_inputs > 1 ? node->inputs[!turned] : NULL;
    if (strcmp(step->op, node->proto->op_type) != 0 || !is_form(a, step->first, of))
        return false;
    if (step->second == NONE)
        return turned == 0;
    if (!b || step->second >= 0)
        return b && is_form(b, step->second, of);
    return onnx_single(b, number) && (step->second == ANY_NUMBER || is_near(*number, step->number));
}

static void end_statistics(struct onnx_graph *graph, struct onnx_node *node, struct onnx_value *of,
    double epsilon, int axes)
{
    static const double all[] = {1, 2, 3};
    const char *const name =
        axes == ONNX_OVER_SIDES ? "InstanceNormalization" : "LayerNormalization";
    int layer = onnx_add(graph, node, name, NULL, &of, 1);
    if (axes == ONNX_OVER_ALL)
        onnx_set_numbers(graph, layer, "axis", all, 3);
    onnx_set_number(graph, layer, "epsilon", epsilon);
    onnx_set_bool(graph, layer, "scale", false);
    onnx_set_bool(graph, layer, "center", false);
    onnx_give_same(graph, node, layer, of);
}

static bool take(struct onnx_graph *graph, struct onnx_node *node, const struct step *step,
    const struct onnx_value *form, double number, struct error *err)
{
    struct onnx_value *of = (struct onnx_value *)form->of;
    int axes = 0;
    bool keep = true;
    if (strcmp(step->op, "ReduceMean") == 0 &&
        (!onnx_axes(node, &axes, &keep, err) || !keep || onnx_over(of, axes) != form->axes))
        return fail(err, "it runs over other axes than the mean before it");
    if (step->result >= 0) {
        give_form(graph, node, of, step->result, step->second == ANY_NUMBER ? number : form->number,
            form->axes);
        return true;
    }
    if (step->result == TO_STATISTICS) {
        end_statistics(graph, node, of, form->number, form->axes);
        return true;
    }
    int layer = onnx_add(graph, node, "Activation", NULL, &of, 1);
    onnx_set_text(graph, layer, "activation",
        step->result == TO_GELU       ? "gelu"
        : step->result == TO_SOFTSIGN ? "softsign"
                                      : "gelu (tanh)");
    onnx_give_same(graph, node, layer, of);
    return true;
}

bool onnx_chain_step(
    struct onnx_graph *graph, struct onnx_node *node, bool *done, struct error *err)
{
    /* the later form has the number: of x - mean and deviation the deviation */
    const struct onnx_value *form = NULL;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] && node->inputs[i]->form > ONNX_REGROUPED &&
            (!form || node->inputs[i]->form > form->form))
            form = node->inputs[i];
    *done = false;
    if (!form)
        return node->n_inputs == 0 || !node->inputs[0] || node->inputs[0]->form != ONNX_PLAIN ||
               begin(graph, node, done, err);
    bool turns =
        strcmp(node->proto->op_type, "Mul") == 0 || strcmp(node->proto->op_type, "Add") == 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (int turned = 0; turned <= (turns && node->n_inputs == 2); turned++) {
            double number = 0;
            if (!fits(&steps[i], node, turned, form->of, &number))
                continue;
            *done = true;
            return take(graph, node, &steps[i], form, number, err);
        }
    return true;
}

bool onnx_chain_settle(
    struct onnx_graph *graph, const struct onnx_node *node, struct onnx_value *value)
{
    struct onnx_value *of = (struct onnx_value *)value->of;
    if ((value->form != ONNX_MEAN && value->form != ONNX_CENTRED) || value->axes == ONNX_OVER_ALL)
        return false;
    bool sides = value->axes == ONNX_OVER_SIDES;
    int layer =
        onnx_add(graph, node, sides ? "GlobalAveragePooling2D" : "ChannelMean", NULL, &of, 1);
    if (sides)
        onnx_set_bool(graph, layer, "keepdims", true);
    if (value->form == ONNX_CENTRED) {
        struct onnx_value mean = *of;
        mean.node = layer;
        struct onnx_value *const both[] = {of, &mean};
        layer = onnx_add(graph, node, "Subtract", NULL, both, 2);
    }
    for (int i = 1; i < value->rank && value->form == ONNX_MEAN; i++)
        if (sides != (i == onnx_channel_axis(of)))
            value->dims[i] = 1;
    value->node = layer;
    value->form = ONNX_PLAIN;
    value->of = NULL;
    return true;
}

/* Weights behind statistics ---------------------------------------------------------------- */

static struct setting *flag(struct node *layer, const char *key)
{
    return (struct setting *)layer_config_find(&layer->settings, key);
}

/* As the module is called whose scale this is: the operator is none of its own. */
static void rename_scoped(struct onnx_graph *graph, const struct onnx_node *node, int layer,
    const struct onnx_value *scale)
{
    Onnx__NodeProto module = *node->proto;
    const struct onnx_node scoped = {.proto = &module};
    module.op_type = (char *)"GroupNormalization";
    onnx_rename(graph, &scoped, layer, scale);
}

bool onnx_absorb(struct onnx_graph *graph, struct onnx_node *node, struct onnx_value *images,
    struct onnx_value *constant, bool *done, struct error *err)
{
    struct node *layer = &graph->nodes[images->node];
    struct setting *scale = flag(layer, "scale"), *center = flag(layer, "center");
    bool product = strcmp(node->proto->op_type, "Mul") == 0;
    const struct setting *axis = layer_config_find(&layer->settings, "axis");
    bool whole = axis && axis->n == 3;
    int channel_axis = onnx_channel_axis(images), shift = images->rank - constant->rank;
    *done = scale && center && center->number[0] == 0 && (!product || scale->number[0] == 0) &&
            onnx_readers(graph, images->name) == 1 && constant->tensor.proto && shift >= 0 &&
            constant->count == (whole ? onnx_count(images) : (size_t)images->dims[channel_axis]);
    for (int i = 0; i < constant->rank && *done; i++)
        *done = constant->dims[i] == 1 || i + shift == channel_axis ||
                (whole && constant->dims[i] == images->dims[i + shift]);
    if (!*done)
        return true;
    int dims[3] = {(int)constant->count};
    static const int order[] = {1, 2, 0};
    for (int i = 0; i < 3 && whole; i++)
        dims[i] = (int)images->dims[i + 1];
    int weight = product ? 0 : scale->number[0] != 0;
    (product ? scale : center)->number[0] = 1;
    if (product)
        rename_scoped(graph, node, images->node, constant);
    onnx_give_same(graph, node, images->node, images);
    bool turned = whole && !images->channels_last;
    return onnx_bind(
        graph, images->node, weight, constant, whole ? 3 : 1, dims, turned ? order : NULL, err);
}
