/* Lists what a Keras file holds, also a net that cannot be run. */
#include "engine/io/keras/keras_net.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_weights.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16, LINES_MAX = 2000 };

struct listing {
    FILE *out;
    struct h5 *h5;
    const struct network *network; /* NULL: it cannot be run */
    int lines;
};

/* Names come from the file: no control character of theirs reaches a terminal. */
static void put(FILE *out, const char *text, int width)
{
    char *shown = escape_text(escape_terminal, text);
    fprintf(out, "%-*s", width, shown);
    free(shown);
}

/* "[20] float32", or why it cannot be read. */
static void put_data(struct listing *listing, const char *path)
{
    char text[H5_SHAPE_TEXT];
    struct error err = {0};
    struct h5_data *data = h5_data_open(listing->h5, path, &err);
    if (data)
        fprintf(listing->out, "%s %s", h5_shape_text(h5_data_shape(data), text),
            h5_data_shape(data)->type);
    else
        fprintf(listing->out, "(%s)", err.text);
    h5_data_close(data);
}

/* Any HDF5 file: what is where. */
static void put_tree(struct listing *listing, const char *path, int depth)
{
    static const char *const kinds[] = {[H5_KIND_NONE] = "missing",
        [H5_KIND_GROUP] = "",
        [H5_KIND_OTHER] = "neither group nor data",
        [H5_KIND_LINK] = "a link to elsewhere, not followed"};
    int n = 0;
    char **names = depth < DEPTH_MAX ? h5_list(listing->h5, path, &n, NULL) : NULL;
    for (int i = 0; i < n && listing->lines < LINES_MAX; i++) {
        char *inner = memory_format("%s%s%s", path, *path ? "/" : "", names[i]);
        enum h5_kind kind = h5_kind(listing->h5, inner);
        listing->lines++;
        fputs("  /", listing->out);
        put(listing->out, inner, 40);
        fputs(" ", listing->out);
        if (kind == H5_KIND_DATA)
            put_data(listing, inner);
        else
            fputs(kinds[kind], listing->out);
        if (kind != H5_KIND_LINK && h5_is_link(listing->h5, inner))
            fputs(" (a link)", listing->out);
        fputs("\n", listing->out);
        if (kind == H5_KIND_GROUP && !h5_is_link(listing->h5, inner))
            put_tree(listing, inner, depth + 1);
        free(inner);
    }
    h5_names_free(names, n);
}

static void put_weight(struct listing *listing, const char *path, const char *name, bool first)
{
    fputs(first ? " " : ", ", listing->out);
    put(listing->out, name, 0);
    fputs(" ", listing->out);
    put_data(listing, path);
}

/* What a file of Keras 2 has for a layer; of an inner net's weights those under the layer's name.
 */
static void put_weights(struct listing *listing, const char *group, const struct weights_place *at)
{
    int n = 0, shown = 0;
    char *path = memory_format("%s%s%s", group, *group ? "/" : "", at->group);
    char *part = memory_format("/%s/", at->layer);
    bool inner = strcmp(at->layer, at->group) != 0;
    char **names = h5_names(listing->h5, path, "weight_names", &n, NULL);
    for (int i = 0; i < n; i++) {
        const char *slash = strrchr(names[i], '/');
        char *whole = memory_format("%s/%s", path, names[i]);
        if (!inner || strstr(whole, part))
            put_weight(listing, whole, slash ? slash + 1 : names[i], shown++ == 0);
        free(whole);
    }
    h5_names_free(names, n);
    free(part);
    free(path);
}

/* What a file of Keras 3 has for a layer. */
static void put_stored(struct listing *listing, const struct weights_place *at)
{
    int n = 0;
    char *path = memory_format("layers/%s/vars", at->store);
    char **names =
        h5_kind(listing->h5, path) == H5_KIND_GROUP ? h5_list(listing->h5, path, &n, NULL) : NULL;
    for (int i = 0; i < n; i++) {
        char *whole = memory_format("%s/%s", path, names[i]);
        put_weight(listing, whole, names[i], i == 0);
        free(whole);
    }
    h5_names_free(names, n);
    free(path);
}

static void put_layer(struct listing *listing, const char *group, const char *name,
    const char *class_name, const struct weights_place *at)
{
    char text[SHAPE_TEXT] = "";
    int index = listing->network ? network_find(listing->network, name) : -1;
    if (index >= 0)
        shape_text(&listing->network->layers[index].shape, text);
    fputs("  ", listing->out);
    put(listing->out, name, 20);
    if (class_name) {
        fputs(" ", listing->out);
        put(listing->out, class_name, 20);
        fprintf(listing->out, " %-11s", text);
    }
    if (group)
        put_weights(listing, group, at);
    else
        put_stored(listing, at);
    fputs("\n", listing->out);
}

/* The layers as the file describes them, also when they cannot be run. */
static void put_layers(
    struct listing *listing, const char *json, const char *group, const struct keras_origin *origin)
{
    struct keras_config config;
    keras_parse(json, origin, &config, NULL);
    for (int i = 0; i < config.n_nodes; i++)
        put_layer(
            listing, group, config.nodes[i].name, config.nodes[i].class_name, &config.places[i]);
    keras_config_finish(&config);
}

/* Weights alone: the class of a layer is known when the net is. */
static void put_groups(struct listing *listing, const char *group)
{
    const struct network *network = listing->network;
    int n = 0;
    char **names = h5_names(listing->h5, group, "layer_names", &n, NULL);
    for (int i = 0; i < n; i++) {
        int index = network ? network_find(network, names[i]) : -1;
        const struct weights_place at = {names[i], names[i], names[i]};
        put_layer(
            listing, group, names[i], index >= 0 ? network->layers[index].class->name : NULL, &at);
    }
    h5_names_free(names, n);
}

static void put_attribute(struct listing *listing, const char *group, const char *attribute)
{
    if (!group || !h5_has_attribute(listing->h5, group, attribute))
        return;
    char *text = h5_string(listing->h5, group, attribute, NULL);
    fputs(", ", listing->out);
    fprintf(listing->out, "%s ", attribute);
    put(listing->out, text ? text : "?", 0);
    free(text);
}

bool keras_net_is(const struct keras_net *net)
{
    return net->json || net->whole || keras_weights_group(net->h5, NULL) ||
           keras_weights_is_store(net->h5);
}

/* Whole nets say their layers; weights alone get them from elsewhere, or from the lab's net. */
static void put_net(struct listing *listing, const struct keras_net *net, const char *json)
{
    const struct keras_origin origin = keras_net_origin(net);
    const char *group = keras_weights_group(listing->h5, NULL);
    fputs(net->json ? ": a Keras net" : ": the weights of a Keras net", listing->out);
    if (net->archive && net->version) {
        fputs(", keras_version ", listing->out);
        put(listing->out, net->version, 0);
    }
    put_attribute(listing, group, "keras_version");
    put_attribute(listing, group, "backend");
    fputs("\n", listing->out);
    if (net->json || json)
        put_layers(listing, net->json ? net->json : json, group, &origin);
    else if (group)
        put_groups(listing, group);
    else
        put_tree(listing, "", 0);
}

void keras_net_list(
    const struct keras_net *net, const char *json, const struct network *network, FILE *out)
{
    struct listing listing = {.out = out, .h5 = net->h5, .network = network};
    if (keras_net_is(net)) {
        put_net(&listing, net, json);
    } else {
        fputs(": an HDF5 file, not a Keras net\n", out);
        put_tree(&listing, "", 0);
    }
}
