/* Lists what a file holds, also a net that cannot be run. A child process reads the file. */
#include "engine/io/nets/model.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/io/files/archive.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_config.h"
#include "engine/io/keras/keras_archive.h"
#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_weights.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16, LINES_MAX = 2000 };

struct listing {
    FILE *out;
    struct h5 *h5;
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
    const char *class_name, const struct weights_place *at, const struct network *network)
{
    char text[SHAPE_TEXT] = "";
    int index = network ? network_find(network, name) : -1;
    if (index >= 0)
        shape_text(&network->layers[index].shape, text);
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
    struct listing *listing, const char *json, const char *group, const struct model *model)
{
    struct keras_config config;
    keras_parse(json ? json : "", model ? &model->origin : NULL, &config, NULL);
    for (int i = 0; i < config.n_nodes; i++)
        put_layer(listing, group, config.nodes[i].name, config.nodes[i].class_name,
            &config.places[i], model ? model->network : NULL);
    keras_config_finish(&config);
}

/* Weights alone: the class of a layer is known when the net is. */
static void put_groups(struct listing *listing, const char *group, const struct model *model)
{
    int n = 0;
    char **names = h5_names(listing->h5, group, "layer_names", &n, NULL);
    for (int i = 0; i < n; i++) {
        int index = model ? network_find(model->network, names[i]) : -1;
        const struct weights_place at = {names[i], names[i], names[i]};
        put_layer(listing, group, names[i],
            index >= 0 ? model->network->layers[index].class->name : NULL, &at,
            model ? model->network : NULL);
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

struct request {
    const char *path;
    const struct model *model; /* NULL: it cannot be run */
    const char *problem;       /* why */
};

static void put_verdict(struct listing *listing, const struct request *request, bool lab)
{
    const struct model *model = request->model;
    if (!model) {
        fprintf(listing->out, "it cannot be run: %s\n", request->problem);
        return;
    }
    fprintf(listing->out, "it can be run: %zu weights, %d classes%s\n",
        model->network->n_parameters, model->network->n_classes, lab ? ", the lab's DeepID" : "");
    if (model->logit)
        fputs("it ends with one value without a sigmoid: treated as a logit of two classes, split "
              "at 0\n",
            listing->out);
}

/* Whole nets say their layers; weights alone get them from elsewhere, or from the lab's net. */
static void put_net(
    struct listing *listing, const char *json, const char *version, const struct request *request)
{
    const char *group = keras_weights_group(listing->h5, NULL);
    fputs(json ? ": a Keras net" : ": the weights of a Keras net", listing->out);
    if (version) {
        fputs(", keras_version ", listing->out);
        put(listing->out, version, 0);
    }
    put_attribute(listing, group, "keras_version");
    put_attribute(listing, group, "backend");
    fputs("\n", listing->out);
    const char *layers = json || !request->model ? json : request->model->json;
    if (layers)
        put_layers(listing, layers, group, request->model);
    else if (group)
        put_groups(listing, group, request->model);
    else
        put_tree(listing, "", 0);
    put_verdict(listing, request,
        !json && group && request->model && !request->model->whole &&
            network_find(request->model->network, "conv_1") >= 0);
}

/* An archive that is no net: what is in it. */
static bool put_archive(struct listing *listing, const char *path, struct error *err)
{
    struct archive *archive = archive_open(path, err);
    if (!archive)
        return false;
    fputs(": an archive, not a Keras net\n", listing->out);
    for (int i = 0; i < archive_count(archive) && i < LINES_MAX; i++) {
        fputs("  ", listing->out);
        put(listing->out, archive_entry_name(archive, i), 40);
        fprintf(listing->out, " %llu bytes\n", (unsigned long long)archive_entry_size(archive, i));
    }
    archive_close(archive);
    return true;
}

/* Opens what is to be listed; h5 stays NULL for an archive that is no net. */
static bool open_file(struct listing *listing, const struct request *request, char **json,
    char **version, struct error *err)
{
    if (!archive_is(request->path)) {
        listing->h5 = h5_open(request->path, err);
        if (listing->h5 && h5_has_attribute(listing->h5, "", "model_config"))
            *json = h5_string(listing->h5, "", "model_config", NULL);
        return listing->h5;
    }
    struct archive *archive = archive_open(request->path, err);
    bool net = archive && archive_find(archive, "config.json") >= 0;
    archive_close(archive);
    return archive && (!net || keras_archive_open(request->path, json, version, &listing->h5, err));
}

static bool is_net(struct h5 *h5, const char *json)
{
    return json || h5_has_attribute(h5, "", "model_config") || keras_weights_group(h5, NULL) ||
           keras_weights_is_store(h5);
}

/* In a child, as the file may be damaged: sends the listing as text, and whether it is of a net. */
static bool send_listing(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    char *text = NULL, *json = NULL, *version = NULL;
    size_t size = 0;
    struct listing listing = {0};
    if (!open_file(&listing, request, &json, &version, err))
        return false;
    listing.out = open_memstream(&text, &size);
    if (!listing.out)
        return fail_as(err, ERROR_FAILED, "%s: not enough memory to list it", request->path);
    put(listing.out, request->path, 0);
    bool net = listing.h5 && is_net(listing.h5, json), good = true;
    if (net) {
        put_net(&listing, json, version, request);
    } else if (listing.h5) {
        fputs(": an HDF5 file, not a Keras net\n", listing.out);
        put_tree(&listing, "", 0);
    } else {
        good = put_archive(&listing, request->path, err);
    }
    fclose(listing.out);
    if (good) {
        sandbox_write_block(pipe, text, size);
        sandbox_write(pipe, &net, sizeof net);
    }
    h5_close(listing.h5);
    free(json);
    free(version);
    free(text);
    return good;
}

bool model_inspect(const char *path, const char *architecture, FILE *out, struct error *err)
{
    enum { LISTING_MAX_BYTES = 64 << 20 };
    struct error problem = {0};
    struct model *model = model_open(path, architecture, &problem);
    struct request request = {path, model, problem.text};
    size_t size = 0;
    bool net = false;
    struct sandbox *sandbox = sandbox_start(path, send_listing, &request, err);
    char *text = sandbox ? sandbox_read_block(sandbox, LISTING_MAX_BYTES, &size, err) : NULL;
    bool good = text && sandbox_read(sandbox, &net, sizeof net, err) && sandbox_end(sandbox, err);
    for (size_t i = 0; good && i < size; i++)
        fputc((unsigned char)text[i] >= 0x20 || text[i] == '\n' ? text[i] : '?', out);
    if (good && ferror(out))
        good = fail_as(err, ERROR_OUTPUT, "%s: its listing cannot be written", path);
    if (good && net && !model) {
        good = false;
        if (err)
            *err = problem;
    }
    sandbox_destroy(sandbox);
    model_destroy(model);
    free(text);
    return good;
}
