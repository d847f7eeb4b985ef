/* How fast the lab's net runs forward on one thread: images a second, where the time goes, and how
 * much of the speed of a plain matrix product of the same run that is. */
#include "engine/base/clock.h"
#include "engine/net/kernels.h"
#include "engine/net/pass.h"

#include "tests/nets.h"

#include <stdio.h>

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* Products of 768 x 768 matrices: billions of operations a second, the best of some. */
static double peak(void)
{
    enum { SIZE = 768 };
    float *a = memory_floats(SIZE * SIZE), *b = memory_floats(SIZE * SIZE);
    float *out = memory_floats(SIZE * SIZE);
    double best = 1e9;
    for (int i = 0; i < SIZE * SIZE; i++)
        a[i] = b[i] = (float)(i % 17) / 17;
    for (int i = 0; i < 20; i++) {
        double start = clock_seconds();
        kernels_product(out, SIZE, (struct matrix){a, SIZE, false}, (struct matrix){b, SIZE, false},
            SIZE, SIZE, SIZE, false);
        best = least(best, clock_seconds() - start);
    }
    free(a);
    free(b);
    free(out);
    return 2.0 * SIZE * SIZE * SIZE / best / 1e9;
}

/* Multiplications and additions of one image. */
static double operations(const struct layer *layer)
{
    double places = (double)shape_count(&layer->shape) / shape_channels(&layer->shape);
    return layer->n_weights ? 2 * places * (double)layer->weights[0].count : 0;
}

/* Seconds of one pass through the wanted layers, the best of some. */
static double measure(struct pass *pass, const bool *wanted, int repeats)
{
    double best = 1e9;
    for (int i = 0; i < repeats; i++) {
        double start = clock_seconds();
        pass_forward(pass, pass_batch(pass), wanted);
        best = least(best, clock_seconds() - start);
    }
    return best;
}

static void measure_layers(const struct network *network, struct pass *pass, double speed)
{
    int batch = pass_batch(pass);
    for (int i = 1; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        bool wanted[TEST_DEEPID_LAYERS] = {false};
        wanted[i] = true;
        double seconds = measure(pass, wanted, 10);
        printf("  %-14s %7.2f us/image", layer->name, seconds / batch * 1e6);
        if (operations(layer) > 0)
            printf("  %5.1f %% of peak", 100 * operations(layer) * batch / seconds / 1e9 / speed);
        printf("\n");
    }
}

int main(void)
{
    enum { BATCH = 32 };
    struct error err = {0};
    struct network *network = test_network(test_deepid, TEST_DEEPID_LAYERS, &err);
    if (!network)
        return 1;
    test_random_weights(network, 1);
    struct pass *pass = pass_create(network, BATCH);
    float *images = pass_tensor(pass, network->input);
    struct random random;
    random_init(&random, 1, 0);
    for (int i = 0; i < BATCH * 55 * 47 * 3; i++)
        images[i] = (float)random_unit(&random);
    double speed = peak(), work = 0, seconds = measure(pass, NULL, 20);
    for (int i = 0; i < network->n_layers; i++)
        work += operations(&network->layers[i]);
    printf("matrix product: %.1f GFLOP/s\n", speed);
    printf("forward: %.0f images/s, %.1f GFLOP/s, %.1f %% of the matrix product\n", BATCH / seconds,
        work * BATCH / seconds / 1e9, 100 * work * BATCH / seconds / 1e9 / speed);
    measure_layers(network, pass, speed);
    pass_destroy(pass);
    network_destroy(network);
    return 0;
}
