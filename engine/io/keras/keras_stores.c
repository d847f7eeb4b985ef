/* Weights in files of Keras 3: a store for each layer, named by class and number, which holds its
 * weights in order. */
#include "engine/io/keras/keras_weights_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

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
static char *find_numbered(
    const struct keras_visit *visit, const struct layer *layer, const char *store)
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
            char *path = keras_visit_join(stores[1], names[i]);
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
    const struct keras_visit *visit, struct layer *layer, int *read, struct error *err)
{
    const char *store = keras_visit_place(visit, layer)->store;
    char *path = keras_visit_join(stores[0], store);
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
        good = keras_visit_weight(visit, whole, layer, w, err);
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
        char *inner = keras_visit_join(path, names[i]);
        if (strcmp(names[i], "vars") == 0)
            total += count_vars(h5, path);
        else if (strcmp(names[i], "seed_generator") != 0)
            total += count_stored(h5, inner, depth + 1);
        free(inner);
    }
    h5_names_free(names, n);
    return total;
}

bool keras_visit_stores(const struct keras_visit *visit, struct error *err)
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
