/* The nets that sessions are tried on, one for each shape of the graph. */
#include "tests/unit/session/session_trial.h"

static const struct test_node chain[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,9,2", ""},
    {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool_1", "", NULL},
    {"Conv2D", "conv_2", "filters=9 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=11 activation=relu", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};

/* Two ways from the pooling to the hidden units, as in DeepID. */
static const struct test_node branch[] = {
    {"InputLayer", "input", "batch_input_shape=null,12,10,3", ""},
    {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool_1", "", NULL},
    {"Conv2D", "conv_2", "filters=8 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat_1", "", "pool_1"},
    {"Flatten", "flat_2", "", "conv_2"},
    {"Dense", "fc_1", "units=10", "flat_1"},
    {"Dense", "fc_2", "units=10", "flat_2"},
    {"Add", "add", "", "fc_1 fc_2"},
    {"Activation", "relu", "activation=relu", NULL},
    {"Dense", "output", "units=7 activation=softmax", NULL},
};

static const struct test_node residual[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,3", ""},
    {"Conv2D", "conv_a", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_a", "", NULL},
    {"ReLU", "relu_a", "", NULL},
    {"Conv2D", "conv_b", "filters=7 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_b", "", NULL},
    {"ReLU", "relu_b", "", NULL},
    {"Conv2D", "conv_c", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"Add", "add", "", "relu_a conv_c"},
    {"ReLU", "relu_c", "", NULL},
    {"AveragePooling2D", "pool", "", NULL},
    {"Conv2D", "conv_d", "filters=8 kernel_size=2,2 activation=relu", NULL},
    {"GlobalAveragePooling2D", "global", "", NULL},
    {"Dense", "output", "units=6 activation=softmax", NULL},
};

static const struct test_node joined[] = {
    {"InputLayer", "input", "batch_input_shape=null,9,9,1", ""},
    {"Conv2D", "left", "filters=5 kernel_size=3,3 activation=relu", "input"},
    {"DepthwiseConv2D", "deep", "kernel_size=3,3 depth_multiplier=4 activation=relu", "input"},
    {"Concatenate", "join", "", "left deep"},
    {"BatchNormalization", "norm", "", NULL},
    {"LeakyReLU", "leaky", "alpha=0.2", NULL},
    {"MaxPooling2D", "pool", "pool_size=3,3 strides=2,2", NULL},
    {"SeparableConv2D", "apart", "filters=7 kernel_size=2,2 activation=tanh", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=4", NULL},
};

/* A silent channel of a sigmoid is 0.5: nothing can be kept there. */
static const struct test_node sigmoid[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,7,1", ""},
    {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 activation=sigmoid", NULL},
    {"Conv2D", "conv_2", "filters=5 kernel_size=2,2 activation=elu", NULL},
    {"GlobalMaxPooling2D", "global", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};

/* The last prunable layer is a convolution that ends in the classes' pooling. */
static const struct test_node convolutions[] = {
    {"InputLayer", "input", "batch_input_shape=null,9,8,2", ""},
    {"Conv2D", "conv_1", "filters=8 kernel_size=3,3 strides=2,2 padding=same activation=relu",
        NULL},
    {"Conv2D", "conv_2", "filters=8 kernel_size=3,3 groups=2 activation=relu", NULL},
    {"Conv2D", "output", "filters=5 kernel_size=1,1", NULL},
    {"GlobalAveragePooling2D", "global", "", NULL},
    {"Softmax", "softmax", "", NULL},
};

static const struct test_node dense[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "first", "units=14 activation=relu", NULL},
    {"Dropout", "dropout", "", NULL},
    {"Dense", "second", "units=9 activation=relu", NULL},
    {"Dense", "output", "units=6 activation=softmax", NULL},
};

/* Wide enough for Winograd's scheme; sums, limits, depthwise kernels and a frame behind it. */
static const struct test_node wide[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,4,2", ""},
    {"Conv2D", "conv_1", "filters=64 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "conv_2", "filters=64 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_2", "", NULL},
    {"ReLU", "relu_2", "max_value=6", NULL},
    {"Conv2D", "conv_3", "filters=64 kernel_size=3,3 padding=same", NULL},
    {"Add", "add", "", "conv_1 conv_3"},
    {"ReLU", "relu_3", "", NULL},
    {"DepthwiseConv2D", "deep", "kernel_size=3,3 use_bias=false", NULL},
    {"BatchNormalization", "norm_4", "", NULL},
    {"ZeroPadding2D", "frame", "padding=0,1,0,1", NULL},
    {"Conv2D", "conv_4", "filters=6 kernel_size=3,3 strides=2,2", NULL},
    {"ReLU", "relu_4", "", NULL},
    {"GlobalAveragePooling2D", "global", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};

#define NET(name, seed)                               \
    {                                                 \
#name, name, sizeof name / sizeof *name, seed \
    }
const struct trial_net trial_nets[] = {NET(chain, 11), NET(branch, 2), NET(residual, 3),
    NET(joined, 4), NET(sigmoid, 5), NET(convolutions, 6), NET(dense, 7)};
const struct trial_net trial_wide = NET(wide, 8);
const int trial_n_nets = sizeof trial_nets / sizeof *trial_nets;

const struct trial_net *trial_net(const char *name)
{
    for (int i = 0; i < trial_n_nets; i++)
        if (strcmp(trial_nets[i].name, name) == 0)
            return &trial_nets[i];
    return NULL;
}
