/* HDF5 files of Keras 1 to 3: a whole model (.h5), or weights alone (.h5, .weights.h5). Of a file
 * that no format recognises it says what it is. */
#include "engine/io/hdf5/h5_make.h"
#include "engine/io/nets/keras_content.h"

#include <stdlib.h>

static const char *const endings[] = {".h5", ".weights.h5", NULL}, *const more[] = {".hdf5", NULL};

static bool read_net(
    const struct net_request *request, struct net_content *content, struct error *err)
{
    struct keras_net net = {0};
    bool good = keras_net_open_h5(&net, &request->source, !request->architecture, err) &&
                keras_content_read(&net, request, content, err);
    keras_net_close(&net);
    return good;
}

static bool list(const struct source *source, const struct net_known *known, FILE *out,
    bool *is_net, struct error *err)
{
    struct keras_net net = {0};
    struct error reason = {0};
    keras_net_open_h5(&net, source, true, &reason);
    bool good = net.h5; /* also where its layers cannot be read */
    if (good) {
        *is_net = keras_net_is(&net);
        keras_net_list(&net, known->layers, known->network, out);
    } else if (err) {
        *err = reason;
    }
    keras_net_close(&net);
    return good;
}

/* The file in memory, where it may be changed. */
static void *save(const struct net_save *save, size_t *size, struct error *err)
{
    struct source source;
    size_t length = 0;
    struct keras_net net = {0};
    void *result = NULL,
         *copy = save->source->bytes ? NULL : source_copy(save->source, &length, err);
    if (!save->source->bytes && !copy)
        return NULL;
    if (copy)
        source_of_bytes(&source, save->source->path, copy, length);
    if (!copy)
        source = *save->source;
    if (keras_net_open_h5(&net, &source, false, err) && keras_net_reopen(&net, &source, err) &&
        keras_content_update(&net, save, err))
        result = h5_bytes(net.h5, size, err);
    keras_net_close(&net);
    free(copy);
    return result;
}

const struct net_format net_format_keras_h5 = {
    .endings = endings,
    .more_endings = more,
    .read = read_net,
    .list = list,
    .save = save,
};
