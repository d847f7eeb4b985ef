/* Nets beside other engines (peers/graphs, peers/keras). Usage: graphs_bench FILE.onnx …, each
 * with FILE.x (images, float32, channels first) beside it; other nets are FILE themselves, and may
 * have a FILE.size, for --input-size. Runs each net by the reference pass and by the fast kernels,
 * and writes both outputs into FILE.ours. Of a net of Keras these are FILE.came, and FILE.ours are
 * those of FILE-pruned.keras, which it saves. One line for a net that is refused. */
#include "engine/base/memory.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/ranking/batch_runner.h"
#include "engine/prune/sites/prune_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES = 3 };

struct graph {
    const struct network *network;
    const float *images; /* [IMAGES, height, width, channels] */
    size_t image;
    float *logits; /* [IMAGES, classes] */
};

static void load(void *context, const struct batch *batch)
{
    const struct graph *graph = context;
    float *to = batched_pass_tensor(batch->pass, graph->network->input);
    size_t width = (size_t)batch->width;
    memset(to, 0, graph->image * width * sizeof *to);
    for (size_t i = 0; i < (size_t)batch->count; i++)
        for (size_t k = 0; k < graph->image; k++)
            to[k * width + i] = graph->images[((size_t)batch->first + i) * graph->image + k];
}

static void visit(void *context, const struct batch *batch)
{
    const struct graph *graph = context;
    const float *from = batched_pass_tensor(batch->pass, graph->network->output);
    size_t classes = (size_t)graph->network->n_classes, width = (size_t)batch->width;
    for (size_t i = 0; i < (size_t)batch->count; i++)
        for (size_t k = 0; k < classes; k++)
            graph->logits[((size_t)batch->first + i) * classes + k] = from[k * width + i];
}

static bool run_fast(struct graph *graph, struct error *err)
{
    static const struct batch_runner_hooks none;
    struct thread_pool *pool = thread_pool_create(1);
    struct batched_plan *plan = batched_plan_create(graph->network, batched_get(), NULL);
    struct batch_runner *runner = batch_runner_create(plan, pool, &none);
    const struct batch_run run = {0, IMAGES, NULL, load, visit, graph};
    bool good = batch_runner_run(runner, &run, err);
    batch_runner_destroy(runner);
    batched_plan_destroy(plan);
    thread_pool_destroy(pool);
    return good;
}

static void run_reference(const struct graph *graph, float *logits)
{
    const struct network *network = graph->network;
    struct reference_pass *pass = reference_pass_create(network, IMAGES);
    memcpy(reference_pass_tensor(pass, network->input), graph->images,
        IMAGES * graph->image * sizeof *graph->images);
    reference_pass_forward(pass, IMAGES, NULL);
    memcpy(logits, reference_pass_tensor(pass, network->output),
        IMAGES * (size_t)network->n_classes * sizeof *logits);
    reference_pass_destroy(pass);
}

/* Images from channels first to channels last. */
static bool read_images(const char *stem, const struct shape *shape, float *images)
{
    char *path = memory_format("%s.x", stem);
    size_t image = shape_count(shape), channels = (size_t)shape_channels(shape);
    size_t pixels = image / channels;
    float *planes = memory_floats(IMAGES * image);
    FILE *file = fopen(path, "rb");
    bool good = file && fread(planes, sizeof *planes, IMAGES * image, file) == IMAGES * image;
    for (size_t i = 0; i < IMAGES * image; i++) {
        size_t at = i % image;
        images[i] = planes[i - at + at % channels * pixels + at / channels];
    }
    if (file)
        fclose(file);
    free(planes);
    free(path);
    return good;
}

static bool write_outputs(const char *stem, const float *outputs, size_t n)
{
    char *path = memory_format("%s.ours", stem);
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(outputs, sizeof *outputs, n, file) == n;
    good = file && fclose(file) == 0 && good;
    free(path);
    return good;
}

/* The size of images, where the net leaves it open. */
static struct model *open_net(const char *path, const char *stem, struct error *err)
{
    struct model_options options = {0};
    char text[32] = "", *name = memory_format("%s.size", stem);
    FILE *file = fopen(name, "r");
    if (file && fgets(text, sizeof text, file))
        image_size_parse(text, &options.size);
    if (file)
        fclose(file);
    free(name);
    return model_open_with(path, &options, err);
}

static bool run_network(const struct network *network, const char *stem, struct error *err)
{
    struct graph graph = {.network = network};
    const struct shape *shape = &graph.network->layers[graph.network->input].shape;
    graph.image = shape_count(shape);
    size_t outputs = IMAGES * (size_t)graph.network->n_classes;
    float *images = memory_floats(IMAGES * graph.image), *both = memory_floats(2 * outputs);
    graph.images = images;
    graph.logits = both + outputs;
    bool good = read_images(stem, shape, images) || fail(err, "%s.x: cannot be read", stem);
    if (good)
        run_reference(&graph, both);
    good =
        good && run_fast(&graph, err) &&
        (write_outputs(stem, both, 2 * outputs) || fail(err, "%s.ours: cannot be written", stem));
    free(images);
    free(both);
    return good;
}

/* Every third channel of every site. */
static bool save_pruned(const struct model *model, const char *path, struct error *err)
{
    struct network *network = network_clone(model->network);
    struct prune_sites *sites = prune_sites_find(network);
    for (int s = 0; s < sites->n; s++)
        for (int c = 0; c < sites->site[s].n_channels; c += 3)
            prune_site_prune(&sites->site[s], network, c);
    char *pruned = memory_format("%s-pruned%s", path, model_ending(path));
    bool good = model_save(model, network, pruned, true, err) && run_network(network, path, err);
    free(pruned);
    prune_sites_destroy(sites);
    network_destroy(network);
    return good;
}

static bool run_graph(const char *path, struct error *err)
{
    size_t length = strlen(path);
    bool onnx = length > 5 && strcmp(path + length - 5, ".onnx") == 0;
    char *stem = memory_format("%.*s", (int)(length - (onnx ? 5 : 0)), path);
    struct model *model = open_net(path, stem, err);
    bool good = model && run_network(model->network, stem, err);
    if (good && !onnx) {
        char *own = memory_format("%s.ours", stem), *kept = memory_format("%s.came", stem);
        good = rename(own, kept) == 0 && save_pruned(model, path, err);
        free(own);
        free(kept);
    }
    model_destroy(model);
    free(stem);
    return good;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct error err = {0};
        if (!run_graph(argv[i], &err))
            printf("%s\n", err.text);
    }
    return 0;
}
