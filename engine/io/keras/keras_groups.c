/* Weights in files of Keras 2: a group for each layer, which lists the names of its weights. */
#include "engine/io/keras/keras_weights_private.h"

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

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool check_double(char **names, int n, const char *place, struct error *err)
{
    bool good = true;
    char **sorted = memory_array((size_t)n + 1, sizeof *sorted);
    for (int i = 0; i < n; i++)
        sorted[i] = names[i];
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    for (int i = 1; good && i < n; i++)
        if (strcmp(sorted[i], sorted[i - 1]) == 0)
            good = fail(err, "%s: %s occurs twice", place, sorted[i]);
    free(sorted);
    return good;
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

/* The trainable setting of a layer; what a frozen layer has counts as not trainable in order. */
static bool is_frozen(const struct keras_visit *visit, int node)
{
    const struct layer_config *settings = &visit->config->nodes[node].settings;
    for (int i = 0; i < settings->n; i++)
        if (strcmp(settings->items[i].key, "trainable") == 0)
            return settings->items[i].kind == SETTING_BOOL && settings->items[i].number[0] == 0;
    return false;
}

/* The place of a weight of an inner net among all of it: trainable ones first. */
static int position_of(
    const struct keras_visit *visit, const char *group, const struct layer *layer, int w)
{
    int at = 0;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < visit->config->n_nodes; i++) {
            if (strcmp(visit->config->places[i].group, group) != 0 ||
                visit->config->nodes[i].shares)
                continue;
            int index = network_find(visit->network, visit->config->nodes[i].name);
            const struct layer *other = &visit->network->layers[index];
            for (int k = 0; k < other->n_weights; k++) {
                bool second = is_frozen(visit, i) || !other->weights[k].trainable;
                if (second != (round == 1))
                    continue;
                if (k == w && other == layer)
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
static int find_inner(const struct keras_visit *visit, const struct weights_place *place,
    const struct layer *layer, int w, char **names, int n)
{
    int found = -1, times = 0;
    for (int i = 0; i < n; i++)
        if (is_weight_of(names[i], place->layer, layer->weights[w].name)) {
            found = i;
            times++;
        }
    return times == 1 ? found : position_of(visit, place->group, layer, w);
}

static bool visit_layer(const struct keras_visit *visit, struct layer *layer, struct error *err)
{
    int n, chosen[LAYER_WEIGHTS_MAX];
    const struct weights_place *at = keras_visit_place(visit, layer);
    bool inner = strcmp(at->group, at->layer) != 0;
    char *path = keras_visit_join(visit->group, at->group);
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
        char *whole = keras_visit_join(path, names[chosen[w]]);
        good = keras_visit_weight(visit, whole, layer, w, err);
        free(whole);
    }
    h5_names_free(names, n);
    free(place);
    free(path);
    return good;
}

/* Weights that the layers of a group have together. */
static int weights_of(const struct keras_visit *visit, const char *group)
{
    int n = 0;
    for (int i = 0; i < visit->network->n_layers; i++) {
        const struct weights_place *place = keras_visit_place(visit, &visit->network->layers[i]);
        if (strcmp(place->group, group) == 0 && visit->network->layers[i].owner == i)
            n += visit->network->layers[i].n_weights;
    }
    return n;
}

/* A layer of the file that the network does not know may have no weights; an inner net has as many
 * as its layers. */
static bool check_extra(const struct keras_visit *visit, const char *name, struct error *err)
{
    int n, index = network_find(visit->network, name), needs = weights_of(visit, name);
    char *path = keras_visit_join(visit->group, name);
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

bool keras_visit_groups(struct keras_visit *visit, struct error *err)
{
    int n = 0;
    visit->group = keras_weights_group(visit->h5, err);
    char **names = visit->group ? h5_names(visit->h5, visit->group, "layer_names", &n, err) : NULL;
    bool good = names && check_double(names, n, h5_name(visit->h5), err);
    for (int i = 0; good && i < n; i++)
        good = check_extra(visit, names[i], err);
    for (int i = 0; good && i < visit->network->n_layers; i++) {
        struct layer *layer = &visit->network->layers[i];
        if (layer->n_weights == 0 || layer->owner != i)
            continue;
        if (!is_listed(names, n, keras_visit_place(visit, layer)->group))
            good = fail(
                err, "%s: the weights of layer %s are missing", h5_name(visit->h5), layer->name);
        good = good && visit_layer(visit, layer, err);
    }
    h5_names_free(names, n);
    return good;
}

char *keras_weights_path(struct h5 *h5, const char *layer, const char *weight, struct error *err)
{
    int n = 0;
    const char *group = keras_weights_group(h5, err);
    char *path = group ? keras_visit_join(group, layer) : NULL, *whole = NULL;
    char **names = path ? h5_names(h5, path, "weight_names", &n, err) : NULL;
    for (int i = 0; i < n && !whole; i++)
        if (is_called(names[i], weight))
            whole = keras_visit_join(path, names[i]);
    if (names && !whole)
        fail(err, "%s: /%s: weight %s is missing", h5_name(h5), path, weight);
    h5_names_free(names, n);
    free(path);
    return whole;
}
