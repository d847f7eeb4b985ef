/* Lists what a file holds, also a net that cannot be run. A reader reads the file. */
#include "engine/io/nets/model.h"

#include "engine/base/escape.h"
#include "engine/base/text.h"
#include "engine/io/nets/model_like.h"
#include "engine/io/nets/net_beside.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

/* What a reader gets: texts "" for none. */
enum part { PATH, ARCHITECTURE, BESIDE, EXTERNAL, SIZE, OPEN, PROBLEM, PARTS };

static void put_open(FILE *out)
{
    fputs("it takes images of any size: that of the clean images, or choose one with --input-size "
          "HxW\n",
        out);
}

static void put_verdict(const struct net_content *content, bool own_layers, bool beside, FILE *out)
{
    /* the only net that is known without its layers */
    bool lab = !content->whole && own_layers && !beside;
    fprintf(out, "it can be run: %zu weights, %d classes%s\n", content->network->n_parameters,
        content->network->n_classes, lab ? ", the lab's DeepID" : "");
    if (content->opens_in)
        fprintf(out, "saved, it opens in: %s\n", content->opens_in);
    if (content->logit)
        fputs("it ends with one value without a sigmoid: treated as a logit of two classes, split "
              "at 0\n",
            out);
}

/* With what is known of the net where it can be run. */
static bool list(const struct sandbox_work *work, FILE *out, bool *is_net, struct error *err)
{
    const char *problem = work->parts[PROBLEM].data;
    const bool open = *(const bool *)work->parts[OPEN].data;
    bool runs = !work->parts[PROBLEM].size, own_layers = !work->parts[ARCHITECTURE].size;
    struct net_request request = {
        .architecture = own_layers ? NULL : work->parts[ARCHITECTURE].data,
        .beside = work->parts[BESIDE].size ? work->parts[BESIDE].data : NULL,
        .external = work->parts[EXTERNAL].size ? work->parts[EXTERNAL].data : NULL};
    struct net_content content = {0};
    memcpy(&request.size, work->parts[SIZE].data, sizeof request.size);
    source_of_file(&request.source, work->parts[PATH].data);
    const struct net_format *format = net_format_of(&request.source);
    if (runs && !format->read(&request, &content, err))
        return false;
    const struct net_known known = {content.network, content.layers};
    escape_terminal(out, request.source.path);
    bool good = format->list(&request.source, &known, out, is_net, err);
    if (good && *is_net && runs)
        put_verdict(&content, own_layers, request.beside, out);
    else if (good && *is_net && !open)
        fprintf(out, "it cannot be run: %s\n", problem);
    if (good && *is_net && open)
        put_open(out);
    net_content_finish(&content);
    return good;
}

/* In the reader: sends the listing as text, and whether it is of a net. */
static bool send_listing(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    bool is_net = false;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return fail_as(err, ERROR_FAILED, "%s: not enough memory to list it",
            (const char *)work->parts[PATH].data);
    bool good = list(work, out, &is_net, err);
    fclose(out);
    const unsigned char net = is_net;
    if (good) {
        sandbox_write_block(pipe, text, size);
        sandbox_write(pipe, &net, sizeof net);
    }
    free(text);
    return good;
}

/* problem: why it cannot be run; "": it can. open: it takes images of any size. */
static struct sandbox *open_reader(const char *path, const struct model_options *options,
    const char *beside, const char *problem, bool open, struct error *err)
{
    const char *architecture = options->architecture, *external = options->external;
    const struct sandbox_part parts[PARTS] = {
        [PATH] = {path, strlen(path)},
        [ARCHITECTURE] = {architecture, architecture ? strlen(architecture) : 0},
        [BESIDE] = {beside, beside ? strlen(beside) : 0},
        [EXTERNAL] = {external, external ? strlen(external) : 0},
        [SIZE] = {&options->size, sizeof options->size},
        [OPEN] = {&open, sizeof open},
        [PROBLEM] = {problem, strlen(problem)},
    };
    const struct sandbox_request request = {.name = path,
        .reader = send_listing,
        .files = {path, *problem       ? NULL
                        : architecture ? architecture
                        : external     ? external
                                       : beside},
        .parts = parts,
        .n_parts = PARTS};
    return sandbox_open(&request, err);
}

/* What the reader says is not believed. */
static void put_listing(const char *text, FILE *out)
{
    char *shown = text_shown_lines(text);
    fputs(shown, out);
    free(shown);
}

/* Of a size that it allows, where it takes any, which the options say then. NULL with problem. */
static struct model *open_any(
    const char *path, struct model_options *options, bool *any_size, struct error *problem)
{
    struct image_size chosen;
    options->any_size = any_size;
    struct model *model = model_open_any(path, options, &chosen, problem);
    if (chosen.height > 0) {
        options->size = chosen;
        *any_size = true;
    }
    return model;
}

bool model_inspect(
    const char *path, const struct model_options *options, FILE *out, struct error *err)
{
    enum { LISTING_MAX_BYTES = 64 << 20 };
    static const struct model_options usual;
    struct model_options read = options ? *options : usual;
    struct error problem = {0};
    bool any_size = false;
    struct model *model = open_any(path, &read, &any_size, &problem);
    char *beside = read.architecture || read.external ? NULL : net_beside(path);
    size_t size = 0;
    unsigned char net = 0; /* a reader may say anything */
    struct sandbox *sandbox =
        open_reader(path, &read, beside, model ? "" : problem.text, any_size, err);
    char *text = sandbox ? sandbox_read_block(sandbox, LISTING_MAX_BYTES, &size, err) : NULL;
    bool good = text && sandbox_read(sandbox, &net, sizeof net, err) && sandbox_end(sandbox, err);
    if (good)
        put_listing(text, out);
    if (good && ferror(out))
        good = fail_as(err, ERROR_OUTPUT, "%s: its listing cannot be written", path);
    if (good && net && !model && !any_size) {
        good = false;
        if (err)
            *err = problem;
    }
    sandbox_destroy(sandbox);
    model_destroy(model);
    free(beside);
    free(text);
    return good;
}
