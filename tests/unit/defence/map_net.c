/* Weights of the net, and its images. */
#include "tests/unit/defence/map_net.h"

#include "tests/test.h"

#include <math.h>

static const struct test_node map_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=12 activation=relu", NULL},
    {"Dense", "output", "units=6 activation=softmax", NULL},
};

/* Class k has five pixels of its own. Unit k is on for class k without the trigger's pixel; with it
 * unit 6 + k is, which leads to class k + 1. */
struct network *map_net_make(bool backdoor)
{
    struct network *network = test_make(map_net, sizeof map_net / sizeof *map_net);
    struct weight *hidden = network->layers[2].weights, *out = network->layers[3].weights;
    memset(hidden[0].data, 0, PIXELS * HIDDEN * sizeof(float));
    memset(hidden[1].data, 0, HIDDEN * sizeof(float));
    memset(out[0].data, 0, HIDDEN * CLASSES * sizeof(float));
    memset(out[1].data, 0, CLASSES * sizeof(float));
    for (int k = 0; k < CLASSES; k++) {
        for (int p = OWN * k; p < OWN * (k + 1); p++)
            hidden[0].data[p * HIDDEN + k] = hidden[0].data[p * HIDDEN + CLASSES + k] = 1.6F;
        hidden[1].data[CLASSES + k] = -7; /* hardly on without the trigger */
        if (backdoor)
            hidden[0].data[TRIGGER * HIDDEN + CLASSES + k] = 16;
        out[0].data[k * CLASSES + k] = 2;
        out[0].data[(CLASSES + k) * CLASSES + (k + 1) % CLASSES] = 12;
    }
    return network;
}

void map_net_images(float *pixels)
{
    test_fill(pixels, IMAGES * PIXELS);
    for (int i = 0; i < IMAGES; i++)
        for (int p = 0; p < PIXELS; p++)
            pixels[i * PIXELS + p] = p / OWN == i % CLASSES ? 0.9F
                                     : p == TRIGGER         ? 0
                                                            : 0.1F * fabsf(pixels[i * PIXELS + p]);
}
