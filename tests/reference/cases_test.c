/* Small files that people really meet (SECATEUR_CASES names their folder): each net is right about
 * its images, as an independent program says, or is refused for its own reason. */
#include "engine/base/memory.h"
#include "engine/session/driver/session.h"

#include "tests/test.h"

#include <unistd.h>

static const struct {
    const char *net, *architecture, *images;
    int right; /* images; -1: it must be refused */
    const char *reason;
    double scale; /* 0: found */
} cases[] = {
    {"net.h5", NULL, "clean.h5", 200, NULL, 0},
    {"k3.keras", NULL, "clean.h5", 200, NULL, 0},
    {"k3.weights.h5", "k3.config.json", "clean.h5", 200, NULL, 0},
    {"k3.weights.h5", NULL, "clean.h5", 200, NULL, 0}, /* its layers lie beside it */
    {"nested_preprocessing.h5", NULL, "clean.h5", 200, NULL, 0},
    {"augmentation_layers.h5", NULL, "clean.h5", 200, NULL, 0},
    {"swish.h5", NULL, "clean.h5", 200, NULL, 0},
    /* as Keras computes it: this file's Flatten turns planes round before it flattens them */
    {"channels_first.h5", NULL, "clean.h5", 149, NULL, 0},
    {"sigmoid_1.h5", NULL, "binary_labels.h5", 200, NULL, 0},
    {"sigmoid_1.h5", NULL, "binary_all_zero.h5", 159, NULL, 0},
    {"rescaling_9_channels.h5", NULL, "rescaling_9_channels_images.h5", 40, NULL, 1},
    {"theano_conv.h5", NULL, "theano_conv_images.h5", 40, NULL, 1},
    {"lambda_nul.h5", NULL, "clean.h5", -1, "layer norm (Lambda)", 0},
    {"lfs_pointer.h5", NULL, "clean.h5", -1, "Git LFS pointer", 0},
};

static char *path_of(const char *folder, const char *name)
{
    return name ? memory_format("%s/%s", folder, name) : NULL;
}

static int right_of(const char *folder, size_t at, struct error *err)
{
    struct options options = OPTIONS_DEFAULT;
    char *net = path_of(folder, cases[at].net), *images = path_of(folder, cases[at].images);
    char *architecture = path_of(folder, cases[at].architecture);
    int right = -1;
    options.model = net;
    options.architecture = architecture;
    options.clean = images;
    if (cases[at].scale > 0)
        options.scale = cases[at].scale;
    struct session *session = session_create(&options, NULL);
    if (session_open(session, err)) {
        const struct snapshot *s = session_snapshot(session);
        right = s->rounds[0]->clean_correct;
        snapshot_unref(s);
    }
    session_destroy(session);
    free(net);
    free(images);
    free(architecture);
    return right;
}

int main(void)
{
    const char *folder = getenv("SECATEUR_CASES");
    int wrong = 0;
    if (!folder || access(folder, R_OK) != 0) {
        print_message("SKIPPED: set SECATEUR_CASES to the folder of cases\n");
        return TEST_SKIPPED;
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        int right = right_of(folder, i, &err);
        bool good = right == cases[i].right &&
                    (!cases[i].reason || strstr(err.text, cases[i].reason) != NULL);
        wrong += !good;
        print_message("%s %s: %d right, expected %d %s\n", good ? "ok   " : "WRONG", cases[i].net,
            right, cases[i].right, right < 0 ? err.text : "");
    }
    return wrong > 0;
}
