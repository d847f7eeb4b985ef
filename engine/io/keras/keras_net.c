/* Opens Keras nets, whole or weights alone, and gives the network that they are. */
#include "engine/io/keras/keras_net.h"

#include "engine/base/memory.h"
#include "engine/io/files/archive.h"
#include "engine/io/files/input.h"
#include "engine/io/hdf5/h5_make.h"
#include "engine/io/keras/keras_archive.h"
#include "engine/io/keras/keras_limits.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_weights.h"

#include <stdlib.h>
#include <string.h>

enum { CLASSES_MOST = 1 << 20 };

/* A whole model in HDF5 keeps its layers as JSON at the root. */
static const char config_name[] = "model_config";

static struct h5 *open_h5(const struct source *source, struct error *err)
{
    return source->bytes ? h5_open_image(source->path, source->bytes, source->size, err)
                         : h5_open(source->path, err);
}

static char *attribute_of(struct h5 *h5, const char *attribute)
{
    return h5_string(
        h5, h5_has_attribute(h5, "", attribute) ? "" : "model_weights", attribute, NULL);
}

bool keras_net_open_h5(
    struct keras_net *net, const struct source *source, bool own_layers, struct error *err)
{
    *net = (struct keras_net){.h5 = open_h5(source, err)};
    if (!net->h5)
        return false;
    net->whole = h5_has_attribute(net->h5, "", config_name);
    net->version = attribute_of(net->h5, "keras_version");
    net->backend = attribute_of(net->h5, "backend");
    if (own_layers && net->whole)
        net->json = h5_string(net->h5, "", config_name, err);
    return net->json || !own_layers || !net->whole;
}

bool keras_net_open_archive(
    struct keras_net *net, const struct source *source, bool own_layers, struct error *err)
{
    *net = (struct keras_net){.whole = true, .archive = true};
    return keras_archive_open(source, own_layers ? &net->json : NULL, &net->version, &net->h5, err);
}

bool keras_net_reopen(struct keras_net *net, const struct source *source, struct error *err)
{
    h5_close(net->h5);
    net->h5 = open_h5(source, err);
    return net->h5;
}

void keras_net_close(struct keras_net *net)
{
    h5_close(net->h5);
    free(net->json);
    free(net->version);
    free(net->backend);
    *net = (struct keras_net){0};
}

/* Layers of weights alone ----------------------------------------------------------------- */

static char *read_text(const char *path, struct error *err)
{
    size_t size = 0;
    char *text = input_read_all(path, KERAS_JSON_MAX_BYTES, &size, err);
    if (!text || strlen(text) == size)
        return text;
    free(text);
    fail(err, "%s: is not text", path);
    return NULL;
}

/* Layers from a JSON file or a whole model. */
static char *json_of_architecture(const char *path, struct error *err)
{
    struct source source;
    char *json = NULL;
    source_of_file(&source, path);
    if (archive_is(&source)) {
        keras_archive_open(&source, &json, NULL, NULL, err);
        return json;
    }
    struct h5 *h5 = h5_open(path, NULL);
    if (!h5)
        return read_text(path, err);
    if (h5_has_attribute(h5, "", config_name))
        json = h5_string(h5, "", config_name, err);
    else
        fail(err, "%s: is not a whole model: it has no %s", path, config_name);
    h5_close(h5);
    return json;
}

/* Weights alone, taken for the lab's DeepID: as many classes as its output has biases. */
static char *json_of_weights(struct h5 *h5, struct error *err)
{
    uint64_t classes = 0;
    if (!keras_weights_group(h5, NULL) && keras_weights_is_store(h5)) {
        fail(err, "%s: holds only weights: give their architecture (--architecture config.json)",
            h5_name(h5));
        return NULL;
    }
    if (!keras_weights_group(h5, err))
        return NULL;
    char *path = keras_weights_path(h5, "output", "bias", NULL);
    struct h5_data *bias = path ? h5_data_open(h5, path, NULL) : NULL;
    if (bias && h5_data_shape(bias)->rank == 1)
        classes = h5_data_shape(bias)->dim[0];
    h5_data_close(bias);
    free(path);
    if (classes >= 1 && classes <= CLASSES_MOST)
        return keras_deepid_json((int)classes);
    fail(err, "%s: holds only weights, and not those of the lab's DeepID: give their architecture",
        h5_name(h5));
    return NULL;
}

bool keras_net_find_layers(struct keras_net *net, const char *architecture, struct error *err)
{
    if (!net->json)
        net->json =
            architecture ? json_of_architecture(architecture, err) : json_of_weights(net->h5, err);
    return net->json;
}

/* Networks -------------------------------------------------------------------------------- */

struct keras_origin keras_net_origin(const struct keras_net *net)
{
    return (struct keras_origin){.keras = net->version ? atoi(net->version) : 0,
        .theano = net->backend && strcmp(net->backend, "theano") == 0,
        .size = net->size};
}

/* The layers, and the network that they are; the caller finishes the config, also after a failure.
 */
static struct network *build(const char *json, const char *place, const struct keras_origin *origin,
    struct keras_config *config, struct error *err)
{
    struct network *network = NULL;
    if (keras_parse(json, origin, config, err))
        network = network_create(config->nodes, config->n_nodes, config->output, err);
    if (network && !network_check_classifier(network, err)) {
        network_destroy(network);
        network = NULL;
    }
    if (!network)
        fail_in(err, place);
    return network;
}

struct network *keras_network(const char *json, const char *name, struct error *err)
{
    struct keras_config config;
    struct network *network = build(json, name, NULL, &config, err);
    keras_config_finish(&config);
    return network;
}

struct network *keras_net_read(
    const struct keras_net *net, const char *place, struct keras_config *config, struct error *err)
{
    const struct keras_origin origin = keras_net_origin(net);
    struct network *network = build(net->json, place, &origin, config, err);
    if (network && !keras_weights_read(net->h5, config, network, err)) {
        network_destroy(network);
        network = NULL;
    }
    return network;
}

bool keras_net_update(struct keras_net *net, const struct network *network, const char *attribute,
    const char *text, struct error *err)
{
    const struct shape *image = &network->layers[network->input].shape;
    struct keras_origin origin = keras_net_origin(net);
    struct keras_config config = {0};
    origin.size = (struct image_size){image->dim[0], image->dim[1]};
    bool good = keras_parse(net->json, &origin, &config, err) &&
                keras_weights_update(net->h5, &config, network, err) &&
                (!text || h5_set_string(net->h5, "", attribute, text, err));
    keras_config_finish(&config);
    return good;
}
