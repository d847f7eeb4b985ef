/* Where the time of a pass goes: each layer, how much of its work is on zeros, and how near to the
 * machine's peak the rest of it runs. */
#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/bench/figures.h"
#include "tests/bench/forward.h"
#include "tests/bench/parts.h"
#include "tests/bench/peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES = 512, ROUNDS = 5 };

/* Of one layer, summed over all images of one round. */
struct cost {
    double seconds; /* of the fastest round */
    double listing; /* of it, finding the values that are not zero */
    double left;    /* operations that are left when zeros are left out */
    double share;   /* of the values that are not zero */
};

struct study {
    const struct network *network;
    const struct batched_kernels *batched;
    struct batched_pass *pass;
    struct batched_list *lists; /* [n_layers] of the inputs of products */
    struct cost *costs;         /* [n_layers] */
};

/* Listed values that a product takes up, over all positions of its window. */
static double count_taken(const struct window *window, const struct batched_list *list)
{
    double taken = 0;
    for (int y = 0; y < window->out[0]; y++)
        for (int x = 0; x < window->out[1]; x++) {
            struct taps down = window_taps(window, 0, y), across = window_taps(window, 1, x);
            for (int tap = down.first; tap < down.last; tap++)
                for (int t = across.first; t < across.last; t++) {
                    int row = down.origin + tap * window->dilation[0];
                    int column = across.origin + t * window->dilation[1];
                    const uint32_t *starts = list->starts + row * (list->columns + 1);
                    taken += starts[column + 1] - starts[column];
                }
        }
    return taken;
}

/* How much of a product is on zeros, and what finding that out costs. */
static void study_product(struct study *study, int layer, const struct lowered_form *form)
{
    struct cost *cost = &study->costs[layer];
    struct batched_list *list = &study->lists[layer];
    int source = study->network->layers[layer].inputs[0];
    const float *in = batched_pass_tensor(study->pass, source);
    size_t width = (size_t)study->batched->width, there = 0;
    size_t count = shape_count(&study->network->layers[source].shape) * width;
    double start = clock_seconds();
    study->batched->list(list, in);
    cost->listing += clock_seconds() - start;
    cost->left += 2 * count_taken(&form->window, list) * form->filters * (double)width;
    for (size_t i = 0; i < count; i++)
        there += in[i] != 0;
    cost->share += (double)there / (double)count * (double)width / IMAGES;
}

static struct lowered_form form_of(const struct layer *layer)
{
    struct lowered_form form = {.kind = LOWERED_PLAIN};
    if (layer->class->batched)
        layer->class->batched(layer, &form);
    return form;
}

static void study_group(struct study *study, const struct dataset *set, double scale, int first)
{
    const struct network *network = study->network;
    int index[64], width = study->batched->width;
    for (int i = 0; i < width; i++)
        index[i] = first + i;
    double start = clock_seconds();
    dataset_fill_lanes(
        set, index, width, width, (float)scale, batched_pass_tensor(study->pass, network->input));
    study->costs[network->input].seconds += clock_seconds() - start;
    for (int i = 1; i < network->n_layers; i++) {
        bool wanted[256] = {false};
        wanted[i] = true;
        start = clock_seconds();
        batched_pass_run(study->pass, wanted);
        study->costs[i].seconds += clock_seconds() - start;
        struct lowered_form form = form_of(&network->layers[i]);
        if (form.kind == LOWERED_PRODUCT)
            study_product(study, i, &form);
    }
}

/* The fastest of some rounds, layer by layer. */
static void study_lanes(struct study *study, const struct dataset *set, double scale)
{
    const struct network *network = study->network;
    size_t n = (size_t)network->n_layers;
    struct cost *best = memory_array(n, sizeof *best);
    for (int r = 0; r < ROUNDS; r++) {
        study->costs = memory_array(n, sizeof *study->costs);
        for (int first = 0; first < IMAGES; first += study->batched->width)
            study_group(study, set, scale, first);
        for (size_t i = 0; i < n; i++)
            if (r == 0 || study->costs[i].seconds < best[i].seconds)
                best[i] = study->costs[i];
        free(study->costs);
    }
    study->costs = best;
}

static void study_plain(
    const struct network *network, const struct dataset *set, double scale, double *seconds)
{
    struct reference_pass *pass = reference_pass_create(network, FORWARD_BATCH);
    for (int i = 0; i < network->n_layers; i++)
        seconds[i] = 1e9;
    for (int r = 0; r < ROUNDS; r++) {
        double *now = memory_array((size_t)network->n_layers, sizeof *now);
        for (int first = 0; first < IMAGES; first += FORWARD_BATCH)
            for (int i = 0; i < network->n_layers; i++) {
                bool wanted[256] = {false};
                wanted[i] = true;
                double start = clock_seconds();
                if (i == network->input)
                    dataset_fill(
                        set, first, FORWARD_BATCH, (float)scale, reference_pass_tensor(pass, i));
                else
                    reference_pass_forward(pass, FORWARD_BATCH, wanted);
                now[i] += clock_seconds() - start;
            }
        for (int i = 0; i < network->n_layers; i++)
            seconds[i] = now[i] < seconds[i] ? now[i] : seconds[i];
        free(now);
    }
    reference_pass_destroy(pass);
}

static void print_layers(const struct study *study, const double *plain, double peak)
{
    const struct network *network = study->network;
    double total = 0;
    for (int i = 0; i < network->n_layers; i++)
        total += study->costs[i].seconds;
    printf("  %-14s %8s %8s %8s %8s %7s %7s %8s %9s\n", "layer", "plain us", "lanes us", "share",
        "MFLOP", "values", "left", "as full", "of FMA");
    for (int i = 0; i < network->n_layers; i++) {
        const struct cost *cost = &study->costs[i];
        double work = forward_work(&network->layers[i]) * IMAGES, seconds = cost->seconds;
        printf("  %-14s %8.2f %8.2f %6.1f %%", network->layers[i].name, plain[i] / IMAGES * 1e6,
            seconds / IMAGES * 1e6, 100 * seconds / total);
        if (work > 0)
            printf(" %8.2f %5.0f %% %5.0f %% %6.0f %% %7.0f %%   listing %.2f us",
                work / IMAGES / 1e6, 100 * cost->share, 100 * cost->left / work,
                100 * work / seconds / 1e9 / peak, 100 * cost->left / seconds / 1e9 / peak,
                cost->listing / IMAGES * 1e6);
        printf("\n");
    }
}

/* No layer is fused away, so that each can be timed: pooling apart costs a little more. */
static void study_kind(const struct network *network, const struct dataset *set, double scale,
    const struct batched_kernels *batched, const double *plain)
{
    bool keep[256];
    struct thread_pool *pool = thread_pool_create(1);
    memset(keep, true, sizeof keep);
    struct batched_plan *plan = batched_plan_create(network, batched, keep);
    size_t n = (size_t)network->n_layers;
    struct study study = {
        .network = network, .batched = batched, .pass = batched_pass_create(plan)};
    study.lists = memory_array(n, sizeof *study.lists);
    for (size_t i = 1; i < n; i++)
        batched_list_init(&study.lists[i], &network->layers[network->layers[i].inputs[0]].shape);
    study_lanes(&study, set, scale);
    double peak = peak_multiply(pool, batched);
    printf("  lanes %s, one worker, multiply-add peak %.0f GFLOP/s\n", batched->name, peak);
    print_layers(&study, plain, peak);
    for (size_t i = 1; i < n; i++)
        batched_list_finish(&study.lists[i]);
    free(study.lists);
    free(study.costs);
    batched_pass_destroy(study.pass);
    batched_plan_destroy(plan);
    thread_pool_destroy(pool);
}

bool forward_layers(const struct lab *lab, double seconds, struct error *err)
{
    (void)seconds;
    struct model *model = lab_model(lab, err);
    struct dataset *set = model ? lab_images_in_memory(lab, model->network, IMAGES, err) : NULL;
    if (set) {
        const struct network *network = model->network;
        double *plain = memory_array((size_t)network->n_layers, sizeof *plain);
        const struct batched_kernels *batched;
        figures_heading("layers, %s, us of one image on one worker", lab->what);
        study_plain(network, set, lab->scale, plain);
        for (int i = 0; (batched = batched_at(i)); i++)
            study_kind(network, set, lab->scale, batched, plain);
        free(plain);
    }
    dataset_unref(set);
    model_destroy(model);
    return set != NULL;
}
