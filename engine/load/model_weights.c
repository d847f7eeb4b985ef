#include "engine/load/model_weights.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

const char *model_weights_group(struct h5 *h5, struct error *err)
{
    static const char *const groups[] = {"model_weights", ""};
    char contents[H5_CONTENTS];
    for (int i = 0; i < 2; i++)
        if (h5_kind(h5, groups[i]) == H5_KIND_GROUP &&
            (h5_has_attribute(h5, groups[i], "layer_names") ||
                h5_has_attribute(h5, groups[i], "layer_names0")))
            return groups[i];
    if (h5_kind(h5, groups[0]) == H5_KIND_LINK)
        fail(err, "%s: /model_weights is a link to another file, which is not followed",
            h5_name(h5));
    else
        fail(err, "%s: is no Keras net: there are no layer_names (the file holds: %s)", h5_name(h5),
            h5_contents(h5, contents));
    return NULL;
}

/* "conv_1/conv_1/kernel:0" is called "kernel". */
static bool is_called(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;
    size_t length = strcspn(last, ":");
    return strlen(name) == length && memcmp(last, name, length) == 0;
}

static bool check_double(char **names, int n, const char *place, struct error *err)
{
    for (int i = 1; i < n; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(names[i], names[k]) == 0)
                return fail(err, "%s: %s is there twice", place, names[i]);
    return true;
}

/* Finds for each weight of the layer its entry in names: by name, and what is left in order. */
static bool match(const struct layer *layer, char **names, int n, const char *place,
    int chosen[LAYER_WEIGHTS_MAX], struct error *err)
{
    bool taken[LAYER_WEIGHTS_MAX] = {false};
    if (n > layer->n_weights)
        return fail(err, "%s: has %d weights, the layer needs %d", place, n, layer->n_weights);
    for (int w = 0; w < layer->n_weights; w++) {
        chosen[w] = -1;
        for (int i = 0; i < n && chosen[w] < 0; i++)
            if (!taken[i] && is_called(names[i], layer->weights[w].name))
                chosen[w] = i;
        if (chosen[w] >= 0)
            taken[chosen[w]] = true;
        else if (n < layer->n_weights)
            return fail(err, "%s: weight %s is missing", place, layer->weights[w].name);
    }
    for (int w = 0, next = 0; w < layer->n_weights; w++) {
        while (chosen[w] < 0 && taken[next])
            next++;
        if (chosen[w] < 0)
            chosen[w] = next++;
    }
    return true;
}

static bool check_shape(
    struct h5_data *data, const struct weight *weight, const char *place, struct error *err)
{
    const struct h5_shape *shape = h5_data_shape(data);
    struct h5_shape expected = {.rank = weight->rank};
    bool equal = shape->rank == weight->rank;
    for (int i = 0; i < weight->rank; i++) {
        expected.dim[i] = (uint64_t)weight->dim[i];
        equal = equal && shape->dim[i] == expected.dim[i];
    }
    char text[H5_SHAPE_TEXT], wanted[H5_SHAPE_TEXT];
    return equal || fail(err, "%s: shape is %s, expected %s", place, h5_shape_text(shape, text),
                        h5_shape_text(&expected, wanted));
}

/* Something to do with each weight and its dataset. */
typedef bool weight_action(struct h5_data *data, struct weight *weight, struct error *err);

static bool visit_weight(struct h5 *h5, const char *path, struct weight *weight,
    weight_action *action, struct error *err)
{
    struct h5_data *data = h5_data_open(h5, path, err);
    char *place = memory_format("%s: /%s", h5_name(h5), path);
    bool good = data && check_shape(data, weight, place, err) && action(data, weight, err);
    free(place);
    h5_data_close(data);
    return good;
}

static char *join(const char *group, const char *name)
{
    return memory_format("%s%s%s", group, *group ? "/" : "", name);
}

static bool visit_layer(
    struct h5 *h5, const char *group, struct layer *layer, weight_action *action, struct error *err)
{
    int n, chosen[LAYER_WEIGHTS_MAX];
    char *path = join(group, layer->name);
    char *place = memory_format("%s: /%s", h5_name(h5), path);
    char **names = h5_names(h5, path, "weight_names", &n, err);
    bool good =
        names && check_double(names, n, place, err) && match(layer, names, n, place, chosen, err);
    for (int w = 0; good && w < layer->n_weights; w++) {
        char *whole = join(path, names[chosen[w]]);
        good = visit_weight(h5, whole, &layer->weights[w], action, err);
        free(whole);
    }
    h5_names_free(names, n);
    free(place);
    free(path);
    return good;
}

/* A layer of the file that the network does not know may have no weights. */
static bool check_extra(struct h5 *h5, const char *group, const char *name,
    const struct network *network, struct error *err)
{
    int n, index = network_find(network, name);
    char *path = join(group, name);
    char **names = h5_names(h5, path, "weight_names", &n, err);
    bool good = names && (n == 0 || (index >= 0 && network->layers[index].n_weights > 0));
    if (names && !good)
        fail(err, "%s: /%s: its weights belong to no layer of the net", h5_name(h5), path);
    h5_names_free(names, n);
    free(path);
    return good;
}

static bool is_listed(char **names, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool visit(
    struct h5 *h5, const struct network *network, weight_action *action, struct error *err)
{
    int n = 0;
    const char *group = model_weights_group(h5, err);
    char **names = group ? h5_names(h5, group, "layer_names", &n, err) : NULL;
    bool good = names && check_double(names, n, h5_name(h5), err);
    for (int i = 0; good && i < n; i++)
        good = check_extra(h5, group, names[i], network, err);
    for (int i = 0; good && i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        if (layer->n_weights == 0)
            continue;
        if (!is_listed(names, n, layer->name))
            good = fail(err, "%s: the weights of layer %s are missing", h5_name(h5), layer->name);
        good = good && visit_layer(h5, group, layer, action, err);
    }
    h5_names_free(names, n);
    return good;
}

static bool read_weight(struct h5_data *data, struct weight *weight, struct error *err)
{
    uint64_t rows = weight->rank ? (uint64_t)weight->dim[0] : 1;
    return h5_read(data, 0, rows, H5_TYPE_F32, weight->data, err);
}

bool model_weights_read(struct h5 *h5, struct network *network, struct error *err)
{
    return visit(h5, network, read_weight, err) &&
           (network_check_finite(network, err) || fail_in(err, h5_name(h5)));
}

/* Changes only what differs: what was stored with more or fewer digits keeps its bits. */
static bool update_weight(struct h5_data *data, struct weight *weight, struct error *err)
{
    uint64_t rows = weight->rank ? (uint64_t)weight->dim[0] : 1;
    double *stored = memory_try(weight->count, sizeof *stored, weight->name, err);
    bool changed = false;
    bool good = stored && h5_read(data, 0, rows, H5_TYPE_F64, stored, err);
    for (size_t i = 0; good && i < weight->count; i++) {
        float value = (float)stored[i];
        if (memcmp(&value, &weight->data[i], sizeof value) == 0)
            continue;
        stored[i] = (double)weight->data[i];
        changed = true;
    }
    if (good && changed)
        good = h5_write(data, 0, rows, H5_TYPE_F64, stored, err);
    free(stored);
    return good;
}

bool model_weights_update(struct h5 *h5, const struct network *network, struct error *err)
{
    return visit(h5, network, update_weight, err);
}

char *model_weights_path(struct h5 *h5, const char *layer, const char *weight, struct error *err)
{
    int n = 0;
    const char *group = model_weights_group(h5, err);
    char *path = group ? join(group, layer) : NULL, *whole = NULL;
    char **names = path ? h5_names(h5, path, "weight_names", &n, err) : NULL;
    for (int i = 0; i < n && !whole; i++)
        if (is_called(names[i], weight))
            whole = join(path, names[i]);
    if (names && !whole)
        fail(err, "%s: /%s: weight %s is missing", h5_name(h5), path, weight);
    h5_names_free(names, n);
    free(path);
    return whole;
}
