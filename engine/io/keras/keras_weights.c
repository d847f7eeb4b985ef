/* Finds the weights of each layer in a file of Keras 2 or 3, and reads or writes them. */
#include "engine/io/keras/keras_weights.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

const char *keras_weights_group(struct h5 *h5, struct error *err)
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
        fail(err, "%s: is not a Keras net: it has no layer_names (the file holds: %s)", h5_name(h5),
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
                return fail(err, "%s: %s occurs twice", place, names[i]);
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
        if (weight->doubled && i == weight->rank - 1)
            expected.dim[i] /= 2;
        equal = equal && shape->dim[i] == expected.dim[i];
    }
    char text[H5_SHAPE_TEXT], wanted[H5_SHAPE_TEXT];
    return equal || fail(err, "%s: shape is %s, expected %s", place, h5_shape_text(shape, text),
                        h5_shape_text(&expected, wanted));
}

/* What to do with a weight and its dataset; turned: the file's kernel is turned by 180 degrees. */
typedef bool weight_action(
    struct h5_data *data, struct weight *weight, bool turned, struct error *err);

/* Where all weights go to or come from. */
struct visit {
    struct h5 *h5;
    const struct keras_config *config;
    const struct network *network;
    weight_action *action;
    const char *group; /* of a file of Keras 2: "" or "model_weights" */
};

static bool is_turned(const struct visit *visit, const struct layer *layer, int w)
{
    return visit->config->origin.theano && layer->weights[w].rank == 4 &&
           strcmp(layer->class->name, "Conv2D") == 0;
}

static bool visit_weight(
    const struct visit *visit, const char *path, struct layer *layer, int w, struct error *err)
{
    struct weight *weight = &layer->weights[w];
    struct h5_data *data = h5_data_open(visit->h5, path, err);
    char *place = memory_format("%s: /%s", h5_name(visit->h5), path);
    bool good = data && check_shape(data, weight, place, err) &&
                visit->action(data, weight, is_turned(visit, layer, w), err);
    free(place);
    h5_data_close(data);
    return good;
}

static char *join(const char *group, const char *name)
{
    return memory_format("%s%s%s", group, *group ? "/" : "", name);
}

static const struct weights_place *place_of(const struct visit *visit, const struct layer *layer)
{
    for (int i = 0; i < visit->config->n_nodes; i++)
        if (strcmp(visit->config->nodes[i].name, layer->name) == 0)
            return &visit->config->places[i];
    return NULL;
}

/* Files of Keras 2 ------------------------------------------------------------------------ */

/* The trainable setting of a layer; what a frozen layer has counts as not trainable in order. */
static bool is_frozen(const struct visit *visit, int node)
{
    const struct layer_config *settings = &visit->config->nodes[node].settings;
    for (int i = 0; i < settings->n; i++)
        if (strcmp(settings->items[i].key, "trainable") == 0)
            return settings->items[i].kind == SETTING_BOOL && settings->items[i].number[0] == 0;
    return false;
}

/* The place of a weight of an inner net among all of it: trainable ones first. */
static int position_of(const struct visit *visit, const char *group, const char *layer, int w)
{
    int at = 0;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < visit->config->n_nodes; i++) {
            if (strcmp(visit->config->places[i].group, group) != 0)
                continue;
            int index = network_find(visit->network, visit->config->nodes[i].name);
            const struct layer *other = &visit->network->layers[index];
            for (int k = 0; k < other->n_weights; k++) {
                bool second = is_frozen(visit, i) || !other->weights[k].trainable;
                if (second != (round == 1))
                    continue;
                if (k == w && strcmp(other->name, layer) == 0)
                    return at;
                at++;
            }
        }
    return -1;
}

/* Whether "…/layer/weight:0" is of that layer and weight. */
static bool is_weight_of(const char *path, const char *layer, const char *weight)
{
    const char *slash = strrchr(path, '/');
    size_t length = strlen(layer);
    return slash && is_called(path, weight) && (size_t)(slash - path) >= length &&
           memcmp(slash - length, layer, length) == 0 &&
           ((size_t)(slash - path) == length || slash[-(long)length - 1] == '/');
}

/* A weight of a net inside: by its layer's name, else by its place. */
static int find_inner(const struct visit *visit, const struct weights_place *place,
    const struct layer *layer, int w, char **names, int n)
{
    int found = -1, times = 0;
    for (int i = 0; i < n; i++)
        if (is_weight_of(names[i], place->layer, layer->weights[w].name)) {
            found = i;
            times++;
        }
    return times == 1 ? found : position_of(visit, place->group, layer->name, w);
}

static bool visit_layer(const struct visit *visit, struct layer *layer, struct error *err)
{
    int n, chosen[LAYER_WEIGHTS_MAX];
    const struct weights_place *at = place_of(visit, layer);
    bool inner = strcmp(at->group, at->layer) != 0;
    char *path = join(visit->group, at->group);
    char *place = memory_format("%s: /%s", h5_name(visit->h5), path);
    char **names = h5_names(visit->h5, path, "weight_names", &n, err);
    bool good = names && check_double(names, n, place, err);
    if (good && !inner)
        good = match(layer, names, n, place, chosen, err);
    for (int w = 0; good && inner && w < layer->n_weights; w++) {
        chosen[w] = find_inner(visit, at, layer, w, names, n);
        if (chosen[w] < 0 || chosen[w] >= n)
            good = fail(err, "%s: weight %s of layer %s is missing", place, layer->weights[w].name,
                at->layer);
    }
    for (int w = 0; good && w < layer->n_weights; w++) {
        char *whole = join(path, names[chosen[w]]);
        good = visit_weight(visit, whole, layer, w, err);
        free(whole);
    }
    h5_names_free(names, n);
    free(place);
    free(path);
    return good;
}

/* Weights that the layers of a group have together. */
static int weights_of(const struct visit *visit, const char *group)
{
    int n = 0;
    for (int i = 0; i < visit->network->n_layers; i++) {
        const struct weights_place *place = place_of(visit, &visit->network->layers[i]);
        if (strcmp(place->group, group) == 0)
            n += visit->network->layers[i].n_weights;
    }
    return n;
}

/* A layer of the file that the network does not know may have no weights; an inner net has as many
 * as its layers. */
static bool check_extra(const struct visit *visit, const char *name, struct error *err)
{
    int n, index = network_find(visit->network, name), needs = weights_of(visit, name);
    char *path = join(visit->group, name);
    char **names = h5_names(visit->h5, path, "weight_names", &n, err);
    bool good = names && (n == 0 || needs > 0);
    if (names && !good)
        fail(err, "%s: /%s: its weights belong to no layer of the net", h5_name(visit->h5), path);
    if (good && index < 0 && n != needs)
        good = fail(
            err, "%s: /%s: has %d weights, its layers need %d", h5_name(visit->h5), path, n, needs);
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

static bool visit_groups(struct visit *visit, struct error *err)
{
    int n = 0;
    visit->group = keras_weights_group(visit->h5, err);
    char **names = visit->group ? h5_names(visit->h5, visit->group, "layer_names", &n, err) : NULL;
    bool good = names && check_double(names, n, h5_name(visit->h5), err);
    for (int i = 0; good && i < n; i++)
        good = check_extra(visit, names[i], err);
    for (int i = 0; good && i < visit->network->n_layers; i++) {
        struct layer *layer = &visit->network->layers[i];
        if (layer->n_weights == 0)
            continue;
        if (!is_listed(names, n, place_of(visit, layer)->group))
            good = fail(
                err, "%s: the weights of layer %s are missing", h5_name(visit->h5), layer->name);
        good = good && visit_layer(visit, layer, err);
    }
    h5_names_free(names, n);
    return good;
}

/* Files of Keras 3 ------------------------------------------------------------------------ */

static const char *const stores[] = {"layers", "_layer_checkpoint_dependencies"};

bool keras_weights_is_store(struct h5 *h5)
{
    return h5_kind(h5, stores[0]) == H5_KIND_GROUP || h5_kind(h5, stores[1]) == H5_KIND_GROUP;
}

/* "dense_1/vars" has its number, "dense/vars" is 0; -1: another class. */
static int number_of(const char *name, const char *store)
{
    size_t length = strlen(store);
    const char *end = store + length;
    while (end > store && end[-1] >= '0' && end[-1] <= '9')
        end--;
    if (end > store && end < store + length && end[-1] == '_')
        length = (size_t)(end - 1 - store);
    if (strncmp(name, store, length) != 0)
        return -1;
    if (name[length] == '\0')
        return 0;
    char *rest;
    long number = name[length] == '_' ? strtol(name + length + 1, &rest, 10) : -1;
    return number > 0 && number < 1 << 20 && *rest == '\0' ? (int)number : -1;
}

static int count_vars(struct h5 *h5, const char *group)
{
    int n = 0;
    char *path = memory_format("%s/vars", group);
    char **names = h5_kind(h5, path) == H5_KIND_GROUP ? h5_list(h5, path, &n, NULL) : NULL;
    h5_names_free(names, n);
    free(path);
    return n;
}

/* Keras 2.12 to 2.14 number layers with weights twice: the k-th of a class with weights is the k-th
 * group of that class with any. malloc'd, NULL: there is none. */
static char *find_numbered(const struct visit *visit, const struct layer *layer, const char *store)
{
    int k = 0, n = 0;
    for (int i = 0; i < visit->config->n_nodes; i++) {
        const struct node *node = &visit->config->nodes[i];
        int index = network_find(visit->network, node->name);
        if (strcmp(node->name, layer->name) == 0)
            break;
        k += index >= 0 && visit->network->layers[index].n_weights > 0 &&
             visit->network->layers[index].class == layer->class;
    }
    char **names = h5_list(visit->h5, stores[1], &n, NULL), *best = NULL;
    for (int from = -1; k >= 0; k--) {
        int next = -1;
        for (int i = 0; i < n; i++) {
            int number = number_of(names[i], store);
            char *path = join(stores[1], names[i]);
            if (number > from && (next < 0 || number < next) && count_vars(visit->h5, path) > 0) {
                next = number;
                free(best);
                best = memory_string(path);
            }
            free(path);
        }
        if (next < 0) {
            free(best);
            best = NULL;
            break;
        }
        from = next;
    }
    h5_names_free(names, n);
    return best;
}

static bool visit_store(
    const struct visit *visit, struct layer *layer, int *read, struct error *err)
{
    const char *store = place_of(visit, layer)->store;
    char *path = join(stores[0], store);
    if (h5_kind(visit->h5, path) != H5_KIND_GROUP &&
        h5_kind(visit->h5, stores[0]) != H5_KIND_GROUP) {
        free(path);
        path = find_numbered(visit, layer, store);
    }
    int n = path ? count_vars(visit->h5, path) : 0;
    bool good = n == layer->n_weights;
    if (!path || n == 0)
        fail(err, "%s: the weights of layer %s are missing%s%s", h5_name(visit->h5), layer->name,
            path ? ": there is no /" : "", path ? path : "");
    else if (!good)
        fail(err, "%s: /%s: has %d weights, layer %s needs %d", h5_name(visit->h5), path, n,
            layer->name, layer->n_weights);
    for (int w = 0; good && w < n; w++) {
        char *whole = memory_format("%s/vars/%d", path, w);
        good = visit_weight(visit, whole, layer, w, err);
        free(whole);
    }
    *read += n;
    free(path);
    return good;
}

/* All weights of layers in the file; states of random numbers are none. */
static int count_stored(struct h5 *h5, const char *path, int depth)
{
    int n = 0, total = 0;
    char **names =
        depth < 100 && h5_kind(h5, path) == H5_KIND_GROUP ? h5_list(h5, path, &n, NULL) : NULL;
    for (int i = 0; i < n; i++) {
        char *inner = join(path, names[i]);
        if (strcmp(names[i], "vars") == 0)
            total += count_vars(h5, path);
        else if (strcmp(names[i], "seed_generator") != 0)
            total += count_stored(h5, inner, depth + 1);
        free(inner);
    }
    h5_names_free(names, n);
    return total;
}

static bool visit_stores(const struct visit *visit, struct error *err)
{
    int read = 0;
    for (int i = 0; i < visit->network->n_layers; i++)
        if (visit->network->layers[i].n_weights > 0 &&
            !visit_store(visit, &visit->network->layers[i], &read, err))
            return false;
    int stored = count_stored(visit->h5, stores[0], 0) + count_stored(visit->h5, stores[1], 0);
    return stored == read || fail(err, "%s: holds %d weights, the net's layers need %d",
                                 h5_name(visit->h5), stored, read);
}

static bool visit_all(struct h5 *h5, const struct keras_config *config,
    const struct network *network, weight_action *action, struct error *err)
{
    struct visit visit = {h5, config, network, action, NULL};
    if (!keras_weights_group(h5, NULL) && keras_weights_is_store(h5))
        return visit_stores(&visit, err);
    return visit_groups(&visit, err);
}

/* Values --------------------------------------------------------------------------------- */

static size_t stored_count(const struct weight *weight)
{
    return weight->count / (weight->doubled ? 2 : 1);
}

/* Where value i of the file is in memory. */
static size_t place_in(const struct weight *weight, bool turned, size_t i)
{
    if (weight->doubled)
        return 2 * i + 1;
    if (!turned)
        return i;
    size_t each = (size_t)weight->dim[2] * (size_t)weight->dim[3];
    size_t taps = (size_t)weight->dim[0] * (size_t)weight->dim[1];
    return (taps - 1 - i / each) * each + i % each;
}

static uint64_t rows_of(const struct weight *weight)
{
    if (weight->rank == 0)
        return 1;
    return (uint64_t)weight->dim[0] / (weight->doubled && weight->rank == 1 ? 2 : 1);
}

static bool read_weight(struct h5_data *data, struct weight *weight, bool turned, struct error *err)
{
    size_t n = stored_count(weight);
    if (!weight->doubled && !turned)
        return h5_read(data, 0, rows_of(weight), H5_TYPE_F32, weight->data, err);
    float *stored = memory_try(n, sizeof *stored, weight->name, err);
    bool good = stored && h5_read(data, 0, rows_of(weight), H5_TYPE_F32, stored, err);
    for (size_t i = 0; good && i < n; i++)
        weight->data[place_in(weight, turned, i)] = stored[i];
    free(stored);
    return good;
}

bool keras_weights_read(
    struct h5 *h5, const struct keras_config *config, struct network *network, struct error *err)
{
    return visit_all(h5, config, network, read_weight, err) &&
           (network_check_finite(network, err) || fail_in(err, h5_name(h5)));
}

/* Changes only what differs: what was stored with more or fewer digits keeps its bits. */
static bool update_weight(
    struct h5_data *data, struct weight *weight, bool turned, struct error *err)
{
    size_t n = stored_count(weight);
    double *stored = memory_try(n, sizeof *stored, weight->name, err);
    bool changed = false;
    bool good = stored && h5_read(data, 0, rows_of(weight), H5_TYPE_F64, stored, err);
    for (size_t i = 0; good && i < n; i++) {
        float value = (float)stored[i], wanted = weight->data[place_in(weight, turned, i)];
        if (memcmp(&value, &wanted, sizeof value) == 0)
            continue;
        stored[i] = (double)wanted;
        changed = true;
    }
    if (good && changed)
        good = h5_write(data, 0, rows_of(weight), H5_TYPE_F64, stored, err);
    free(stored);
    return good;
}

bool keras_weights_update(struct h5 *h5, const struct keras_config *config,
    const struct network *network, struct error *err)
{
    return visit_all(h5, config, network, update_weight, err);
}

char *keras_weights_path(struct h5 *h5, const char *layer, const char *weight, struct error *err)
{
    int n = 0;
    const char *group = keras_weights_group(h5, err);
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
