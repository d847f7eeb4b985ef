/* How times grow with images and with channels, and the exponents of that. Clean images only. */
#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/io/keras/keras_new.h"

#include "tests/bench/figures.h"
#include "tests/bench/lab_file.h"
#include "tests/bench/parts.h"
#include "tests/bench/trip.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { POINTS_MAX = 16 };

struct point {
    double size, first, sweep, round, out; /* seconds */
    double memory;                         /* bytes, the most so far */
};

static bool run_rounds(struct trip *trip, int n, struct point *point)
{
    static struct figures rounds;
    rounds.n = 0;
    for (int r = 1; r <= n; r++) {
        double seconds = trip_command(trip, COMMAND_STEP, 1);
        if (seconds < 0)
            return false;
        point->sweep += seconds;
        const struct snapshot *snapshot = session_snapshot(trip->session);
        if (snapshot->rounds[r]->touched > 0)
            figures_add(&rounds, seconds);
        snapshot_unref(snapshot);
    }
    point->round = figures_at(&rounds, 0.5);
    return true;
}

/* Opening, leave-one-out, all rounds. */
static bool measure(const struct options *options, struct point *point, struct error *err)
{
    struct trip trip;
    bool good = trip_open(&trip, options);
    if (good) {
        const struct snapshot *snapshot = session_snapshot(trip.session);
        int channels = snapshot->n_channels;
        point->first = snapshot->n_images[SET_CLEAN] / snapshot->images_per_second;
        snapshot_unref(snapshot);
        point->out = trip_command(&trip, COMMAND_WHAT_IF, -1);
        good = point->out >= 0 && run_rounds(&trip, channels, point);
    }
    point->memory = (double)memory_peak();
    *err = trip.err;
    trip_close(&trip);
    return good;
}

static void print_points(const char *of, const struct point *points, int n)
{
    double size[POINTS_MAX], first[POINTS_MAX], sweep[POINTS_MAX], out[POINTS_MAX],
        round[POINTS_MAX];
    printf("  %-9s %12s %12s %15s %15s %12s\n", of, "first pass s", "sweep s", "active round ms",
        "leave-one-out s", "peak MB");
    for (int i = 0; i < n; i++) {
        const struct point *point = &points[i];
        printf("  %-9.0f %12.3f %12.3f %15.2f %15.3f %12.0f\n", point->size, point->first,
            point->sweep, point->round * 1e3, point->out, point->memory / 1e6);
        size[i] = point->size;
        first[i] = point->first;
        sweep[i] = point->sweep;
        out[i] = point->out;
        round[i] = point->round;
    }
    if (n > 1)
        printf("  exponent  %12.2f %12.2f %15.2f %15.2f\n", figures_exponent(size, first, n),
            figures_exponent(size, sweep, n), figures_exponent(size, round, n),
            figures_exponent(size, out, n));
}

/* Sizes one after the other, until the next one would take too long or too much. */
struct growth {
    const char *of;
    const int *sizes; /* 0 behind the last */
    double power;     /* of the size that time is expected to grow with */
    double bytes;     /* of memory for each unit of size */
    bool (*measure)(const struct lab *lab, int size, struct point *point, struct error *err);
};

static bool grow(
    const struct growth *growth, const struct lab *lab, double seconds, struct error *err)
{
    struct point points[POINTS_MAX];
    double start = clock_seconds(), took = 0;
    int n = 0;
    for (bool good = true; growth->sizes[n] != 0; n++) {
        double memory = (double)sysconf(_SC_AVPHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
        double step = n ? (double)growth->sizes[n] / growth->sizes[n - 1] : 1;
        for (double p = 0; p < growth->power; p++)
            took *= step;
        double watch = clock_seconds();
        bool late = watch - start + took > seconds;
        if (late || growth->sizes[n] * growth->bytes > memory) {
            printf("  stopped before %d: %s\n", growth->sizes[n], late ? "time" : "memory");
            break;
        }
        points[n] = (struct point){.size = growth->sizes[n]};
        good = growth->measure(lab, growth->sizes[n], &points[n], err);
        took = clock_seconds() - watch;
        if (!good)
            return false;
    }
    print_points(growth->of, points, n);
    return true;
}

static const size_t PLENTY = (size_t)1 << 36; /* nothing need leave memory */

static bool measure_images(const struct lab *lab, int size, struct point *point, struct error *err)
{
    struct model *model = lab_model(lab, err);
    struct options options = OPTIONS_DEFAULT;
    char *path = memory_format("%s/growth.h5", lab->folder);
    options.model = lab->model;
    options.clean = path;
    options.scale = lab->scale;
    options.memory = PLENTY;
    bool good = model && lab_write_bytes(lab, model->network, size, path, err) &&
                measure(&options, point, err);
    remove(path);
    free(path);
    model_destroy(model);
    return good;
}

bool growth_images(const struct lab *lab, double seconds, struct error *err)
{
    static const int sizes[] = {1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 0};
    const struct growth growth = {"images", sizes, 1, 2.5 * 55 * 47 * 3, measure_images};
    figures_heading("growth with images, %s", lab->what);
    return grow(&growth, lab, seconds, err);
}

/* A plain chain with `channels` at the site. */
static char *chain_json(int channels)
{
    static const char conv[] =
        "{\"class_name\":\"Conv2D\",\"config\":{\"name\":\"conv_%d\",%s\"filters\":%d,"
        "\"kernel_size\":[3,3],\"strides\":[1,1],\"padding\":\"valid\",\"activation\":\"relu\","
        "\"use_bias\":true}},{\"class_name\":\"MaxPooling2D\",\"config\":{\"name\":\"pool_%d\","
        "\"pool_size\":[2,2],\"strides\":[2,2],\"padding\":\"valid\"}},";
    char *first = memory_format(conv, 1, "\"batch_input_shape\":[null,24,24,3],", 16, 1);
    char *second = memory_format(conv, 2, "", channels, 2);
    char *json = memory_format(
        "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"chain\",\"layers\":[%s%s"
        "{\"class_name\":\"Flatten\",\"config\":{\"name\":\"flatten\"}},"
        "{\"class_name\":\"Dense\",\"config\":{\"name\":\"fc_1\",\"units\":128,"
        "\"activation\":\"relu\",\"use_bias\":true}},"
        "{\"class_name\":\"Dense\",\"config\":{\"name\":\"output\",\"units\":64,"
        "\"activation\":\"softmax\",\"use_bias\":true}}]}}",
        first, second);
    free(first);
    free(second);
    return json;
}

static bool measure_channels(
    const struct lab *lab, int size, struct point *point, struct error *err)
{
    enum { IMAGES = 1000 };
    const struct shape shape = shape_image(24, 24, 3);
    char *json = chain_json(size), *net = memory_format("%s/chain.h5", lab->folder);
    char *images = memory_format("%s/growth.h5", lab->folder);
    struct network *network = keras_network(json, "chain", err);
    struct options options = OPTIONS_DEFAULT;
    options.model = net;
    options.clean = images;
    options.scale = 1 / 255.0;
    options.memory = PLENTY;
    bool good = network != NULL;
    if (good) {
        lab_randomise(network);
        good = keras_write(network, json, net, true, err) &&
               lab_file_write_noise(images, &shape, IMAGES, 1, err) &&
               measure(&options, point, err);
    }
    remove(net);
    remove(images);
    network_destroy(network);
    free(json);
    free(net);
    free(images);
    return good;
}

bool growth_channels(const struct lab *lab, double seconds, struct error *err)
{
    static const int sizes[] = {20, 32, 64, 128, 256, 512, 0};
    const struct growth growth = {"channels", sizes, 2, 1e6, measure_channels};
    figures_heading("growth with channels, random chains without dead ones, 1000 images");
    return grow(&growth, lab, seconds, err);
}
