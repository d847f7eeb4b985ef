/* Chosen images through a network. Leans on the reference pass, one for each worker. */
#include "engine/explain/image_pass.h"

#include "engine/base/memory.h"

#include <stdlib.h>

enum { TILES_AT_ONCE = 8 }; /* before anybody looks whether to stop */

struct running {
    const struct image_pass *pass;
    struct reference_pass **memory; /* [workers], made when first needed */
    bool *wanted;                   /* [n_layers] */
    int first;                      /* image of the tiles at hand */
};

static void run_tile(void *context, int index, int worker)
{
    const struct running *running = context;
    const struct image_pass *pass = running->pass;
    const struct network *network = pass->network;
    size_t image = shape_count(&network->layers[network->input].shape);
    size_t values = shape_count(&network->layers[pass->layer].shape);
    int first = running->first + index * IMAGE_PASS_TILE, n = pass->n - first;
    n = n < IMAGE_PASS_TILE ? n : IMAGE_PASS_TILE;
    if (n <= 0)
        return;
    if (!running->memory[worker])
        running->memory[worker] = reference_pass_create(network, IMAGE_PASS_TILE);
    struct reference_pass *memory = running->memory[worker];
    float *input = reference_pass_tensor(memory, network->input);
    for (int i = 0; i < IMAGE_PASS_TILE; i++) /* a full tile: another n would round differently */
        pass->load(pass->context, first + (i < n ? i : n - 1), input + (size_t)i * image);
    reference_pass_forward(memory, IMAGE_PASS_TILE, running->wanted);
    for (int i = 0; i < n; i++)
        pass->visit(pass->context, first + i,
            reference_pass_tensor(memory, pass->layer) + (size_t)i * values);
}

/* The layers behind which the last one lies. */
static bool *layers_before(const struct image_pass *pass)
{
    const struct network *network = pass->network;
    bool *wanted = memory_array((size_t)network->n_layers, sizeof *wanted);
    wanted[pass->layer] = true;
    for (int l = pass->layer; l >= 0; l--)
        for (int i = 0; wanted[l] && i < network->layers[l].n_inputs; i++)
            wanted[network->layers[l].inputs[i]] = true;
    wanted[network->input] = false;
    return wanted;
}

bool image_pass_run(const struct image_pass *pass, struct error *err)
{
    int workers = thread_pool_workers(pass->pool);
    struct running running = {.pass = pass,
        .memory = memory_array((size_t)workers, sizeof *running.memory),
        .wanted = layers_before(pass)};
    bool good = true;
    for (; good && running.first < pass->n; running.first += TILES_AT_ONCE * IMAGE_PASS_TILE) {
        thread_pool_run(pass->pool, TILES_AT_ONCE, run_tile, &running);
        if (pass->stop && atomic_load(pass->stop))
            good = fail_as(err, ERROR_CANCELLED, "stopped");
    }
    for (int w = 0; w < workers; w++)
        reference_pass_destroy(running.memory[w]);
    free(running.memory);
    free(running.wanted);
    return good;
}
