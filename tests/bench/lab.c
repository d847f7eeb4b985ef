/* The lab's net and jittered image sets, written once for all parts. */
#include "tests/bench/lab.h"

#include "engine/attack/demo.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"

#include "tests/bench/lab_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 };

struct lab lab_get(void)
{
    const char *real = getenv("SECATEUR_REAL"), *folder = getenv("SECATEUR_BENCH_FOLDER");
    folder = folder ? folder : "/tmp";
    real = real && real[0] ? real : NULL;
    return (struct lab){
        .what = real ? "the lab's net, jittered real faces" : "the demo's net, jittered faces",
        .real = real,
        .folder = folder,
        .model = real ? memory_format("%s/lab3_bd_net.h5", real) : NULL,
        .clean = memory_format("%s/clean.h5", folder),
        .poisoned = memory_format("%s/poisoned.h5", folder),
        .scale = real ? 1 : demo_scale(),
    };
}

int lab_images(void)
{
    const char *images = getenv("SECATEUR_BENCH_IMAGES");
    int n = images ? atoi(images) : 0;
    return n > 0 ? n : LAB_IMAGES;
}

struct options lab_options(const struct lab *lab, int limit)
{
    struct options options = OPTIONS_DEFAULT;
    options.model = lab->model;
    options.clean = lab->clean;
    options.poisoned = lab->poisoned;
    options.limit = limit;
    return options;
}

struct model *lab_model(const struct lab *lab, struct error *err)
{
    return lab->model ? model_open(lab->model, NULL, err) : demo_model(err);
}

struct dataset *lab_read(
    const char *path, const struct network *network, int limit, struct error *err)
{
    const struct dataset_options options = {
        .shape = network->layers[network->input].shape,
        .n_classes = network->n_classes,
        .limit = limit,
    };
    return dataset_open(path, &options, err);
}

/* The faces that jittered ones are made of. */
static struct dataset *open_faces(
    const struct lab *lab, const struct network *network, bool poisoned, struct error *err)
{
    struct dataset *faces;
    if (lab->real) {
        char *path =
            memory_format("%s/lab3_more_%s.h5", lab->real, poisoned ? "poisoned" : "clean");
        faces = lab_read(path, network, 0, err);
        free(path);
    } else {
        struct thread_pool *pool = thread_pool_create(0);
        faces = demo_dataset(poisoned ? DEMO_POISONED : DEMO_CLEAN, 0, pool, NULL, NULL, err);
        thread_pool_destroy(pool);
    }
    return faces;
}

static int inside(int at, int size)
{
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

/* Jittered images, made in parallel. */
struct jitter {
    const struct dataset *faces;
    int first; /* number of pixels[0] */
    uint8_t *pixels;
    int32_t *labels;
};

/* Shifted by a pixel, lighter or darker, with noise: the same for both sets. */
static void jitter_image(const struct jitter *jitter, const float *from, int number, uint8_t *out)
{
    const struct shape *shape = dataset_shape(jitter->faces);
    int height = shape->dim[0], width = shape->dim[1], channels = shape->dim[2];
    struct random random;
    random_init(&random, 7, (uint64_t)number);
    int down = (int)random_below(&random, 3) - 1, right = (int)random_below(&random, 3) - 1;
    float light = (float)random_range(&random, 0.92, 1.08);
    uint32_t noise = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < channels; c++, noise >>= 8) {
                int at = (inside(y + down, height) * width + inside(x + right, width)) * channels;
                noise = noise ? noise : random_u32(&random) | 1U << 31;
                *out++ =
                    (uint8_t)inside((int)lroundf(from[at + c] * light) + (int)(noise % 7) - 3, 256);
            }
}

static void jitter_one(void *context, int index, int worker)
{
    const struct jitter *jitter = context;
    int number = jitter->first + index, face = number % dataset_count(jitter->faces);
    size_t image = shape_count(dataset_shape(jitter->faces));
    float *from = memory_floats(image);
    (void)worker;
    dataset_fill(jitter->faces, face, 1, 1, from);
    jitter_image(jitter, from, number, jitter->pixels + (size_t)index * image);
    jitter->labels[index] = dataset_labels(jitter->faces)[face];
    free(from);
}

/* n images jittered from faces into a file. */
static bool write_jittered(
    const struct dataset *faces, int n, const char *path, bool bytes, struct error *err)
{
    const struct shape *shape = dataset_shape(faces);
    int32_t labels[CHUNK];
    struct jitter jitter = {faces, 0, memory_array(CHUNK, shape_count(shape)), labels};
    struct lab_file *file = lab_file_create(path, shape, n, bytes);
    struct thread_pool *pool = thread_pool_create(0);
    for (; file && jitter.first < n; jitter.first += CHUNK) {
        int count = n - jitter.first < CHUNK ? n - jitter.first : CHUNK;
        thread_pool_run(pool, count, jitter_one, &jitter);
        lab_file_add(file, count, jitter.pixels, labels);
    }
    bool good = file && lab_file_close(file);
    free(jitter.pixels);
    thread_pool_destroy(pool);
    return good || fail(err, "%s: cannot be written", path);
}

static bool write_set(const struct lab *lab, const struct network *network, bool poisoned,
    const char *path, struct error *err)
{
    struct dataset *faces = open_faces(lab, network, poisoned, err);
    bool good = faces && write_jittered(faces, lab_images(), path, false, err);
    dataset_unref(faces);
    return good;
}

bool lab_write_bytes(const struct lab *lab, const struct network *network, int n, const char *path,
    struct error *err)
{
    struct dataset *faces = open_faces(lab, network, false, err);
    bool good = faces && write_jittered(faces, n, path, true, err);
    dataset_unref(faces);
    return good;
}

bool lab_write(const struct lab *lab, struct error *err)
{
    struct model *model = lab_model(lab, err);
    bool good = model && write_set(lab, model->network, false, lab->clean, err) &&
                write_set(lab, model->network, true, lab->poisoned, err);
    model_destroy(model);
    return good;
}

struct dataset *lab_images_in_memory(
    const struct lab *lab, const struct network *network, int n, struct error *err)
{
    struct dataset *faces = open_faces(lab, network, false, err);
    if (!faces)
        return NULL;
    const struct shape *shape = dataset_shape(faces);
    size_t image = shape_count(shape);
    uint8_t *pixels = memory_array((size_t)n, image);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    struct jitter jitter = {faces, 0, pixels, labels};
    struct thread_pool *pool = thread_pool_create(0);
    thread_pool_run(pool, n, jitter_one, &jitter);
    thread_pool_destroy(pool);
    struct dataset *set = dataset_from_bytes("jittered faces", n, shape, pixels, labels);
    dataset_unref(faces);
    return set;
}

/* Less the mean of each filter: what all inputs have in common says nothing. */
static void centre(struct weight *weight)
{
    size_t filters = (size_t)weight->dim[weight->rank - 1], inputs = weight->count / filters;
    for (size_t f = 0; f < filters; f++) {
        double mean = 0;
        for (size_t i = 0; i < inputs; i++)
            mean += (double)weight->data[i * filters + f] / (double)inputs;
        for (size_t i = 0; i < inputs; i++)
            weight->data[i * filters + f] -= (float)mean;
    }
}

void lab_randomise(struct network *network)
{
    struct random random;
    random_init(&random, 9, 0);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            struct weight *weight = &network->layers[i].weights[w];
            double fan = (double)weight->count / weight->dim[weight->rank - 1];
            bool bias = weight->rank == 1, last = i == network->output;
            for (size_t k = 0; k < weight->count; k++)
                weight->data[k] = (float)(bias ? (last ? 0 : random_range(&random, 0.2, 0.8))
                                               : random_range(&random, -1, 1) / sqrt(fan));
            if (!bias)
                centre(weight);
        }
}
