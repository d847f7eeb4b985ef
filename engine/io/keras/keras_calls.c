/* The calls of layers in JSON: which tensors each reads, and which are the ends of a net. */
#include "engine/io/keras/keras_calls.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_settings.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A count from 0 in JSON; -1: none. */
static int count_of(const json_t *value)
{
    double number = json_is_number(value) ? json_number_value(value) : -1;
    return number >= 0 && number <= INT_MAX / 2 && number - (int)number <= 0 ? (int)number : -1;
}

static bool collect(json_t *value, struct keras_call *call, struct error *err);

/* ["conv_1", 0, 0, {…}] in Keras 2, in Keras 3 {"class_name": "__keras_tensor__", "config":
 * {"keras_history": ["conv_1", 0, 0]}}. */
static bool add_reference(const json_t *tensor, struct keras_call *call, struct error *err)
{
    const char *name = json_string_value(json_array_get(tensor, 0));
    json_t *more = json_array_get(tensor, 3);
    if (strcmp(name, "_CONSTANT_VALUE") == 0) /* of TFOpLambda: its first argument is a number */
        return collect(more, call, err);
    struct keras_ref ref = {name, count_of(json_array_get(tensor, 1)),
        json_array_size(tensor) > 2 ? count_of(json_array_get(tensor, 2)) : 0};
    if (ref.call < 0 || ref.output < 0)
        return fail(err, "reads an output that %s does not have", ref.name);
    if (call->n == LAYER_INPUTS_MAX)
        return fail(err, "has more than %d inputs", LAYER_INPUTS_MAX);
    if (json_is_true(json_object_get(more, "training")))
        call->trains = true;
    call->refs[call->n++] = ref;
    return collect(more, call, err);
}

/* Tensors named anywhere inside a value. The training=True of Keras 3 ({"kwargs": …}) counts for
 * nothing: its prediction says False. */
static bool collect(json_t *value, struct keras_call *call, struct error *err)
{
    const char *key;
    json_t *item, *history = json_object_get(json_object_get(value, "config"), "keras_history");
    size_t i;
    if (json_is_array(history) && json_is_string(json_array_get(history, 0)))
        return add_reference(history, call, err);
    if (json_is_string(json_array_get(value, 0)) && json_is_number(json_array_get(value, 1)))
        return add_reference(value, call, err);
    json_array_foreach(value, i, item)
    {
        if (!collect(item, call, err))
            return false;
    }
    json_object_foreach(value, key, item)
    {
        if (!collect(item, call, err))
            return false;
    }
    return true;
}

/* Each entry of inbound_nodes is a call. */
static bool read_calls(json_t *layer, struct keras_calls *calls, struct error *err)
{
    json_t *list = json_object_get(layer, "inbound_nodes");
    const char *class_name = keras_settings_text(layer, "class_name");
    /* TFOpLambda has one call, without a list around it */
    bool bare = json_is_string(json_array_get(json_array_get(list, 0), 0));
    size_t n = bare ? 1 : json_array_size(list);
    calls->call = memory_array(n + 1, sizeof *calls->call);
    for (size_t c = 0; c < n; c++) {
        struct keras_call *call = &calls->call[calls->n++];
        if (!collect(bare ? list : json_array_get(list, c), call, err))
            return false;
        if (call->trains && class_name && strncmp(class_name, "Random", 6) != 0)
            return fail(err, "is called in training mode, which cannot be run");
    }
    return true;
}

/* References by the name of what they refer to. */
static int compare(const void *a, const void *b)
{
    const struct keras_ref *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static struct keras_ref **sorted_references(struct keras_graph *graph, size_t *n)
{
    struct keras_ref **refs = NULL;
    size_t room = (size_t)graph->outputs.n, at = 0;
    for (size_t i = 0; i < graph->n; i++)
        for (int c = 0; c < graph->layers[i].n; c++)
            room += (size_t)graph->layers[i].call[c].n;
    refs = memory_array(room + 1, sizeof *refs);
    for (int k = 0; k < graph->outputs.n; k++)
        refs[at++] = &graph->outputs.refs[k];
    for (size_t i = 0; i < graph->n; i++)
        for (int c = 0; c < graph->layers[i].n; c++)
            for (int k = 0; k < graph->layers[i].call[c].n; k++)
                refs[at++] = &graph->layers[i].call[c].refs[k];
    qsort(refs, at, sizeof *refs, compare);
    *n = at;
    return refs;
}

/* Keras 2 counts the calls of some nets inside from 1, so that the last has the number of all. */
static void count_from_zero(struct keras_ref **refs, size_t n, const char *name, int n_calls)
{
    const struct keras_ref wanted = {.name = name}, *key = &wanted;
    struct keras_ref **found = bsearch(&key, refs, n, sizeof *refs, compare);
    bool from_one = false;
    if (!found)
        return;
    while (found > refs && strcmp(found[-1]->name, name) == 0)
        found--;
    for (struct keras_ref **at = found; at < refs + n && strcmp((*at)->name, name) == 0; at++)
        from_one = from_one || (*at)->call == n_calls;
    for (struct keras_ref **at = found; at < refs + n && strcmp((*at)->name, name) == 0; at++)
        (*at)->call -= from_one && (*at)->call > 0;
}

static bool read_layers(const json_t *layers, struct keras_graph *graph, struct error *err)
{
    bool good = true;
    for (size_t i = 0; i < graph->n; i++) {
        /* the first reason counts; the other layers are read all the same, for showing */
        struct error *reason = good ? err : NULL;
        json_t *layer = json_array_get(layers, i);
        const char *name = keras_name_of(layer);
        if (read_calls(layer, &graph->layers[i], reason))
            continue;
        good = false;
        if (name) {
            char *place = memory_format("layer %s", name);
            fail_in(reason, place);
            free(place);
        }
    }
    return good;
}

static bool read_ends(
    const json_t *config, const char *key, struct keras_call *ends, struct error *err)
{
    if (!collect(json_object_get(config, key), ends, err))
        return fail_in(err, key);
    return ends->n > 0 || fail(err, "the net has no %s", key[0] == 'i' ? "inputs" : "outputs");
}

bool keras_graph_read(const json_t *config, const json_t *layers, struct keras_graph *graph,
    struct error *ends, struct error *err)
{
    *graph = (struct keras_graph){.n = json_array_size(layers)};
    graph->layers = memory_array(graph->n + 1, sizeof *graph->layers);
    bool good = read_layers(layers, graph, err);
    if (read_ends(config, "input_layers", &graph->inputs, ends))
        read_ends(config, "output_layers", &graph->outputs, ends);
    size_t n;
    struct keras_ref **refs = sorted_references(graph, &n);
    for (size_t i = 0; i < graph->n; i++) {
        const char *class_name = keras_class_of(json_array_get(layers, i));
        const char *name = keras_name_of(json_array_get(layers, i));
        if (name && class_name && keras_is_net(class_name))
            count_from_zero(refs, n, name, graph->layers[i].n);
    }
    free(refs);
    return good;
}

void keras_graph_finish(struct keras_graph *graph)
{
    for (size_t i = 0; i < graph->n; i++)
        free(graph->layers[i].call);
    free(graph->layers);
}
