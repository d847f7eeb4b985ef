/* One value at the end becomes two classes. */
#include "engine/nn/graph/two_classes.h"

#include <string.h>

static bool is_class(const struct node *node, const char *class_name)
{
    return strcmp(node->class_name, class_name) == 0;
}

static int find_node(const struct node *nodes, int n, const char *name)
{
    for (int i = 0; name && i < n; i++)
        if (strcmp(nodes[i].name, name) == 0)
            return i;
    return -1;
}

/* Layers that hand one value on. */
static bool hands_on(const struct node *node)
{
    return node->n_inputs == 1 &&
           (is_class(node, "Activation") || is_class(node, "Flatten") || is_class(node, "Dropout"));
}

static bool has_one_unit(const struct node *node)
{
    for (int i = 0; i < node->settings.n; i++) {
        const struct setting *item = &node->settings.items[i];
        if (strcmp(item->key, "units") == 0)
            return item->kind == SETTING_NUMBERS && item->n == 1 && item->number[0] == 1;
    }
    return false;
}

bool two_classes(struct node *nodes, int n, const char *output, bool *logit, struct error *err)
{
    int at = find_node(nodes, n, output), sigmoid = -1;
    for (int step = 0; at >= 0 && step < n; step++) {
        struct node *node = &nodes[at];
        bool dense = is_class(node, "Dense");
        if (dense ? !has_one_unit(node) : !hands_on(node))
            return true;
        const char *activation = settings_text(&node->settings, "activation", "linear");
        if (strcmp(activation, "linear") != 0) {
            bool takes = strcmp(activation, "sigmoid") == 0 && sigmoid < 0;
            sigmoid = takes ? at : -2;
        }
        if (dense)
            break;
        at = sigmoid == -2 ? -1 : find_node(nodes, n, node->inputs[0]);
    }
    if (at < 0 || !is_class(&nodes[at], "Dense"))
        return true; /* whether more than one value comes out is seen later */
    if (sigmoid == -2)
        return fail(err,
            "layer %s (Dense): the net ends with one value without a sigmoid: it gives no classes",
            nodes[at].name);
    settings_add_bool(&nodes[at].settings, "two_classes", true);
    if (sigmoid >= 0)
        settings_set_text(&nodes[sigmoid].settings, "activation", "softmax");
    *logit = sigmoid < 0;
    return true;
}
