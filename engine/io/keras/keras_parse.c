/* Nets from JSON. Layers are read net by net, each into a scope of its own, and connected when all
 * are known: the inputs of an inner net are what the net reads, its outputs what it makes. What is
 * called again is read again, as layers with the weights of the first. */
#include "engine/io/keras/keras_parse_private.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_json.h"
#include "engine/io/keras/keras_limits.h"
#include "engine/io/keras/keras_lower.h"
#include "engine/io/keras/keras_operations.h"
#include "engine/io/keras/keras_settings.h"

#include <stdlib.h>
#include <string.h>

enum { NETS_DEEP_MAX = 32 };

static bool read_net(struct keras_reader *reader, struct keras_inner *net, struct error *err);

/* Layers --------------------------------------------------------------------------------- */

static bool is_sequential(const char *class_name)
{
    return strcmp(class_name, "Sequential") == 0;
}

/* name: of the node; the layer's is that of the reference. */
static struct node *add_node(struct keras_reader *reader, const struct keras_inner *net,
    const char *class_name, const struct keras_ref *ref, char *store)
{
    struct keras_config *out = reader->out;
    if (out->n_nodes == reader->room) {
        reader->room = 2 * reader->room + 16;
        size_t room = (size_t)reader->room;
        out->nodes = memory_grow(out->nodes, room, sizeof *out->nodes);
        out->places = memory_grow(out->places, room, sizeof *out->places);
        reader->calls = memory_grow(reader->calls, room, sizeof *reader->calls);
        reader->scopes = memory_grow(reader->scopes, room, sizeof *reader->scopes);
    }
    int at = out->n_nodes;
    char *unique = keras_node_name(out, net, ref->name, ref->call);
    reader->calls[at] = (struct keras_call){0};
    reader->scopes[at] = net->scope;
    out->places[at] = (struct weights_place){
        memory_string(ref->name), memory_string(net->group ? net->group : ref->name), store};
    out->nodes[at] = (struct node){.class_name = memory_string(class_name), .name = unique};
    out->n_nodes++;
    keras_add_alias(reader, &(struct keras_alias){*ref, net->scope, at, {0}, 0});
    return &out->nodes[at];
}

/* The outputs of a call of an inner net stand for tensors in it. */
static void add_outputs(struct keras_reader *reader, const struct keras_inner *net,
    const struct keras_inner *inner, struct keras_ref ref)
{
    for (int k = 0; k < inner->outputs.n; k++) {
        ref.output = k;
        keras_add_alias(reader,
            &(struct keras_alias){ref, net->scope, -1, inner->outputs.refs[k], inner->scope});
    }
}

static bool check_inner(
    const struct keras_reader *reader, const struct keras_inner *inner, struct error *err)
{
    if (inner->sequential && inner->given->n != 1)
        return fail(err, "is a Sequential net with %d inputs, expected one", inner->given->n);
    if (inner->depth > NETS_DEEP_MAX)
        return fail(err, "is nested too deep in other nets");
    return reader->n_scopes <= KERAS_LAYERS_MAX ||
           fail(err, "has more than %d nets inside", KERAS_LAYERS_MAX);
}

/* One call of an inner net. */
static bool read_inner(struct keras_reader *reader, const struct keras_inner *net, size_t at,
    const struct keras_ref *ref, const struct keras_call *call, struct error *err)
{
    json_t *layer = json_array_get(net->layers, at), *config = json_object_get(layer, "config");
    const char *class_name = keras_class_of(layer);
    char *store = keras_store_of(net, at, class_name);
    char *inner_store = memory_format("%s/layers/", store);
    char *prefix = ref->call ? memory_format("%s%s@%d/", net->prefix, ref->name, ref->call + 1)
                             : memory_format("%s%s/", net->prefix, ref->name);
    struct keras_inner inner = {.config = config,
        .layers = json_is_array(config) ? config : json_object_get(config, "layers"),
        .sequential = is_sequential(class_name),
        .scope = ++reader->n_scopes,
        .depth = net->depth + 1,
        .group = net->group ? net->group : ref->name,
        .store = inner_store,
        .prefix = prefix,
        .given = call,
        .given_scope = net->scope};
    bool good = check_inner(reader, &inner, err) && read_net(reader, &inner, err);
    add_outputs(reader, net, &inner, *ref);
    free(prefix);
    free(inner_store);
    free(store);
    return good || fail_in(err, ref->name);
}

/* One call of a layer. */
static bool read_call(struct keras_reader *reader, const struct keras_inner *net, size_t at,
    int number, const struct keras_call *call, struct error *err)
{
    json_t *layer = json_array_get(net->layers, at), *config = json_object_get(layer, "config");
    const char *class_name = keras_class_of(layer);
    const struct keras_ref ref = {keras_name_of(layer), number, 0};
    if (!class_name || !ref.name || !*ref.name)
        return fail(err, "a layer has no class_name or no name");
    if (reader->out->n_nodes >= KERAS_LAYERS_MAX)
        return fail(err, "has more than %d layers", KERAS_LAYERS_MAX);
    if (keras_is_net(class_name))
        return read_inner(reader, net, at, &ref, call, err);
    if (net->depth > 0 && strcmp(class_name, "InputLayer") == 0)
        return true; /* what the net is given stands under its name */
    char *store = keras_store_of(net, at, class_name), *own = NULL;
    struct layer_config settings = {0};
    if (keras_operation_is(layer))
        keras_operation_read(layer, (size_t)number, call->n, &own, &settings);
    else
        keras_settings_read(config, &settings);
    add_node(reader, net, own ? own : class_name, &ref, store)->settings = settings;
    free(own);
    reader->calls[reader->out->n_nodes - 1] = *call;
    return true;
}

/* The nodes of a call have the weights of those of the first call. */
static void share(struct keras_reader *reader, int first, int start)
{
    struct node *nodes = reader->out->nodes;
    for (int i = 0; start + i < reader->out->n_nodes && first + i < start; i++) {
        const struct node *owner = &nodes[first + i];
        free((char *)nodes[start + i].shares);
        nodes[start + i].shares = memory_string(owner->shares ? owner->shares : owner->name);
    }
}

/* A layer once for each of its calls; a layer without any is an input, or is not connected. */
static bool read_layer(struct keras_reader *reader, const struct keras_inner *net, size_t at,
    const struct keras_calls *calls, struct error *err)
{
    static const struct keras_call none;
    int first = reader->out->n_nodes;
    bool good = true;
    for (int c = 0; c < (calls->n ? calls->n : 1); c++) {
        int start = reader->out->n_nodes;
        const struct keras_call *call = calls->n ? &calls->call[c] : &none;
        good = read_call(reader, net, at, c, call, good ? err : NULL) && good;
        if (c > 0)
            share(reader, first, start);
    }
    return good;
}

/* Nets ----------------------------------------------------------------------------------- */

/* What an inner net is given stands under the names of its inputs. */
static bool take_inputs(struct keras_reader *reader, const struct keras_inner *net,
    const struct keras_call *inputs, struct error *err)
{
    if (net->depth == 0)
        return inputs->n == 1 || fail(err, "the net has %d inputs, expected one", inputs->n);
    if (inputs->n != net->given->n)
        return fail(err, "is a net with %d inputs, and is given %d", inputs->n, net->given->n);
    for (int k = 0; k < inputs->n; k++)
        keras_add_alias(reader, &(struct keras_alias){inputs->refs[k], net->scope, -1,
                                    net->given->refs[k], net->given_scope});
    return true;
}

static bool read_functional(struct keras_reader *reader, struct keras_inner *net, struct error *err)
{
    struct keras_graph graph;
    struct error ends = {0}; /* told where nothing else is wrong */
    bool good = keras_graph_read(net->config, net->layers, &graph, &ends, err);
    if (graph.inputs.n > 0) /* what is wrong with them is told before the outputs */
        take_inputs(reader, net, &graph.inputs, &ends);
    for (size_t i = 0; i < graph.n; i++)
        good = read_layer(reader, net, i, &graph.layers[i], good ? err : NULL) && good;
    net->outputs = graph.outputs;
    keras_graph_finish(&graph);
    if (good && ends.class && err)
        *err = ends;
    return good && !ends.class;
}

/* Keras 2 says the shape of the images in the first layer or beside the layers. */
static void read_shape(const struct keras_inner *net, struct node *input)
{
    static const char *const keys[] = {
        "batch_input_shape", "batch_shape", "build_input_shape", "input_shape"};
    json_t *first = json_object_get(json_array_get(net->layers, 0), "config");
    for (int i = 0; i < 4; i++) {
        json_t *shape = json_object_get(i == 2 ? net->config : first, keys[i]);
        if (!json_is_array(shape))
            continue;
        struct setting setting = keras_settings_value(shape);
        settings_add(&input->settings, i == 3 ? keys[3] : keys[0], &setting);
        free(setting.number);
        return;
    }
    /* Keras 2.11 on: a net inside that begins the net says it itself */
    json_t *inner = json_object_get(first, "layers");
    if (json_is_array(inner)) {
        const struct keras_inner within = {.config = first, .layers = inner};
        read_shape(&within, input);
    }
}

/* What the first layer of a Sequential reads. */
static struct keras_call first_call(struct keras_reader *reader, const struct keras_inner *net)
{
    json_t *first = json_array_get(net->layers, 0);
    const char *class_name = keras_class_of(first), *name = keras_name_of(first);
    bool input = class_name && strcmp(class_name, "InputLayer") == 0;
    struct keras_call call = {.n = 1, .refs = {{"", 0, 0}}};
    if (net->depth == 0 && class_name && name && !input) {
        char *text = memory_format("%s_input", name);
        const struct keras_ref ref = {text, 0, 0};
        struct node *node = add_node(reader, net, "InputLayer", &ref, memory_string("input_layer"));
        read_shape(net, node);
        reader->aliases[0].ref.name = ""; /* before any other */
        free(text);
        return call;
    }
    if (net->depth == 0)
        return (struct keras_call){0};
    keras_add_alias(reader,
        &(struct keras_alias){call.refs[0], net->scope, -1, net->given->refs[0], net->given_scope});
    if (input && name)
        keras_add_alias(reader, &(struct keras_alias){{name, 0, 0}, net->scope, -1,
                                    net->given->refs[0], net->given_scope});
    return call;
}

static bool read_sequential(struct keras_reader *reader, struct keras_inner *net, struct error *err)
{
    bool good = true;
    struct keras_call call = first_call(reader, net);
    for (size_t i = 0; i < json_array_size(net->layers); i++) {
        const char *name = keras_name_of(json_array_get(net->layers, i));
        const struct keras_calls calls = {1, &call};
        good = read_layer(reader, net, i, &calls, good ? err : NULL) && good;
        call = (struct keras_call){.n = name != NULL, .refs = {{name, 0, 0}}};
    }
    net->outputs = call;
    return good;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Within one net a name means one layer. */
static bool check_names(const struct keras_inner *net, struct error *err)
{
    size_t n = json_array_size(net->layers), known = 0;
    const char **names = memory_array(n + 1, sizeof *names);
    bool good = true;
    for (size_t i = 0; i < n; i++)
        if (keras_name_of(json_array_get(net->layers, i)))
            names[known++] = keras_name_of(json_array_get(net->layers, i));
    qsort(names, known, sizeof *names, compare_names);
    for (size_t i = 1; good && i < known; i++)
        if (strcmp(names[i], names[i - 1]) == 0)
            good = fail(err, "two layers are called %s", names[i]);
    free(names);
    return good;
}

static bool read_net(struct keras_reader *reader, struct keras_inner *net, struct error *err)
{
    size_t n = json_array_size(net->layers);
    if (!json_is_array(net->layers) || n == 0)
        return fail(err, "has no layers");
    if (n > KERAS_LAYERS_MAX)
        return fail(err, "has more than %d layers", KERAS_LAYERS_MAX);
    net->classes = memory_array(n, sizeof *net->classes);
    for (size_t i = 0; i < n; i++)
        net->classes[i] = keras_class_of(json_array_get(net->layers, i));
    bool good = check_names(net, err);
    struct error *reason = good ? err : NULL;
    good = (net->sequential ? read_sequential(reader, net, reason)
                            : read_functional(reader, net, reason)) &&
           good;
    free(net->classes);
    return good;
}

static bool find_output(
    const struct keras_reader *reader, const struct keras_inner *net, struct error *err)
{
    struct keras_config *out = reader->out;
    if (net->outputs.n != 1)
        return fail(err, "the net has %d outputs, expected one", net->outputs.n);
    int last = keras_resolve(reader, net->outputs.refs[0], 0, NULL);
    if (last < 0)
        return fail(err, "the network's output %s does not exist", net->outputs.refs[0].name);
    out->output = memory_string(out->nodes[last].name);
    return true;
}

static bool read_model(json_t *root, struct keras_config *out, struct error *err)
{
    const char *class_name = keras_settings_text(root, "class_name");
    json_t *config = json_object_get(root, "config");
    if (!class_name)
        return fail(err, "has no class_name");
    if (!keras_is_net(class_name))
        return fail(err, "is of class %s, expected Sequential, Functional or Model", class_name);
    struct keras_reader reader = {.out = out};
    struct keras_inner net = {.config = config,
        .layers = json_is_array(config) ? config : json_object_get(config, "layers"),
        .sequential = is_sequential(class_name),
        .store = "",
        .prefix = ""};
    bool good = read_net(&reader, &net, err) && keras_connect(&reader, err) &&
                find_output(&reader, &net, err);
    free(reader.calls);
    free(reader.scopes);
    free(reader.aliases);
    return good;
}

/* Keras 3 writes some things as no other does. */
static int keras_of(const char *json)
{
    return strstr(json, "\"DTypePolicy\"") || strstr(json, "\"__keras_tensor__\"") ? 3 : 2;
}

bool keras_parse(const char *json, const struct keras_origin *origin, struct keras_config *config,
    struct error *err)
{
    json_error_t problem;
    *config = (struct keras_config){0};
    size_t length = strlen(json);
    if (!keras_limits_json(json, length, err))
        return false;
    json_t *root =
        keras_json_load(json, length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &problem);
    if (!root)
        return fail(err, "line %d: %s", problem.line, problem.text);
    config->origin = origin ? *origin : (struct keras_origin){0};
    if (!config->origin.keras)
        config->origin.keras = keras_of(json);
    bool good = read_model(root, config, err) && keras_lower(config, err);
    json_decref(root);
    return good;
}
