/* Archives of Keras 3 (.keras): layers as JSON and weights in HDF5, in a ZIP archive. */
#include "engine/base/escape.h"
#include "engine/io/files/archive.h"
#include "engine/io/keras/keras_archive.h"
#include "engine/io/nets/keras_content.h"

#include <stdlib.h>

static const char *const endings[] = {".keras", NULL};

static bool read_net(
    const struct net_request *request, struct net_content *content, struct error *err)
{
    struct keras_net net = {0};
    bool good = keras_net_open_archive(&net, &request->source, !request->architecture, err) &&
                keras_content_read(&net, request, content, err);
    keras_net_close(&net);
    return good;
}

/* An archive that is no net: what is in it. */
static void list_entries(const struct archive *archive, FILE *out)
{
    enum { LINES_MAX = 2000 };
    fputs(": an archive, not a Keras net\n", out);
    for (int i = 0; i < archive_count(archive) && i < LINES_MAX; i++) {
        char *name = escape_text(escape_terminal, archive_entry_name(archive, i));
        fprintf(
            out, "  %-40s %llu bytes\n", name, (unsigned long long)archive_entry_size(archive, i));
        free(name);
    }
}

static bool list(const struct source *source, const struct net_known *known, FILE *out,
    bool *is_net, struct error *err)
{
    struct keras_net net = {0};
    struct archive *archive = archive_open(source, err);
    if (!archive)
        return false;
    *is_net = archive_find(archive, "config.json") >= 0;
    if (!*is_net)
        list_entries(archive, out);
    archive_close(archive);
    if (!*is_net)
        return true;
    bool good = keras_net_open_archive(&net, source, true, err);
    if (good)
        keras_net_list(&net, known->layers, known->network, out);
    keras_net_close(&net);
    return good;
}

static void *save(const struct net_save *save, size_t *size, struct error *err)
{
    struct keras_net net = {0};
    void *bytes = NULL;
    if (keras_net_open_archive(&net, save->source, false, err) &&
        keras_content_update(&net, save, err))
        bytes = keras_archive_replace(save->source, net.h5, size, err);
    keras_net_close(&net);
    return bytes;
}

const struct net_format net_format_keras_archive = {
    .endings = endings,
    .must_end = true, /* under another name Keras would open it as HDF5 */
    .recognises = archive_is,
    .read = read_net,
    .list = list,
    .save = save,
};
