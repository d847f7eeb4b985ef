/* Goes to each weight of a network in a file of Keras 2 or 3, and reads or writes it. */
#include "engine/io/keras/keras_weights_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool check_shape(
    struct h5_data *data, const struct weight *weight, const char *place, struct error *err)
{
    const struct h5_shape *shape = h5_data_shape(data);
    struct h5_shape expected = {.rank = weight->rank};
    bool equal = shape->rank == weight->rank;
    for (int i = 0; i < weight->rank; i++) {
        bool swap = weight->swapped && i >= weight->rank - 2;
        expected.dim[i] = (uint64_t)weight->dim[swap ? 2 * weight->rank - 3 - i : i];
        if (weight->doubled && i == weight->rank - 1)
            expected.dim[i] /= 2;
        equal = equal && shape->dim[i] == expected.dim[i];
    }
    char text[H5_SHAPE_TEXT], wanted[H5_SHAPE_TEXT];
    return equal || fail(err, "%s: shape is %s, expected %s", place, h5_shape_text(shape, text),
                        h5_shape_text(&expected, wanted));
}

static bool is_turned(const struct keras_visit *visit, const struct layer *layer, int w)
{
    return visit->config->origin.theano && layer->weights[w].rank == 4 &&
           strcmp(layer->class->name, "Conv2D") == 0;
}

bool keras_visit_weight(const struct keras_visit *visit, const char *path, struct layer *layer,
    int w, struct error *err)
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

char *keras_visit_join(const char *group, const char *name)
{
    return memory_format("%s%s%s", group, *group ? "/" : "", name);
}

const struct weights_place *keras_visit_place(
    const struct keras_visit *visit, const struct layer *layer)
{
    return visit->places[layer - visit->network->layers];
}

static void find_places(struct keras_visit *visit)
{
    visit->places = memory_array((size_t)visit->network->n_layers, sizeof *visit->places);
    for (int i = 0; i < visit->config->n_nodes; i++) {
        int index = network_find(visit->network, visit->config->nodes[i].name);
        if (index >= 0)
            visit->places[index] = &visit->config->places[i];
    }
}

static bool visit_all(struct h5 *h5, const struct keras_config *config,
    const struct network *network, weight_action *action, struct error *err)
{
    struct keras_visit visit = {.h5 = h5, .config = config, .network = network, .action = action};
    find_places(&visit);
    bool stores = !keras_weights_group(h5, NULL) && keras_weights_is_store(h5);
    bool good = stores ? keras_visit_stores(&visit, err) : keras_visit_groups(&visit, err);
    free(visit.places);
    return good;
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
    if (weight->swapped) { /* [.., outputs, inputs] in the file */
        size_t inputs = (size_t)weight->dim[weight->rank - 2];
        size_t outputs = (size_t)weight->dim[weight->rank - 1], rest = i % (inputs * outputs);
        return i - rest + rest % inputs * outputs + rest / inputs;
    }
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
    if (!weight->doubled && !weight->swapped && !turned)
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
