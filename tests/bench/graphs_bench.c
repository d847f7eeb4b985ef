/* Random ONNX graphs beside other engines (peers/graphs). Usage: graphs_bench FILE.onnx …, each
 * with FILE.x (images, float32, as ONNX has them) beside it. Runs each net by the reference pass
 * and by the fast kernels, and writes both outputs into FILE.ours; one line for a net that is
 * refused. */
#include "engine/base/memory.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/ranking/batch_runner.h"

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
    const struct batch_run run = {IMAGES, NULL, load, visit, graph};
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

static bool run_graph(const char *path, struct error *err)
{
    struct model *model = model_open(path, NULL, err);
    if (!model)
        return false;
    struct graph graph = {.network = model->network};
    const struct shape *shape = &graph.network->layers[graph.network->input].shape;
    graph.image = shape_count(shape);
    size_t outputs = IMAGES * (size_t)graph.network->n_classes;
    float *images = memory_floats(IMAGES * graph.image), *both = memory_floats(2 * outputs);
    char *stem = memory_format("%.*s", (int)(strlen(path) - strlen(".onnx")), path);
    graph.images = images;
    graph.logits = both + outputs;
    bool good = read_images(stem, shape, images) || fail(err, "%s.x: cannot be read", stem);
    if (good)
        run_reference(&graph, both);
    good =
        good && run_fast(&graph, err) &&
        (write_outputs(stem, both, 2 * outputs) || fail(err, "%s.ours: cannot be written", stem));
    free(stem);
    free(images);
    free(both);
    model_destroy(model);
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
