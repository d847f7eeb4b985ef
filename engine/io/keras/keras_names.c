/* Names of layers: as nodes of one network, and where Keras 3 stores their weights. */
#include "engine/io/keras/keras_parse_private.h"

#include "engine/base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 160 }; /* of the nets around a layer; longer ones are left out */

/* Someone's own class is known by "package>Class", in Keras 3 even when its class_name is that of a
 * layer of Keras. */
const char *keras_class_of(const json_t *layer)
{
    const char *registered = keras_settings_text(layer, "registered_name");
    return registered && strchr(registered, '>') ? registered
                                                 : keras_settings_text(layer, "class_name");
}

const char *keras_name_of(const json_t *layer)
{
    const char *name = keras_settings_text(layer, "name");
    return name ? name : keras_settings_text(json_object_get(layer, "config"), "name");
}

bool keras_is_net(const char *class_name)
{
    return strcmp(class_name, "Sequential") == 0 || strcmp(class_name, "Functional") == 0 ||
           strcmp(class_name, "Model") == 0;
}

/* "MaxPooling2D" is stored as "max_pooling2d" by Keras 3. */
static char *snake(const char *class_name)
{
    char *text = memory_array(2 * strlen(class_name) + 1, 1), *end = text;
    for (const char *at = class_name; *at; at++) {
        bool starts = isupper((unsigned char)at[0]) && at > class_name &&
                      (islower((unsigned char)at[1]) || islower((unsigned char)at[-1]));
        if (starts && end[-1] != '_')
            *end++ = '_';
        *end++ = (char)tolower((unsigned char)*at);
    }
    return text;
}

char *keras_store_of(const struct keras_inner *net, size_t at, const char *class_name)
{
    int before = 0;
    for (size_t i = 0; i < at; i++)
        before += net->classes[i] && strcmp(net->classes[i], class_name) == 0;
    char *name = snake(strcmp(class_name, "Model") == 0 ? "Functional" : class_name);
    char *store = before ? memory_format("%s%s_%d", net->store, name, before)
                         : memory_format("%s%s", net->store, name);
    free(name);
    return store;
}

static bool is_taken(const struct keras_config *out, const char *name)
{
    for (int i = 0; i < out->n_nodes; i++)
        if (strcmp(out->nodes[i].name, name) == 0)
            return true;
    return false;
}

/* The smallest number under which no layer has the name: "name" is 1, "name_2" is 2. */
static int free_number(const struct keras_config *out, const char *name)
{
    bool *taken = memory_array((size_t)out->n_nodes + 2, sizeof *taken);
    size_t length = strlen(name);
    int free_one = 1;
    for (int i = 0; i < out->n_nodes; i++) {
        const char *rest = out->nodes[i].name;
        char *end = NULL;
        if (strncmp(rest, name, length) != 0)
            continue;
        rest += length;
        long number =
            rest[0] == '_' && rest[1] >= '1' && rest[1] <= '9' ? strtol(rest + 1, &end, 10) : 0;
        if (!*rest)
            taken[1] = true;
        else if (number > 1 && number <= out->n_nodes && !*end)
            taken[number] = true;
    }
    while (taken[free_one])
        free_one++;
    free(taken);
    return free_one;
}

/* "base/conv", "conv@2" where it is called again; a name of the outermost net stays as it is. */
char *keras_node_name(
    const struct keras_config *out, const struct keras_inner *net, const char *name, int call)
{
    const char *prefix = strlen(net->prefix) < PATH_MAX_BYTES ? net->prefix : "";
    char *text = call ? memory_format("%s%s@%d", prefix, name, call + 1)
                      : memory_format("%s%s", prefix, name);
    if ((net->depth == 0 && call == 0) || !is_taken(out, text))
        return text;
    char *numbered = memory_format("%s_%d", text, free_number(out, text));
    free(text);
    return numbered;
}
