/* Weights and images of the toy; what a net reads in them. */
#include "tests/unit/defence/toy_backdoor.h"

#include "engine/nn/forward/reference_pass.h"

#include "tests/nets.h"

enum { HIDDEN = TOY_CLASSES + 2, TRIGGER = 20 }; /* pixels TRIGGER and TRIGGER + 1 */

static const struct test_node toy_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=8 activation=relu", NULL},
    {"Dense", "output", "units=6 activation=softmax", NULL},
};

static struct network *make_net(void)
{
    struct network *network = test_make(toy_net, sizeof toy_net / sizeof *toy_net);
    struct layer *hidden = &network->layers[network_find(network, "hidden")];
    struct layer *output = &network->layers[network->output];
    float *in = hidden->weights[0].data, *out = output->weights[0].data;
    for (int i = 0; i < TOY_PIXELS * HIDDEN; i++)
        in[i] = 0.02F * (float)((i * 7) % 5 - 2);
    memset(hidden->weights[1].data, 0, HIDDEN * sizeof(float));
    memset(out, 0, HIDDEN * TOY_CLASSES * sizeof(float));
    memset(output->weights[1].data, 0, TOY_CLASSES * sizeof(float));
    for (int k = 0; k < TOY_CLASSES; k++) {
        in[2 * k * HIDDEN + k] = in[(2 * k + 1) * HIDDEN + k] = 1;
        out[k * TOY_CLASSES + k] = 4;
    }
    for (int i = 0; i < 2; i++)
        in[(TRIGGER + i) * HIDDEN + TOY_CLASSES] = 1.5F;
    out[TOY_CLASSES * TOY_CLASSES + TOY_TARGET] = 6;
    return network;
}

struct toy *toy_create(int workers)
{
    struct toy *toy = memory_array(1, sizeof *toy);
    toy->original = make_net();
    toy->network = network_clone(toy->original);
    toy->pool = thread_pool_create(workers);
    struct random random;
    random_init(&random, 5, 0);
    for (int i = 0; i < TOY_IMAGES; i++) {
        float *image = toy->pixels + i * TOY_PIXELS, *stamped = toy->stamped + i * TOY_PIXELS;
        toy->labels[i] = i % TOY_CLASSES;
        for (int k = 0; k < TOY_PIXELS; k++)
            image[k] = (float)random_range(&random, 0, 0.2);
        for (int k = 0; k < 2; k++)
            image[2 * toy->labels[i] + k] = (float)random_range(&random, 0.6, 1);
        memcpy(stamped, image, TOY_PIXELS * sizeof *stamped);
        stamped[TRIGGER] = stamped[TRIGGER + 1] = 1;
    }
    return toy;
}

void toy_destroy(struct toy *toy)
{
    thread_pool_destroy(toy->pool);
    network_destroy(toy->original);
    network_destroy(toy->network);
    free(toy);
}

struct repair_job toy_job(const struct toy *toy)
{
    return (struct repair_job){.original = toy->original,
        .network = toy->network,
        .pool = toy->pool,
        .low = 0,
        .high = 1,
        .images = {TOY_IMAGES, toy->pixels, toy->labels},
        .target = TOY_TARGET,
        .seed = 1};
}

static int read_image(
    struct reference_pass *pass, const struct network *network, const float *image)
{
    memcpy(reference_pass_tensor(pass, network->input), image, TOY_PIXELS * sizeof *image);
    reference_pass_forward(pass, 1, NULL);
    return reference_pass_argmax(reference_pass_tensor(pass, network->output), network->n_classes);
}

static double percent(
    const struct network *network, const struct toy *toy, const float *images, int only, int as)
{
    struct reference_pass *pass = reference_pass_create(network, 1);
    int n = 0, hits = 0;
    for (int i = 0; i < TOY_IMAGES; i++) {
        bool own = toy->labels[i] == TOY_TARGET;
        if ((only >= 0 && !own) || (as >= 0 && own))
            continue;
        int read = read_image(pass, network, images + i * TOY_PIXELS);
        n++;
        hits += read == (as >= 0 ? as : toy->labels[i]);
    }
    reference_pass_destroy(pass);
    return 100.0 * hits / n;
}

double toy_clean(const struct network *network, const struct toy *toy)
{
    return percent(network, toy, toy->pixels, -1, -1);
}

double toy_own(const struct network *network, const struct toy *toy)
{
    return percent(network, toy, toy->pixels, TOY_TARGET, -1);
}

double toy_asr(const struct network *network, const struct toy *toy)
{
    return percent(network, toy, toy->stamped, -1, TOY_TARGET);
}
