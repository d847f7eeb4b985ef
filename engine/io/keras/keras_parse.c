/* Nets from JSON. Layers are read net by net, each into a scope of its own, and connected when all
 * are known: the input of an inner net is what the net reads, the net itself is its output. */
#include "engine/io/keras/keras_parse_private.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_json.h"
#include "engine/io/keras/keras_limits.h"
#include "engine/io/keras/keras_lower.h"
#include "engine/io/keras/keras_settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NETS_DEEP_MAX = 32 };

/* A net that is being read. */
struct net {
    json_t *config, *layers;
    bool sequential;
    int scope, depth;
    const char *group;       /* NULL: the outermost */
    const char *store;       /* path of the net's layers, "" or "sequential/layers/" */
    const char *prefix;      /* of names that are taken, "outer." */
    struct keras_call input; /* what an inner net reads */
    int input_scope;
    const char *output;   /* becomes the name of its output layer */
    const char **classes; /* [layers] */
};

static bool read_net(struct keras_reader *reader, struct net *net, struct error *err);

static const char *text_of(const json_t *object, const char *key)
{
    return keras_settings_text(object, key);
}

/* Layers --------------------------------------------------------------------------------- */

static bool is_sequential(const char *class_name)
{
    return strcmp(class_name, "Sequential") == 0;
}

static bool is_whole_net(const char *class_name)
{
    return is_sequential(class_name) || strcmp(class_name, "Functional") == 0 ||
           strcmp(class_name, "Model") == 0;
}

/* "MaxPooling2D" is stored as "max_pooling2d" by Keras 3. */
static char *snake(const char *class_name)
{
    char *text = memory_array(2 * strlen(class_name) + 1, 1), *end = text;
    for (const char *at = class_name; *at; at++) {
        bool starts = isupper((unsigned char)at[0]) && at > class_name &&
                      (islower((unsigned char)at[1]) || islower((unsigned char)at[-1]));
        if (starts && end[-1] != '_')
            *end++ = '_';
        *end++ = (char)tolower((unsigned char)*at);
    }
    return text;
}

/* The class as the file has it. Someone's own class is known by "package>Class", in Keras 3 even
 * when its class_name is that of a layer of Keras. */
static const char *class_of(const json_t *layer)
{
    const char *registered = text_of(layer, "registered_name");
    return registered && strchr(registered, '>') ? registered : text_of(layer, "class_name");
}

static const char *name_of(const json_t *layer)
{
    const char *name = text_of(layer, "name");
    return name ? name : text_of(json_object_get(layer, "config"), "name");
}

/* Where Keras 3 stores the layer: how many of its class come before it in the net. */
static char *store_of(const struct net *net, size_t at, const char *class_name)
{
    int before = 0;
    for (size_t i = 0; i < at; i++)
        before += net->classes[i] && strcmp(net->classes[i], class_name) == 0;
    char *name = snake(strcmp(class_name, "Model") == 0 ? "Functional" : class_name);
    char *store = before ? memory_format("%s%s_%d", net->store, name, before)
                         : memory_format("%s%s", net->store, name);
    free(name);
    return store;
}

static bool is_taken(const struct keras_config *out, const char *name)
{
    for (int i = 0; i < out->n_nodes; i++)
        if (strcmp(out->nodes[i].name, name) == 0)
            return true;
    return false;
}

/* The smallest number under which no layer has the name: "name" is 1, "name_2" is 2. */
static int free_number(const struct keras_config *out, const char *name)
{
    bool *taken = memory_array((size_t)out->n_nodes + 2, sizeof *taken);
    size_t length = strlen(name);
    int free_one = 1;
    for (int i = 0; i < out->n_nodes; i++) {
        const char *rest = out->nodes[i].name;
        char *end = NULL;
        if (strncmp(rest, name, length) != 0)
            continue;
        rest += length;
        long number =
            rest[0] == '_' && rest[1] >= '1' && rest[1] <= '9' ? strtol(rest + 1, &end, 10) : 0;
        if (!*rest)
            taken[1] = true;
        else if (number > 1 && number <= out->n_nodes && !*end)
            taken[number] = true;
    }
    while (taken[free_one])
        free_one++;
    free(taken);
    return free_one;
}

/* A name that no other layer has; two of one name in one net stay, to be refused. */
static char *unique_name(const struct keras_reader *reader, const struct net *net, const char *name)
{
    if (net->depth == 0 || !is_taken(reader->out, name))
        return memory_string(name);
    char *text = memory_format("%s%s", net->prefix, name);
    int number = free_number(reader->out, text);
    if (number == 1)
        return text;
    free(text);
    return memory_format("%s%s_%d", net->prefix, name, number);
}

static struct node *add_node(struct keras_reader *reader, const struct net *net,
    const char *class_name, const char *name, char *store)
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
    char *unique = unique_name(reader, net, name);
    reader->calls[at] = (struct keras_call){0};
    reader->scopes[at] = net->scope;
    out->places[at] = (struct weights_place){
        memory_string(name), memory_string(net->group ? net->group : name), store};
    out->nodes[at] = (struct node){.class_name = memory_string(class_name), .name = unique};
    out->n_nodes++;
    keras_add_alias(reader, &(struct keras_alias){name, net->scope, at, NULL, 0});
    return &out->nodes[at];
}

/* An inner net: its layers, and two names that stand for its ends. */
static bool read_inner(struct keras_reader *reader, const struct net *net, json_t *layer, size_t at,
    const struct keras_call *call, struct error *err)
{
    const char *class_name = class_of(layer), *name = name_of(layer);
    json_t *config = json_object_get(layer, "config");
    char *store = store_of(net, at, class_name);
    char *inner_store = memory_format("%s/layers/", store);
    char *prefix = memory_format("%s%s.", net->prefix, name);
    struct net inner = {.config = config,
        .layers = json_is_array(config) ? config : json_object_get(config, "layers"),
        .sequential = is_sequential(class_name),
        .scope = ++reader->n_scopes,
        .depth = net->depth + 1,
        .group = net->group ? net->group : name,
        .store = inner_store,
        .prefix = prefix,
        .input = *call,
        .input_scope = net->scope};
    reader->nested = true;
    bool good = call->n == 1 || fail(err, "is a net with %d inputs, expected one", call->n);
    if (good && inner.depth > NETS_DEEP_MAX)
        good = fail(err, "is nested too deep in other nets");
    good = good && read_net(reader, &inner, err);
    if (good && inner.output)
        keras_add_alias(
            reader, &(struct keras_alias){name, net->scope, -1, inner.output, inner.scope});
    free(prefix);
    free(inner_store);
    free(store);
    return good || fail_in(err, name);
}

/* One layer; its connections are in call. */
static bool read_layer(struct keras_reader *reader, const struct net *net, size_t at,
    struct keras_call *call, struct error *err)
{
    json_t *layer = json_array_get(net->layers, at), *config = json_object_get(layer, "config");
    const char *class_name = class_of(layer), *name = name_of(layer);
    if (!class_name || !name || !*name)
        return fail(err, "a layer has no class_name or no name");
    if (reader->out->n_nodes >= KERAS_LAYERS_MAX)
        return fail(err, "has more than %d layers", KERAS_LAYERS_MAX);
    if (is_whole_net(class_name))
        return read_inner(reader, net, layer, at, call, err);
    if (net->depth > 0 && strcmp(class_name, "InputLayer") == 0) {
        keras_add_alias(reader,
            &(struct keras_alias){name, net->scope, -1, net->input.names[0], net->input_scope});
        return true;
    }
    struct node *node = add_node(reader, net, class_name, name, store_of(net, at, class_name));
    keras_settings_read(config, &node->settings);
    reader->calls[reader->out->n_nodes - 1] = *call;
    return true;
}

/* Nets ----------------------------------------------------------------------------------- */

static bool read_functional(struct keras_reader *reader, struct net *net, struct error *err)
{
    bool good = true;
    const char *input = NULL;
    for (size_t i = 0; i < json_array_size(net->layers); i++) {
        /* the first reason counts; the other layers are read all the same, for showing */
        struct error *reason = good ? err : NULL;
        json_t *layer = json_array_get(net->layers, i);
        struct keras_call call = {0};
        bool call_good = keras_read_call(layer, &call, reason);
        if (!call_good && name_of(layer)) {
            char *place = memory_format("layer %s", name_of(layer));
            fail_in(reason, place);
            free(place);
        }
        good = read_layer(reader, net, i, &call, call_good ? reason : NULL) && call_good && good;
    }
    return good && keras_read_end(net->config, "input_layers", &input, err) &&
           keras_read_end(net->config, "output_layers", &net->output, err);
}

/* Keras 2 says the shape of the images in the first layer or beside the layers. */
static void read_shape(struct keras_reader *reader, const struct net *net, struct node *input)
{
    static const char *const keys[] = {
        "batch_input_shape", "batch_shape", "build_input_shape", "input_shape"};
    json_t *first = json_object_get(json_array_get(net->layers, 0), "config");
    (void)reader;
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
        const struct net within = {.config = first, .layers = inner};
        read_shape(reader, &within, input);
    }
}

static bool read_sequential(struct keras_reader *reader, struct net *net, struct error *err)
{
    bool good = true;
    struct keras_call call = net->input;
    json_t *first = json_array_get(net->layers, 0);
    const char *first_class = class_of(first), *first_name = name_of(first);
    char *input_name = NULL;
    int before_scope = net->input_scope;
    if (net->depth == 0 && first_class && first_name && strcmp(first_class, "InputLayer") != 0) {
        input_name = memory_format("%s_input", first_name);
        read_shape(reader, net,
            add_node(reader, net, "InputLayer", input_name, memory_string("input_layer")));
        call = (struct keras_call){.n = 1, .names = {reader->out->nodes[0].name}};
        before_scope = net->scope;
        reader->aliases[0].name = reader->out->nodes[0].name;
    }
    for (size_t i = 0; i < json_array_size(net->layers); i++) {
        json_t *layer = json_array_get(net->layers, i);
        const char *name = name_of(layer);
        if (before_scope != net->scope && call.n == 1 && i == 0 && name) {
            /* what an inner net reads, under a name of its own scope */
            keras_add_alias(
                reader, &(struct keras_alias){"", net->scope, -1, call.names[0], before_scope});
            call = (struct keras_call){.n = 1, .names = {""}};
        }
        good = read_layer(reader, net, i, &call, good ? err : NULL) && good;
        call = (struct keras_call){.n = name != NULL, .names = {name}};
        net->output = name;
    }
    free(input_name);
    return good;
}

static bool read_net(struct keras_reader *reader, struct net *net, struct error *err)
{
    if (!json_is_array(net->layers) || json_array_size(net->layers) == 0)
        return fail(err, "has no layers");
    if (json_array_size(net->layers) > KERAS_LAYERS_MAX)
        return fail(err, "has more than %d layers", KERAS_LAYERS_MAX);
    net->classes = memory_array(json_array_size(net->layers), sizeof *net->classes);
    for (size_t i = 0; i < json_array_size(net->layers); i++)
        net->classes[i] = class_of(json_array_get(net->layers, i));
    bool good =
        net->sequential ? read_sequential(reader, net, err) : read_functional(reader, net, err);
    free(net->classes);
    return good;
}

static bool read_model(json_t *root, struct keras_config *out, struct error *err)
{
    const char *class_name = text_of(root, "class_name");
    json_t *config = json_object_get(root, "config");
    if (!class_name)
        return fail(err, "has no class_name");
    if (!is_whole_net(class_name))
        return fail(err, "is of class %s, expected Sequential, Functional or Model", class_name);
    struct keras_reader reader = {.out = out};
    struct net net = {.config = config,
        .layers = json_is_array(config) ? config : json_object_get(config, "layers"),
        .sequential = is_sequential(class_name),
        .store = "",
        .prefix = ""};
    bool good = read_net(&reader, &net, err) && keras_connect(&reader, err);
    if (good) {
        int last = keras_resolve(&reader, net.output, 0, 0, NULL);
        good = last >= 0 || fail(err, "the network's output %s does not exist", net.output);
        out->output = good ? memory_string(out->nodes[last].name) : NULL;
    }
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
