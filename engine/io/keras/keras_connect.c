/* How layers are connected: calls in the JSON name tensors, and names stand for layers of other
 * nets. */
#include "engine/io/keras/keras_parse_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Tensors named anywhere inside a value: ["conv_1", 0, 0, {…}] in Keras 2, in Keras 3
 * {"class_name": "__keras_tensor__", "config": {"keras_history": ["conv_1", 0, 0]}}. */
static bool add_reference(const json_t *tensor, struct keras_call *call, struct error *err)
{
    const char *name = json_string_value(json_array_get(tensor, 0));
    double index = json_number_value(json_array_get(tensor, 1));
    if (json_number_value(json_array_get(tensor, 2)) != 0 || (index != 0 && index != 1))
        return fail(err, "reads an output that %s does not have", name);
    if (call->n == LAYER_INPUTS_MAX)
        return fail(err, "has more than %d inputs", LAYER_INPUTS_MAX);
    if (json_is_true(json_object_get(json_array_get(tensor, 3), "training")))
        call->trains = true;
    call->index[call->n] = (int)index;
    call->names[call->n++] = name;
    return true;
}

/* The training=True of Keras 3 ({"kwargs": …}) counts for nothing: its prediction says False. */
static bool collect_references(json_t *value, struct keras_call *call, struct error *err)
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
        if (!collect_references(item, call, err))
            return false;
    }
    json_object_foreach(value, key, item)
    {
        if (!collect_references(item, call, err))
            return false;
    }
    return true;
}

/* A layer that is used once lists one call. */
bool keras_read_call(json_t *layer, struct keras_call *call, struct error *err)
{
    json_t *calls = json_object_get(layer, "inbound_nodes");
    const char *class_name = keras_settings_text(layer, "class_name");
    if (json_array_size(calls) > 1)
        return fail(err, "is used %zu times: shared layers cannot be run", json_array_size(calls));
    if (!collect_references(calls, call, err))
        return false;
    if (call->trains && class_name && strncmp(class_name, "Random", 6) != 0)
        return fail(err, "is called in training mode, which cannot be run");
    return true;
}

/* The one tensor that input_layers or output_layers names. */
bool keras_read_end(json_t *config, const char *key, const char **name, struct error *err)
{
    struct keras_call call = {0};
    if (!collect_references(json_object_get(config, key), &call, err))
        return fail_in(err, key);
    if (call.n != 1)
        return fail(
            err, "the net has %d %s, expected one", call.n, key[0] == 'i' ? "inputs" : "outputs");
    *name = call.names[0];
    return true;
}

void keras_add_alias(struct keras_reader *reader, const struct keras_alias *alias)
{
    reader->aliases =
        memory_grow(reader->aliases, (size_t)reader->n_aliases + 1, sizeof *reader->aliases);
    reader->aliases[reader->n_aliases++] = *alias;
}

/* The node that a name of a scope means in the end; -1 with err. */
int keras_resolve(
    const struct keras_reader *reader, const char *name, int scope, int index, struct error *err)
{
    for (int step = 0; step <= reader->n_aliases; step++) {
        const struct keras_alias *found = NULL;
        for (int i = 0; i < reader->n_aliases && !found; i++)
            if (reader->aliases[i].scope == scope && strcmp(reader->aliases[i].name, name) == 0)
                found = &reader->aliases[i];
        if (!found) {
            fail(err, "its input %s does not exist", name);
            return -1;
        }
        if (found->node >= 0 && index == 0)
            return found->node;
        if (found->node >= 0) {
            fail(err, "reads an output that %s does not have", name);
            return -1;
        }
        index = 0; /* the call of a net inside is counted from 0 or 1 */
        name = found->target;
        scope = found->target_scope;
    }
    fail(err, "its inputs lead back to itself");
    return -1;
}

bool keras_connect(struct keras_reader *reader, struct error *err)
{
    for (int i = 0; i < reader->out->n_nodes; i++) {
        struct node *node = &reader->out->nodes[i];
        const struct keras_call *call = &reader->calls[i];
        for (int k = 0; k < call->n; k++) {
            int from =
                keras_resolve(reader, call->names[k], reader->scopes[i], call->index[k], err);
            if (from < 0) {
                char *place = memory_format("layer %s (%s)", node->name, node->class_name);
                fail_in(err, place);
                free(place);
                return false;
            }
            node->inputs[node->n_inputs++] = memory_string(reader->out->nodes[from].name);
        }
    }
    return true;
}
