/* Weights in files of Keras 3: a store for each layer, named by class and number, which holds its
 * weights in order. */
#include "engine/io/keras/keras_weights_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 20000 }; /* each layer has three */

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

/* A group of a class, and its number. */
struct numbered {
    int number;
    const char *name;
};

static int compare(const void *a, const void *b)
{
    int one = ((const struct numbered *)a)->number, two = ((const struct numbered *)b)->number;
    return one < two ? -1 : one > two;
}

/* How many layers with weights, of the same class, come before one in the file. */
static int place_in_class(const struct keras_visit *visit, const struct layer *layer)
{
    int k = 0;
    const struct weights_place *end = keras_visit_place(visit, layer);
    for (int i = 0; i < visit->network->n_layers; i++) {
        const struct layer *other = &visit->network->layers[i];
        const struct weights_place *place = keras_visit_place(visit, other);
        k += place && place < end && other->n_weights > 0 && other->owner == i &&
             other->class == layer->class;
    }
    return k;
}

/* Keras 2.12 to 2.14 number layers with weights twice: the k-th of a class with weights is the k-th
 * group of that class with any. malloc'd, NULL: there is none. */
static char *find_numbered(
    const struct keras_visit *visit, const struct layer *layer, const char *store)
{
    int k = place_in_class(visit, layer), n = 0, n_found = 0;
    char **names = h5_list(visit->h5, stores[1], &n, NULL), *path = NULL;
    struct numbered *found = memory_array((size_t)n + 1, sizeof *found);
    for (int i = 0; i < n; i++) {
        found[n_found] = (struct numbered){number_of(names[i], store), names[i]};
        n_found += found[n_found].number >= 0;
    }
    qsort(found, (size_t)n_found, sizeof *found, compare);
    for (int i = 0; i < n_found && k >= 0; i++) {
        free(path);
        path = keras_visit_join(stores[1], found[i].name);
        k -= count_vars(visit->h5, path) > 0;
    }
    if (k >= 0) {
        free(path);
        path = NULL;
    }
    free(found);
    h5_names_free(names, n);
    return path;
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

/* All weights of layers in the file; states of random numbers are none. left: groups that may still
 * be seen, as groups can hold themselves. */
static int count_stored(struct h5 *h5, const char *path, int *left)
{
    int n = 0, total = 0;
    char **names =
        --*left > 0 && h5_kind(h5, path) == H5_KIND_GROUP ? h5_list(h5, path, &n, NULL) : NULL;
    for (int i = 0; i<n && * left> 0; i++) {
        char *inner = keras_visit_join(path, names[i]);
        if (strcmp(names[i], "vars") == 0)
            total += count_vars(h5, path);
        else if (strcmp(names[i], "seed_generator") != 0)
            total += count_stored(h5, inner, left);
        free(inner);
    }
    h5_names_free(names, n);
    return total;
}

bool keras_visit_stores(const struct keras_visit *visit, struct error *err)
{
    int read = 0;
    for (int i = 0; i < visit->network->n_layers; i++)
        if (visit->network->layers[i].n_weights > 0 && visit->network->layers[i].owner == i &&
            !visit_store(visit, &visit->network->layers[i], &read, err))
            return false;
    int left = GROUPS_MAX, stored = 0;
    for (int i = 0; i < 2; i++)
        stored += count_stored(visit->h5, stores[i], &left);
    if (left <= 0)
        return fail(err, "%s: has more than %d groups of weights", h5_name(visit->h5), GROUPS_MAX);
    return stored == read || fail(err, "%s: holds %d weights, the net's layers need %d",
                                 h5_name(visit->h5), stored, read);
}
