/* A table of the steps of a pass. Leans on batched_step.h for the layer whose work a step does. */
#include "tests/bench/nets_layers.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/batched_step.h"

#include "tests/bench/peak.h"

#include <stdio.h>
#include <stdlib.h>

/* Groups of images that are looked at: how many values are zero differs from one to the next. */
enum { GROUPS_MAX = 10 };

/* The lanes of a pass, filled with images of the set. */
static void fill(struct batched_pass *pass, const struct network *network,
    const struct dataset *set, int width, int group)
{
    int index[64];
    for (int i = 0; i < width; i++)
        index[i] = (group * width + i) % dataset_count(set);
    dataset_fill_lanes(
        set, index, width, width, 1 / 255.0F, batched_pass_tensor(pass, network->input));
}

/* The fastest run of each step on these images, in order, since tensors share memory; added. */
static void time_steps(
    struct batched_pass *pass, const struct network *network, double seconds, double *times)
{
    double start = clock_seconds();
    size_t n = (size_t)network->n_layers;
    bool *wanted = memory_array(n, sizeof *wanted);
    double *best = memory_array(n, sizeof *best);
    for (int turn = 0; turn < 3 || clock_seconds() - start < seconds; turn++)
        for (size_t i = 0; i < n; i++) {
            wanted[i] = true;
            double before = clock_seconds();
            batched_pass_run(pass, wanted);
            double spent = clock_seconds() - before;
            best[i] = turn == 0 || spent < best[i] ? spent : best[i];
            wanted[i] = false;
        }
    for (size_t i = 0; i < n; i++)
        times[i] += best[i];
    free(best);
    free(wanted);
}

static const char *way_of(const struct batched_step *step)
{
    if (step->form.kind == LOWERED_DEPTHWISE)
        return "depthwise";
    if (step->form.kind != LOWERED_PRODUCT)
        return "moved";
    return step->square ? "square" : step->product.winograd ? "winograd" : "product";
}

static void print_step(const struct batched_step *step, double time, double total, double peak)
{
    const struct window *window = &step->form.window;
    double work = 0;
    if (step->form.kind == LOWERED_PRODUCT || step->form.kind == LOWERED_DEPTHWISE)
        work = 2.0 * window->out[0] * window->out[1] * window->size[0] * window->size[1] *
               window->channels * (step->form.kind == LOWERED_PRODUCT ? step->form.filters : 1);
    printf("%-22s %-9s %dx%d/%d %3dx%-3d %4d -> %-4d %8.2f us %5.1f %% %6.0f %%\n",
        step->layer->name, way_of(step), window->size[0], window->size[1], window->stride[0],
        window->in[0], window->in[1], window->channels, step->form.filters, time * 1e6,
        100 * time / total, 100 * work / time / peak / 1e9);
}

void nets_layers(const struct network *network, const struct dataset *set, double seconds)
{
    const struct batched_kernels *batched = batched_get();
    struct thread_pool *pool = thread_pool_create(1);
    struct batched_plan *plan = batched_plan_create(network, batched, NULL);
    struct batched_pass *pass = batched_pass_create(plan);
    double *times = memory_array((size_t)network->n_layers, sizeof *times), total = 0;
    int groups = dataset_count(set) / batched->width;
    groups = groups > GROUPS_MAX ? GROUPS_MAX : groups < 1 ? 1 : groups;
    double peak = peak_multiply(pool, batched);
    for (int group = 0; group < groups; group++) {
        fill(pass, network, set, batched->width, group);
        time_steps(pass, network, seconds / groups, times);
    }
    double images = (double)(groups * batched->width);
    for (int i = 0; i < network->n_layers; i++)
        total += plan->steps[i].fused_away ? 0 : times[i];
    printf("%s, peak %.0f GFLOP/s, %.0f images/s\n", batched->name, peak, images / total);
    for (int i = 0; i < network->n_layers; i++)
        if (!plan->steps[i].fused_away && i != network->input)
            print_step(&plan->steps[i], times[i] / images, total / images, peak);
    free(times);
    batched_pass_destroy(pass);
    batched_plan_destroy(plan);
    thread_pool_destroy(pool);
}
