#include "engine/load/model_config.h"

#include "engine/base/memory.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_MAX_BYTES = 32 << 20, LAYERS_MAX = 10000 };

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* Settings ------------------------------------------------------------------------------- */

/* Lists of numbers and nulls, nested ones in one row; false when there is anything else. */
static bool collect_numbers(const json_t *list, struct setting *setting)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (json_is_array(item)) {
            if (!collect_numbers(item, setting))
                return false;
            continue;
        }
        if (setting->n == SETTING_NUMBERS_MAX || !(json_is_number(item) || json_is_null(item)))
            return false;
        setting->number[setting->n++] = json_is_null(item) ? NAN : json_number_value(item);
    }
    return true;
}

/* What a nested object is called: {"class_name": "Zeros"}, a policy {"config": {"name": …}}, a
 * function of one's own {"class_name": "function", "config": "my_relu"}. */
static const char *object_name(const json_t *object)
{
    const char *class_name = text_of(object, "class_name");
    const char *registered = text_of(object, "registered_name");
    const json_t *config = json_object_get(object, "config");
    if (class_name && strcmp(class_name, "function") == 0 && json_is_string(config))
        return json_string_value(config);
    if (class_name && strstr(class_name, "Policy") && text_of(config, "name"))
        return text_of(config, "name");
    return class_name ? class_name : registered ? registered : text_of(object, "name");
}

/* False: a value that is no setting we know the like of; it is left out. */
static bool read_setting(const json_t *value, struct setting *setting)
{
    const char *text = json_is_object(value) ? object_name(value) : json_string_value(value);
    if (json_is_null(value)) {
        setting->kind = SETTING_NULL;
    } else if (json_is_boolean(value)) {
        setting->kind = SETTING_BOOL;
        setting->n = 1;
        setting->number[0] = json_is_true(value);
    } else if (json_is_number(value)) {
        setting->kind = SETTING_NUMBERS;
        setting->n = 1;
        setting->number[0] = json_number_value(value);
    } else if (json_is_array(value)) {
        setting->kind = SETTING_NUMBERS;
        setting->list = true;
        return collect_numbers(value, setting);
    } else if (text) {
        setting->kind = SETTING_STRING;
        setting->string = memory_string(text);
    } else {
        return false;
    }
    return true;
}

static void read_settings(json_t *config, struct settings *settings)
{
    const char *key;
    json_t *value;
    settings->items = memory_array(json_object_size(config), sizeof *settings->items);
    json_object_foreach(config, key, value)
    {
        struct setting setting = {.kind = SETTING_NULL};
        if (!read_setting(value, &setting))
            continue;
        setting.key = memory_string(key);
        settings->items[settings->n++] = setting;
    }
}

static void settings_finish(struct settings *settings)
{
    for (int i = 0; i < settings->n; i++) {
        free(settings->items[i].key);
        free(settings->items[i].string);
    }
    free(settings->items);
}

/* Connections ---------------------------------------------------------------------------- */

/* Tensors named anywhere inside a value: ["conv_1", 0, 0, {…}] in Keras 2, in Keras 3
 * {"class_name": "__keras_tensor__", "config": {"keras_history": ["conv_1", 0, 0]}}. */
struct references {
    int n;
    const char *names[LAYER_INPUTS_MAX];
    bool training; /* a call with training=True, which changes what a layer does */
};

static bool add_reference(const json_t *tensor, struct references *references, struct error *err)
{
    const char *name = json_string_value(json_array_get(tensor, 0));
    if (json_number_value(json_array_get(tensor, 1)) != 0 ||
        json_number_value(json_array_get(tensor, 2)) != 0)
        return fail(err, "reads another than the only output of %s", name);
    if (references->n == LAYER_INPUTS_MAX)
        return fail(err, "has more than %d inputs", LAYER_INPUTS_MAX);
    if (json_is_true(json_object_get(json_array_get(tensor, 3), "training")))
        references->training = true;
    references->names[references->n++] = name;
    return true;
}

static bool collect_references(json_t *value, struct references *references, struct error *err)
{
    const char *key;
    json_t *item, *history = json_object_get(json_object_get(value, "config"), "keras_history");
    size_t i;
    if (json_is_array(history) && json_is_string(json_array_get(history, 0)))
        return add_reference(history, references, err);
    if (json_is_string(json_array_get(value, 0)) && json_is_number(json_array_get(value, 1)))
        return add_reference(value, references, err);
    if (json_is_true(json_object_get(value, "training")))
        references->training = true;
    json_array_foreach(value, i, item)
    {
        if (!collect_references(item, references, err))
            return false;
    }
    json_object_foreach(value, key, item)
    {
        if (!collect_references(item, references, err))
            return false;
    }
    return true;
}

/* A layer that is used once lists one call. */
static bool read_inputs(json_t *layer, struct node *node, struct error *err)
{
    json_t *calls = json_object_get(layer, "inbound_nodes");
    struct references references = {0};
    if (json_array_size(calls) > 1)
        return fail(err, "is used %zu times: shared layers cannot be run", json_array_size(calls));
    if (!collect_references(calls, &references, err))
        return false;
    if (references.training)
        return fail(err, "is called in training mode, which cannot be run");
    for (int i = 0; i < references.n; i++)
        node->inputs[node->n_inputs++] = memory_string(references.names[i]);
    return true;
}

/* The one tensor that input_layers or output_layers names. */
static bool read_end(json_t *config, const char *key, char **name, struct error *err)
{
    struct references references = {0};
    if (!collect_references(json_object_get(config, key), &references, err))
        return fail_in(err, key);
    if (references.n != 1)
        return fail(err, "the net has %d %s, expected one", references.n,
            key[0] == 'i' ? "inputs" : "outputs");
    *name = memory_string(references.names[0]);
    return true;
}

/* Layers --------------------------------------------------------------------------------- */

static bool is_whole_net(const char *class_name)
{
    return strcmp(class_name, "Sequential") == 0 || strcmp(class_name, "Functional") == 0 ||
           strcmp(class_name, "Model") == 0;
}

/* Class, name and settings of one layer. Someone's own class is known by "package>Class", in
 * Keras 3 even when its class_name is that of a layer of Keras. */
static bool read_layer(json_t *layer, struct node *node, struct error *err)
{
    json_t *config = json_object_get(layer, "config");
    const char *class_name = text_of(layer, "class_name");
    const char *registered = text_of(layer, "registered_name");
    const char *name = text_of(layer, "name");
    if (registered && strchr(registered, '>'))
        class_name = registered;
    if (!name)
        name = text_of(config, "name");
    if (!class_name || !name || !*name)
        return fail(err, "a layer has no class_name or no name");
    node->class_name = memory_string(class_name);
    node->name = memory_string(name);
    if (is_whole_net(class_name))
        return fail(err, "layer %s: is a whole net (%s) inside the net, which cannot be run", name,
            class_name);
    read_settings(config, &node->settings);
    return true;
}

static bool read_functional(
    json_t *config, json_t *layers, struct model_config *out, struct error *err)
{
    bool good = true;
    char *input = NULL;
    json_t *layer;
    size_t i;
    json_array_foreach(layers, i, layer)
    {
        /* the first reason counts; the other layers are read all the same, for showing */
        struct error *reason = good ? err : NULL;
        struct node *node = &out->nodes[out->n_nodes];
        bool layer_good = read_layer(layer, node, reason);
        if (layer_good && !read_inputs(layer, node, reason)) {
            char *place = memory_format("layer %s", node->name);
            fail_in(reason, place);
            free(place);
            layer_good = false;
        }
        out->n_nodes += node->name != NULL;
        good = good && layer_good;
    }
    good = good && read_end(config, "input_layers", &input, err) &&
           read_end(config, "output_layers", &out->output, err);
    free(input);
    return good;
}

/* Keras 2 says the shape of the images in the first layer or beside the layers. */
static void add_input(json_t *config, struct model_config *out)
{
    static const char *const keys[] = {"batch_input_shape", "batch_shape", "build_input_shape"};
    struct node *first = &out->nodes[1], *input = &out->nodes[0];
    struct setting *item = memory_array(1, sizeof *item);
    json_t *beside = json_object_get(config, keys[2]);
    input->class_name = memory_string("InputLayer");
    input->name = memory_format("%s_input", first->name);
    input->settings.items = item;
    for (int i = 0; i < 2 && !input->settings.n; i++) {
        const struct setting *found = settings_find(&first->settings, keys[i]);
        if (!found || found->kind != SETTING_NUMBERS)
            continue;
        *item = *found;
        input->settings.n = 1;
    }
    if (!input->settings.n && json_is_array(beside))
        input->settings.n = read_setting(beside, item);
    item->key = memory_string(keys[0]);
}

static bool read_sequential(
    json_t *config, json_t *layers, struct model_config *out, struct error *err)
{
    bool good = true;
    json_t *layer;
    size_t i;
    out->n_nodes = 1; /* place for the input */
    json_array_foreach(layers, i, layer)
    {
        struct node *node = &out->nodes[out->n_nodes];
        good = read_layer(layer, node, good ? err : NULL) && good;
        out->n_nodes += node->name != NULL;
    }
    if (out->n_nodes > 1 && strcmp(out->nodes[1].class_name, "InputLayer") == 0)
        memmove(out->nodes, out->nodes + 1, (size_t)--out->n_nodes * sizeof *out->nodes);
    else if (out->n_nodes > 1)
        add_input(config, out);
    else
        out->n_nodes = 0;
    for (int k = 1; k < out->n_nodes; k++) {
        out->nodes[k].inputs[0] = memory_string(out->nodes[k - 1].name);
        out->nodes[k].n_inputs = 1;
    }
    if (out->n_nodes)
        out->output = memory_string(out->nodes[out->n_nodes - 1].name);
    return good;
}

static bool read_model(json_t *root, struct model_config *out, struct error *err)
{
    const char *class_name = text_of(root, "class_name");
    json_t *config = json_object_get(root, "config");
    json_t *layers = json_is_array(config) ? config : json_object_get(config, "layers");
    if (!class_name)
        return fail(err, "has no class_name");
    if (!is_whole_net(class_name))
        return fail(err, "is of class %s, expected Sequential, Functional or Model", class_name);
    if (!json_is_array(layers) || json_array_size(layers) == 0)
        return fail(err, "has no layers");
    if (json_array_size(layers) > LAYERS_MAX)
        return fail(err, "has more than %d layers", LAYERS_MAX);
    out->nodes = memory_array(json_array_size(layers) + 1, sizeof *out->nodes);
    if (strcmp(class_name, "Sequential") == 0)
        return read_sequential(config, layers, out, err);
    return read_functional(config, layers, out, err);
}

bool model_config_parse(const char *json, struct model_config *config, struct error *err)
{
    json_error_t problem;
    *config = (struct model_config){0};
    size_t length = strlen(json);
    if (length > JSON_MAX_BYTES)
        return fail(err, "is longer than %d bytes", JSON_MAX_BYTES);
    json_t *root = json_loadb(json, length, JSON_DECODE_INT_AS_REAL, &problem);
    if (!root)
        return fail(err, "line %d: %s", problem.line, problem.text);
    bool good = read_model(root, config, err);
    json_decref(root);
    return good;
}

void model_config_finish(struct model_config *config)
{
    for (int i = 0; i < config->n_nodes; i++) {
        struct node *node = &config->nodes[i];
        free((char *)node->class_name);
        free((char *)node->name);
        settings_finish(&node->settings);
        for (int k = 0; k < node->n_inputs; k++)
            free((char *)node->inputs[k]);
    }
    free(config->nodes);
    free(config->output);
    *config = (struct model_config){0};
}
