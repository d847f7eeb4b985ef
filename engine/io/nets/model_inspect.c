/* Lists what a file holds, also a net that cannot be run. A child process reads the file. */
#include "engine/io/nets/model.h"

#include "engine/base/escape.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>

struct request {
    struct source source;
    const char *architecture;
    const struct model *model; /* NULL: it cannot be run */
    const char *problem;       /* why */
};

static void put_verdict(const struct request *request, FILE *out)
{
    const struct model *model = request->model;
    if (!model) {
        fprintf(out, "it cannot be run: %s\n", request->problem);
        return;
    }
    /* the only net that is known without its layers */
    bool lab = !model->whole && !request->architecture;
    fprintf(out, "it can be run: %zu weights, %d classes%s\n", model->network->n_parameters,
        model->network->n_classes, lab ? ", the lab's DeepID" : "");
    if (model->logit)
        fputs("it ends with one value without a sigmoid: treated as a logit of two classes, split "
              "at 0\n",
            out);
}

static bool list(const struct request *request, FILE *out, bool *is_net, struct error *err)
{
    const struct model *model = request->model;
    const struct net_known known = {model ? model->network : NULL, model ? model->layers : NULL};
    escape_terminal(out, request->source.path);
    bool good = net_format_of(&request->source)->list(&request->source, &known, out, is_net, err);
    if (good && *is_net)
        put_verdict(request, out);
    return good;
}

/* In a child, as the file may be damaged: sends the listing as text, and whether it is of a net. */
static bool send_listing(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    const struct request *request = context;
    char *text = NULL;
    size_t size = 0;
    bool is_net = false;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return fail_as(err, ERROR_FAILED, "%s: not enough memory to list it", request->source.path);
    bool good = list(request, out, &is_net, err);
    fclose(out);
    if (good) {
        sandbox_write_block(pipe, text, size);
        sandbox_write(pipe, &is_net, sizeof is_net);
    }
    free(text);
    return good;
}

bool model_inspect(const char *path, const char *architecture, FILE *out, struct error *err)
{
    enum { LISTING_MAX_BYTES = 64 << 20 };
    struct error problem = {0};
    struct model *model = model_open(path, architecture, &problem);
    struct request request = {
        .architecture = architecture, .model = model, .problem = problem.text};
    size_t size = 0;
    bool net = false;
    source_of_file(&request.source, path);
    struct sandbox *sandbox = sandbox_start(path, send_listing, &request, err);
    char *text = sandbox ? sandbox_read_block(sandbox, LISTING_MAX_BYTES, &size, err) : NULL;
    bool good = text && sandbox_read(sandbox, &net, sizeof net, err) && sandbox_end(sandbox, err);
    for (size_t i = 0; good && i < size; i++)
        fputc((unsigned char)text[i] >= 0x20 || text[i] == '\n' ? text[i] : '?', out);
    if (good && ferror(out))
        good = fail_as(err, ERROR_OUTPUT, "%s: its listing cannot be written", path);
    if (good && net && !model) {
        good = false;
        if (err)
            *err = problem;
    }
    sandbox_destroy(sandbox);
    model_destroy(model);
    free(text);
    return good;
}
