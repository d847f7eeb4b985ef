/* What stands on gradients: the scan for targets, a trigger's inversion, and tuning. Usage:
 * gradient_bench NET FOLDER. Measures and prints one line of JSON; writes net, weights
 * and images into FOLDER for peers/torch_gradients.py, which does the same. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/defence/suspects/inversion.h"
#include "engine/defence/suspects/target_scan.h"
#include "engine/io/keras/keras_new.h"
#include "engine/nn/graph/lowering.h"
#include "engine/train/tuner.h"

#include "tests/bench/figures.h"
#include "tests/bench/lab.h"
#include "tests/bench/residual.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IMAGES = 128, INVERSION_BATCH = 32, TUNING_BATCH = 128, REPEATS = 3 };

/* What is measured on. */
struct subject {
    struct network *network;
    struct model *model; /* that the network is of, or NULL: the network is the subject's own */
    float *pixels;       /* [IMAGES, input shape], low .. high */
    int32_t labels[IMAGES], wanted[IMAGES];
    float low, high;
    struct thread_pool *pool;
};

/* Seconds on the clock, and of the processor, of all threads. */
struct spent {
    double clock, processor;
};

static struct spent now(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (struct spent){clock_seconds(), (double)used.tv_sec + (double)used.tv_nsec * 1e-9};
}

static bool open_real(
    struct subject *subject, const char *net, const char *images, double scale, struct error *err)
{
    const char *real = getenv("SECATEUR_REAL");
    if (!real)
        return fail(err, "SECATEUR_REAL names no folder of real nets");
    char *path = memory_format("%s/%s", real, net), *set = memory_format("%s/%s", real, images);
    struct dataset *dataset = NULL;
    if ((subject->model = model_open(path, NULL, err))) {
        subject->network = subject->model->network;
        dataset = lab_read(set, subject->network, IMAGES, err);
    }
    bool good = dataset && dataset_count(dataset) == IMAGES;
    if (good) {
        size_t size = shape_count(dataset_shape(dataset));
        subject->pixels = memory_floats(IMAGES * size);
        dataset_fill(dataset, 0, IMAGES, (float)scale, subject->pixels);
        memcpy(subject->labels, dataset_labels(dataset), sizeof subject->labels);
        subject->high = (float)(255 * scale);
    } else if (dataset)
        fail(err, "%s: fewer than %d images", set, IMAGES);
    dataset_unref(dataset);
    free(path);
    free(set);
    return good;
}

static bool make_residual(struct subject *subject, int width, struct error *err)
{
    enum { CLASSES = 10 };
    char *json = residual_json(width, CLASSES);
    subject->network = keras_network(json, "residual", err);
    free(json);
    if (!subject->network)
        return false;
    residual_randomise(subject->network);
    size_t size = shape_count(&subject->network->layers[subject->network->input].shape);
    struct random random;
    random_init(&random, 3, 0);
    subject->high = 1;
    subject->pixels = memory_floats(IMAGES * size);
    for (size_t i = 0; i < IMAGES * size; i++)
        subject->pixels[i] = (float)random_unit(&random);
    for (int i = 0; i < IMAGES; i++)
        subject->labels[i] = i % CLASSES;
    return true;
}

static bool make_subject(struct subject *subject, const char *net, struct error *err)
{
    if (strcmp(net, "lab") == 0)
        return open_real(subject, "lab3_bd_net.h5", "lab3_more_clean.h5", 1, err);
    if (strcmp(net, "mnist") == 0)
        return open_real(subject, "mnist_all_to_all_bd_net.h5", "mnist_clean.h5", 1.0 / 255, err);
    if (strcmp(net, "residual") == 0)
        return make_residual(subject, 16, err);
    if (strcmp(net, "resnet18") == 0)
        return make_residual(subject, 64, err);
    return fail_as(err, ERROR_USAGE, "NET is lab, mnist, residual or resnet18, not %s", net);
}

static void free_subject(struct subject *subject)
{
    if (!subject->model)
        network_destroy(subject->network);
    model_destroy(subject->model);
    free(subject->pixels);
    thread_pool_destroy(subject->pool);
}

/* One layer in words; what a window, an activation or an affine layer is made of. */
static void write_layer(FILE *text, const struct network *network, int at)
{
    const struct layer *layer = &network->layers[at];
    struct lowered_form form = lowering_of(network, at);
    const char *kind = form.kind == LOWERED_PRODUCT ? "product" : layer->class->name;
    if (layer->class->affine)
        kind = "affine";
    fprintf(text, "layer %d %s %s", at, kind,
        at == network->softmax ? "linear" : activation_name(&layer->activation));
    for (int k = 0; k < layer->n_inputs; k++)
        fprintf(text, " %d", layer->inputs[k]);
    const struct window *window = &form.window;
    fprintf(text, "\nwindow %d %d %d %d %d %d %d %d %d %d %d %d\n", window->size[0],
        window->size[1], window->stride[0], window->stride[1], window->before[0], window->before[1],
        window->in[0], window->in[1], window->out[0], window->out[1], layer->shape.rank,
        form.kind == LOWERED_PRODUCT && layer->weights[0].rank == 2);
    fprintf(text, "shape");
    for (int d = 0; d < layer->shape.rank; d++)
        fprintf(text, " %d", layer->shape.dim[d]);
    fprintf(text, "\n");
}

static void write_weights(FILE *text, FILE *weights, const struct layer *layer)
{
    if (layer->class->affine) {
        size_t channels = (size_t)shape_channels(&layer->shape);
        float *rows = memory_floats(2 * channels);
        layer->class->affine(layer, rows, rows + channels);
        fprintf(text, "weight 2 %zu\n", channels);
        fwrite(rows, sizeof *rows, 2 * channels, weights);
        free(rows);
        return;
    }
    for (int w = 0; w < layer->n_weights; w++) {
        const struct weight *weight = &layer->weights[w];
        fprintf(text, "weight");
        for (int d = 0; d < weight->rank; d++)
            fprintf(text, " %d", weight->dim[d]);
        fprintf(text, "\n");
        fwrite(weight->data, sizeof(float), weight->count, weights);
    }
}

static FILE *create(const char *folder, const char *name, struct error *err)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file)
        fail(err, "%s: cannot be written", path);
    free(path);
    return file;
}

static bool write_subject(const struct subject *subject, const char *folder, struct error *err)
{
    const struct network *network = subject->network;
    size_t size = shape_count(&network->layers[network->input].shape);
    FILE *text = create(folder, "net.txt", err), *weights = create(folder, "weights.f32", err);
    FILE *images = create(folder, "images.f32", err);
    if (text && weights && images) {
        fprintf(text, "range %g %g\nclasses %d\noutput %d\n", (double)subject->low,
            (double)subject->high, network->n_classes, network->output);
        for (int i = 0; i < network->n_layers; i++) {
            write_layer(text, network, i);
            write_weights(text, weights, &network->layers[i]);
        }
        fwrite(subject->pixels, sizeof(float), IMAGES * size, images);
        for (int i = 0; i < IMAGES; i++)
            fprintf(text, "label %d\n", subject->labels[i]);
    }
    FILE *files[] = {text, weights, images};
    bool good = true;
    for (int i = 0; i < 3; i++)
        good = files[i] && fclose(files[i]) == 0 && good;
    return good || fail(err, "%s cannot be written", folder);
}

/* "name": [per second of the clock, per second of the processor], of the fastest repeat. */
static void print_rate(const char *name, double count, const struct spent *spent)
{
    struct spent least = spent[0];
    for (int i = 1; i < REPEATS; i++) {
        least.clock = fmin(least.clock, spent[i].clock);
        least.processor = fmin(least.processor, spent[i].processor);
    }
    printf("\"%s\": [%.6g, %.6g], ", name, count / least.clock, count / least.processor);
}

static struct spent since(struct spent start)
{
    struct spent end = now();
    return (struct spent){end.clock - start.clock, end.processor - start.processor};
}

static bool measure_scan(const struct subject *subject, struct error *err)
{
    const struct network *network = subject->network;
    struct target_scan_options options = target_scan_defaults(subject->low, subject->high);
    struct target_scan_class *found = memory_array((size_t)network->n_classes, sizeof *found);
    struct spent spent[REPEATS];
    bool few = network->n_classes <= 10, good = true;
    options.first_steps = few ? 0 : 3;
    options.steps = 10;
    options.starts = few ? 16 : 1;
    options.stay = few ? 10 : 2;
    int passes = few ? 10 * 16 * 10 : network->n_classes * 3 + 3 * 10;
    for (int i = 0; i < REPEATS && good; i++) {
        struct spent start = now();
        good = target_scan(network, subject->pool, &options, NULL, found, err);
        spent[i] = since(start);
    }
    if (good)
        print_rate("scan", passes, spent);
    free(found);
    return good;
}

static bool measure_inversion(const struct subject *subject, struct error *err)
{
    enum { STEPS = 20 };
    struct inversion_options options = inversion_defaults(subject->low, subject->high);
    struct inversion_images images = {IMAGES, subject->pixels, subject->wanted};
    options.batch = INVERSION_BATCH;
    struct inversion *inversion =
        inversion_create(subject->network, subject->pool, &images, &options);
    struct spent spent[REPEATS];
    bool good = inversion_step(inversion, err);
    for (int i = 0; i < REPEATS && good; i++) {
        struct spent start = now();
        for (int step = 0; step < STEPS && good; step++)
            good = inversion_step(inversion, err);
        spent[i] = since(start);
    }
    if (good)
        print_rate("inversion", STEPS, spent);
    inversion_destroy(inversion);
    return good;
}

static bool measure_tuning(const struct subject *subject, struct error *err)
{
    enum { STEPS = 3 };
    struct network *network = network_clone(subject->network);
    struct tuner_options options = {.batch = TUNING_BATCH, .optimiser = optimiser_adam()};
    struct tuner *tuner = tuner_create(network, NULL, subject->pool, &options);
    size_t size = shape_count(&network->layers[network->input].shape);
    struct spent spent[REPEATS];
    for (int i = 0; i < TUNING_BATCH; i++) {
        memcpy(tuner_image(tuner, i), subject->pixels + (size_t)i * size, size * sizeof(float));
        *tuner_goal(tuner, i) =
            (struct tuner_goal){.cross_entropy = 1, .label = subject->labels[i]};
    }
    bool good = tuner_step(tuner, TUNING_BATCH, 1e-5, NULL, err);
    for (int i = 0; i < REPEATS && good; i++) {
        struct spent start = now();
        for (int step = 0; step < STEPS && good; step++)
            good = tuner_step(tuner, TUNING_BATCH, 1e-5, NULL, err);
        spent[i] = since(start);
    }
    if (good)
        print_rate("tuning", TUNING_BATCH * STEPS, spent);
    tuner_destroy(tuner);
    network_destroy(network);
    return good;
}

int main(int argc, char **argv)
{
    struct subject subject = {0};
    struct error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: gradient_bench lab|mnist|residual|resnet18 FOLDER\n");
        return 2;
    }
    subject.pool = thread_pool_create(0);
    bool good = make_subject(&subject, argv[1], &err) && write_subject(&subject, argv[2], &err);
    printf("{\"name\": \"secateur\", ");
    good = good && measure_scan(&subject, &err) && measure_inversion(&subject, &err) &&
           measure_tuning(&subject, &err);
    printf("\"workers\": %d}\n", thread_pool_workers(subject.pool));
    if (!good)
        fprintf(stderr, "gradient_bench: %s: %s\n", argv[1], err.text);
    free_subject(&subject);
    return good ? 0 : 1;
}
