/* What the spelling of a net asks of the Keras that opens it. Each sentence was tried with Keras
 * 3.16 (tests/bench/peers/keras); of Keras 2 it is what its code knows. */
#include "engine/io/keras/keras_opens.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_calls.h"
#include "engine/io/keras/keras_json.h"
#include "engine/io/keras/keras_limits.h"
#include "engine/io/keras/keras_operations.h"
#include "engine/io/keras/keras_settings.h"

#include <string.h>

/* What stands anywhere in a net. */
struct spelling {
    bool functional, operations, old_operations;
};

static json_t *layers_of(const json_t *net)
{
    json_t *config = json_object_get(net, "config");
    return json_is_array(config) ? config : json_object_get(config, "layers");
}

static void look(const json_t *net, struct spelling *spelling)
{
    size_t i;
    json_t *layer, *layers = layers_of(net);
    const char *class_name = keras_settings_text(net, "class_name");
    spelling->functional =
        spelling->functional || (class_name && strcmp(class_name, "Functional") == 0);
    json_array_foreach(layers, i, layer)
    {
        const char *inner = keras_settings_text(layer, "class_name");
        bool operation = keras_operation_is(layer), old = inner && strstr(inner, "OpLambda");
        spelling->old_operations = spelling->old_operations || old;
        spelling->operations = spelling->operations || (operation && !old);
        if (inner && keras_is_net(inner))
            look(layer, spelling);
    }
}

/* A Sequential of Keras 2 whose images have their shape in its first layer. */
static bool lacks_input(const json_t *net)
{
    const char *class_name = keras_settings_text(net, "class_name");
    const json_t *config = json_object_get(net, "config");
    if (!class_name || strcmp(class_name, "Sequential") != 0)
        return false;
    if (json_is_array(config))
        return true; /* as Keras 1 and 2.0 wrote it */
    const char *first = keras_settings_text(json_array_get(layers_of(net), 0), "class_name");
    return !(first && strcmp(first, "InputLayer") == 0) &&
           !json_object_get(config, "build_input_shape");
}

static const char *new_spelling(const struct keras_net *net, const struct spelling *spelling)
{
    if (net->archive)
        return "Keras 3";
    if (spelling->operations)
        return "no Keras: it has operations between layers, which Keras 3 writes into an .h5 but "
               "does not read; save the net as .keras there and prune that";
    return "Keras 3; not Keras 2, which does not know how it is spelled";
}

static const char *old_spelling(
    const struct keras_net *net, const json_t *root, const struct spelling *spelling)
{
    if (spelling->old_operations)
        return "Keras 2.4 to 2.15; not Keras 3 (TFOpLambda)";
    if (net->archive)
        return "Keras 2.12 to 2.15 and Keras 3";
    if (lacks_input(root))
        return "Keras 2; not Keras 3 (a Sequential without an InputLayer)";
    if (spelling->functional)
        return "Keras 2.4 to 2.15 and Keras 3; not Keras 2.3 or older (class Functional)";
    return "Keras 2 and Keras 3";
}

char *keras_opens_in(const struct keras_net *net)
{
    size_t length = net->json ? strlen(net->json) : 0;
    struct spelling spelling = {0};
    if (!net->json || !keras_limits_json(net->json, length, NULL))
        return NULL;
    if (!net->whole)
        return memory_string("any Keras that has made the same layers (load_weights)");
    json_t *root =
        keras_json_load(net->json, length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    if (!root)
        return NULL;
    look(root, &spelling);
    struct keras_origin origin = keras_net_origin(net);
    bool new = origin.keras >= 3 || strstr(net->json, "\"__keras_tensor__\"") ||
               strstr(net->json, "\"DTypePolicy\"");
    char *text =
        memory_string(new ? new_spelling(net, &spelling) : old_spelling(net, root, &spelling));
    json_decref(root);
    return text;
}
