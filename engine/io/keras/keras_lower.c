/* What Keras files say in their own way, said in ours. */
#include "engine/io/keras/keras_lower.h"

#include "engine/base/memory.h"
#include "engine/nn/graph/two_classes.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_class(const struct node *node, const char *class_name)
{
    return strcmp(node->class_name, class_name) == 0;
}

/* The text of a setting, or the fallback. */
static const char *text_of(const struct node *node, const char *key, const char *fallback)
{
    return settings_text(&node->settings, key, fallback);
}

static bool fail_at(const struct node *node, const char *reason, struct error *err)
{
    return fail(err, "layer %s (%s): %s", node->name, node->class_name, reason);
}

static int find_node(const struct keras_config *config, const char *name)
{
    for (int i = 0; i < config->n_nodes; i++)
        if (strcmp(config->nodes[i].name, name) == 0)
            return i;
    return -1;
}

/* Images ---------------------------------------------------------------------------------- */

/* Where one layer has the channels first, the images come so. */
static bool has_planes(const struct keras_config *config)
{
    for (int i = 0; i < config->n_nodes; i++)
        if (strcmp(text_of(&config->nodes[i], "data_format", ""), "channels_first") == 0)
            return true;
    return false;
}

/* For the layers that do not say it themselves. */
static void mark_planes(struct keras_config *config)
{
    bool first = has_planes(config);
    for (int i = 0; first && i < config->n_nodes; i++)
        if (is_class(&config->nodes[i], "InputLayer") || is_class(&config->nodes[i], "Reshape"))
            settings_add_string(&config->nodes[i].settings, "data_format", "channels_first");
}

/* The shape of one image as the file has it, and the setting that says so; 0: none that we know. */
static int shape_of(const struct node *node, struct setting **shape, bool *batch)
{
    static const char *const keys[] = {"batch_input_shape", "batch_shape", "input_shape"};
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < node->settings.n; i++) {
            struct setting *item = &node->settings.items[i];
            if (strcmp(item->key, keys[k]) != 0)
                continue;
            *shape = item;
            *batch = k < 2;
            return item->kind == SETTING_NUMBERS ? item->n - *batch : 0;
        }
    return 0;
}

/* The size that the file leaves open; one that it fixes is not changed. */
static bool fix_size(struct keras_config *config, int input, struct error *err)
{
    struct setting *shape;
    bool batch;
    const struct image_size *size = &config->origin.size;
    int rank = shape_of(&config->nodes[input], &shape, &batch);
    if (rank != 2 && rank != 3)
        return true;
    double *side = shape->number + batch + (rank == 3 && has_planes(config));
    bool open = isnan(side[0]) || isnan(side[1]);
    if (open && !size->height) {
        config->any_size = true;
        return fail_at(&config->nodes[input], "takes images of any size", err);
    }
    double height = isnan(side[0]) ? size->height : side[0];
    double width = isnan(side[1]) ? size->width : side[1];
    if (size->height && (height != size->height || width != size->width)) {
        fail(err, "its images are %gx%g, not %dx%d", height, width, size->height, size->width);
        return fail_in(err, config->nodes[input].name);
    }
    side[0] = height;
    side[1] = width;
    return true;
}

static bool is_size(double number)
{
    return number >= 1 && number <= INT_MAX && number == trunc(number);
}

/* A Reshape from the picture to what the file's layers read, as a node of its own. */
static void add_values(struct keras_config *config, int input, const double *dims, int rank)
{
    size_t n = (size_t)config->n_nodes + 1;
    config->nodes = memory_grow(config->nodes, n, sizeof *config->nodes);
    config->places = memory_grow(config->places, n, sizeof *config->places);
    struct node *node = &config->nodes[config->n_nodes];
    const char *name = config->nodes[input].name;
    char *own = memory_format("%s_values", name);
    while (find_node(config, own) >= 0) {
        char *longer = memory_format("%s_", own);
        free(own);
        own = longer;
    }
    for (int i = 0; i < config->n_nodes; i++)
        for (int k = 0; k < config->nodes[i].n_inputs; k++)
            if (strcmp(config->nodes[i].inputs[k], name) == 0) {
                free((char *)config->nodes[i].inputs[k]);
                config->nodes[i].inputs[k] = memory_string(own);
            }
    *node = (struct node){.class_name = memory_string("Reshape"), .name = own, .n_inputs = 1};
    node->inputs[0] = memory_string(name);
    settings_add(&node->settings, "target_shape",
        &(struct setting){.kind = SETTING_NUMBERS, .n = rank, .number = (double *)dims});
    config->places[config->n_nodes] =
        (struct weights_place){memory_string(own), memory_string(own), memory_string(own)};
    config->n_nodes++;
}

/* [28, 28] and [784] become pictures of 28x28 with one channel. */
static bool give_channels(struct keras_config *config, int input, struct error *err)
{
    struct setting *shape;
    bool batch;
    int rank = shape_of(&config->nodes[input], &shape, &batch);
    if (rank > 3)
        return fail_at(&config->nodes[input], "its images have more than three dimensions", err);
    if (rank != 1 && rank != 2)
        return true;
    double dims[2], picture[4] = {NAN};
    for (int i = 0; i < rank; i++) {
        dims[i] = shape->number[i + batch];
        if (!is_size(dims[i]))
            return true; /* InputLayer says what is wrong */
        picture[1 + i] = dims[i];
    }
    picture[3] = 1;
    if (rank == 1) {
        struct shape shown = shape_of_picture((int)dims[0]);
        for (int i = 0; i < 3; i++)
            picture[1 + i] = shown.dim[i];
    }
    free(shape->number);
    shape->n = batch ? 4 : 3;
    shape->number = memory_array(4, sizeof *shape->number);
    memcpy(shape->number, picture + !batch, (size_t)shape->n * sizeof *picture);
    add_values(config, input, dims, rank);
    return true;
}

static bool lower_images(struct keras_config *config, struct error *err)
{
    int n = config->n_nodes;
    for (int i = 0; i < n; i++)
        if (is_class(&config->nodes[i], "InputLayer") &&
            !(fix_size(config, i, err) && give_channels(config, i, err)))
            return false;
    mark_planes(config);
    return true;
}

/* Programs -------------------------------------------------------------------------------- */

/* Pairs of numbers that are both 1, or not there. */
static bool is_one(const struct node *node, const char *key)
{
    for (int i = 0; i < node->settings.n; i++) {
        const struct setting *item = &node->settings.items[i];
        for (int k = 0; strcmp(item->key, key) == 0 && k < item->n; k++)
            if (item->number[k] != 1)
                return false;
    }
    return true;
}

static bool is_odd(const struct node *node, const char *key)
{
    for (int i = 0; i < node->settings.n; i++) {
        const struct setting *item = &node->settings.items[i];
        for (int k = 0; strcmp(item->key, key) == 0 && k < item->n; k++)
            if (fmod(item->number[k], 2) != 1)
                return false;
    }
    return true;
}

/* Theano turns kernels, and pads other sides than TensorFlow where the two sides differ. */
static bool check_theano(const struct node *node, struct error *err)
{
    bool same = strcmp(text_of(node, "padding", ""), "same") == 0;
    if (is_class(node, "DepthwiseConv2D") || is_class(node, "SeparableConv2D") ||
        is_class(node, "Conv2DTranspose") || is_class(node, "Conv1D"))
        return fail_at(node, "as Theano computes it, it is not supported", err);
    if (same && strstr(node->class_name, "Pooling"))
        return fail_at(node, "padding \"same\" as Theano has it is not supported", err);
    if (same && (!is_one(node, "strides") || !is_odd(node, "kernel_size")))
        return fail_at(node,
            "padding \"same\" as Theano has it is not supported with strides or even kernels", err);
    return true;
}

static bool lower_origin(struct keras_config *config, struct error *err)
{
    for (int i = 0; i < config->n_nodes; i++) {
        struct node *node = &config->nodes[i];
        if (config->origin.keras >= 3 &&
            strcmp(text_of(node, "activation", ""), "hard_sigmoid") == 0)
            settings_set_text(&node->settings, "activation", "hard_sigmoid (Keras 3)");
        if (config->origin.theano && !check_theano(node, err))
            return false;
    }
    return true;
}

bool keras_lower(struct keras_config *config, struct error *err)
{
    return lower_images(config, err) && lower_origin(config, err) &&
           two_classes(config->nodes, config->n_nodes, config->output, &config->logit, err);
}
