/* A toy net format, without HDF5: "TOYN", then the weights of two dense layers that read 2x2 grey
 * pixels: 4x2 and 2 of the first, 2x2 and 2 of the second, as floats. */
#include "engine/io/nets/net_format.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 4, WEIGHTS = 4 * 2 + 2 + 2 * 2 + 2 };

static const char *const endings[] = {".toynet", NULL};

static bool recognises(const struct source *source)
{
    return source_starts(source, "TOYN", HEADER);
}

static struct node *add(struct net_content *content, const char *class_name, const char *name)
{
    struct node *node = &content->nodes[content->n_nodes++];
    node->class_name = memory_string(class_name);
    node->name = memory_string(name);
    if (content->n_nodes > 1)
        node->inputs[node->n_inputs++] = memory_string(node[-1].name);
    return node;
}

static void add_dense(struct net_content *content, const char *name, const char *activation)
{
    double units = 2;
    struct node *node = add(content, "Dense", name);
    settings_add(&node->settings, "units",
        &(struct setting){.kind = SETTING_NUMBERS, .n = 1, .number = &units});
    settings_add_string(&node->settings, "activation", activation);
}

static void add_nodes(struct net_content *content)
{
    double shape[] = {(double)NAN, 2, 2, 1};
    content->nodes = memory_array(4, sizeof *content->nodes);
    struct node *input = add(content, "InputLayer", "pixels");
    settings_add(&input->settings, "batch_input_shape",
        &(struct setting){.kind = SETTING_NUMBERS, .n = 4, .list = true, .number = shape});
    add(content, "Flatten", "flat");
    add_dense(content, "hidden", "relu");
    add_dense(content, "output", "softmax");
    content->output = memory_string("output");
}

/* Between the values of the file and those of the network, in the order of the file. */
static void copy_weights(const struct network *network, char *values, bool to_file)
{
    static const char *const layers[] = {"hidden", "output"};
    for (int i = 0; i < 2; i++) {
        const struct layer *layer = &network->layers[network_find(network, layers[i])];
        for (int w = 0; w < layer->n_weights; w++) {
            size_t size = layer->weights[w].count * sizeof(float);
            memcpy(to_file ? values : (char *)layer->weights[w].data,
                to_file ? (char *)layer->weights[w].data : values, size);
            values += size;
        }
    }
}

static char *bytes_of(const struct source *source, size_t *size, struct error *err)
{
    char *bytes = source_copy(source, size, err);
    if (!bytes || *size == HEADER + WEIGHTS * sizeof(float))
        return bytes;
    free(bytes);
    fail(err, "%s: a damaged toy net", source->path);
    return NULL;
}

static bool read_net(
    const struct net_request *request, struct net_content *content, struct error *err)
{
    size_t size = 0;
    char *bytes = bytes_of(&request->source, &size, err);
    if (!bytes)
        return false;
    add_nodes(content);
    content->whole = true;
    content->network = network_create(content->nodes, content->n_nodes, content->output, err);
    if (content->network)
        copy_weights(content->network, bytes + HEADER, false);
    free(bytes);
    return content->network;
}

static bool list(const struct source *source, const struct net_known *known, FILE *out,
    bool *is_net, struct error *err)
{
    (void)source, (void)err;
    fputs(": a toy net\n", out);
    for (int i = 0; known->network && i < known->network->n_layers; i++)
        fprintf(out, "  %s\n", known->network->layers[i].name);
    *is_net = true;
    return true;
}

static void *save(const struct net_save *request, size_t *size, struct error *err)
{
    char *bytes = bytes_of(request->source, size, err);
    if (bytes)
        copy_weights(request->network, bytes + HEADER, true);
    return bytes;
}

const struct net_format net_format_toynet = {
    .endings = endings,
    .must_end = true,
    .recognises = recognises,
    .read = read_net,
    .list = list,
    .save = save,
};
