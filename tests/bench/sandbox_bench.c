/* What holding readers costs: nets and image sets opened by readers of the sandbox, and by the same
 * code in a thread of this process, in turns. Usage: sandbox_bench [FILE.h5…]: image sets of the
 * lab's shape; without one, a set of the lab's size is made. SECATEUR_REAL adds real nets. */
#include "tests/bench/figures.h"
#include "tests/bench/lab_file.h"

#include "engine/attack/demo.h"
#include "engine/base/memory.h"
#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/io/sandbox/shm_ring.h"
#include "engine/io/sandbox/starter.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { IMAGES = 11547, CLASSES = 1283, TURNS = 15, NOBODY = 0x7ffffffe /* no process has it */ };

static const struct shape image_shape = {3, {55, 47, 3}};

/* Readers in threads ----------------------------------------------------------------------- */

struct held {
    struct reader_order order;
    int end, ring;
};

static bool in_thread; /* what starter_start is to do */
static pthread_t thread;

pid_t __real_starter_start(const struct reader_order *order, const int *descriptors, int n);
pid_t __wrap_starter_start(const struct reader_order *order, const int *descriptors, int n);

static void *work(void *context)
{
    struct held *held = context;
    struct reader_order *order = &held->order;
    struct shm_ring *ring = held->ring >= 0 ? shm_ring_attach(held->ring, order->ring_slot) : NULL;
    reader_work(order, ring, held->end);
    close(held->end);
    for (int i = 0; i < order->n_files; i++)
        close(order->files[i].descriptor);
    shm_ring_destroy(ring);
    free(held);
    return NULL;
}

pid_t __wrap_starter_start(const struct reader_order *order, const int *descriptors, int n)
{
    if (!in_thread)
        return __real_starter_start(order, descriptors, n);
    struct held *held = memory_array(1, sizeof *held);
    *held = (struct held){*order, dup(descriptors[0]), -1};
    for (int i = 0; i < order->n_files; i++)
        held->order.files[i].descriptor = dup(descriptors[1 + i]);
    if (order->ring_slot)
        held->ring = dup(descriptors[1 + order->n_files]);
    return pthread_create(&thread, NULL, work, held) == 0 ? NOBODY : -1;
}

/* Measuring -------------------------------------------------------------------------------- */

static bool open_net(const char *path, struct error *err)
{
    struct model *model = model_open(path, NULL, err);
    model_destroy(model);
    return model;
}

static bool open_set(const char *path, struct error *err)
{
    const struct dataset_options options = {.shape = image_shape, .n_classes = CLASSES};
    struct dataset *dataset = dataset_open(path, &options, err);
    dataset_unref(dataset);
    return dataset;
}

/* Of this process and of readers that have ended. */
static double processor_seconds(void)
{
    double seconds = 0;
    for (int i = 0; i < 2; i++) {
        struct rusage usage;
        getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &usage);
        seconds += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    }
    return seconds;
}

struct times {
    double seconds, processor;
};

static bool time_one(bool (*open)(const char *, struct error *), const char *path, bool threaded,
    struct times *times)
{
    struct error err = {0};
    in_thread = threaded;
    double start = clock_seconds(), used = processor_seconds();
    bool good = open(path, &err);
    if (threaded) {
        pthread_join(thread, NULL);
        input_hand_over(NULL, NULL, -1);
    }
    *times = (struct times){clock_seconds() - start, processor_seconds() - used};
    if (!good)
        fprintf(stderr, "sandbox_bench: %s\n", err.text);
    return good;
}

static void print_ratio(const struct figures *without, const struct figures *with)
{
    printf("  %9.2f %9.2f %6.2f", figures_at(without, 0.5) * 1e3, figures_at(with, 0.5) * 1e3,
        figures_at(with, 0.5) / figures_at(without, 0.5));
}

/* The first load of a process, as most are: one of our own for each, which prints its times. */
static bool time_cold(const char *path, bool threaded, struct times *times)
{
    char line[100] = "", own[512] = "";
    if (readlink("/proc/self/exe", own, sizeof own - 1) < 0)
        return false;
    char *command = memory_format("'%s' --one %s '%s'", own, threaded ? "thread" : "held", path);
    FILE *out = popen(command, "r");
    bool good = out && fgets(line, sizeof line, out) &&
                sscanf(line, "%lf %lf", &times->seconds, &times->processor) == 2;
    good = out && pclose(out) == 0 && good;
    free(command);
    return good;
}

static int print_one(const char *kind, const char *path)
{
    struct times times;
    if (!time_one(open_net, path, strcmp(kind, "thread") == 0, &times))
        return 1;
    printf("%.6f %.6f\n", times.seconds, times.processor);
    return 0;
}

/* Clock and processor, in turns, so that other work on the machine meets both. open NULL: a net,
 * each time by a new process. */
static bool compare(bool (*open)(const char *, struct error *), const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct figures clock[2] = {0}, processor[2] = {0};
    for (int i = -1; i < TURNS; i++) /* the first warms the files */
        for (int held = 0; held < 2; held++) {
            struct times times;
            if (!(open ? time_one(open, path, !held, &times) : time_cold(path, !held, &times)))
                return false;
            if (i < 0)
                continue;
            figures_add(&clock[held], times.seconds);
            figures_add(&processor[held], times.processor);
        }
    printf("%-26s %-5s", name, open ? "" : "first");
    print_ratio(&clock[0], &clock[1]);
    printf(" %6.2f", figures_at(&clock[1], 0) / figures_at(&clock[0], 0));
    print_ratio(&processor[0], &processor[1]);
    printf(" %6.2f\n", figures_at(&processor[1], 0) / figures_at(&processor[0], 0));
    return true;
}

static bool compare_nets(void)
{
    static const char *const names[] = {
        "lab3_bd_net.h5", "mnist_clean_label_bd_net.h5", "lab3_bd_weights.h5"};
    const char *real = getenv("SECATEUR_REAL");
    bool good = true;
    if (!real)
        printf("SKIPPED: nets: set SECATEUR_REAL to the folder of real nets\n");
    for (size_t i = 0; real && i < sizeof names / sizeof *names; i++) {
        char *path = memory_format("%s/%s", real, names[i]);
        good = compare(NULL, path) && compare(open_net, path) && good;
        free(path);
    }
    return good;
}

/* A set of the lab's size, which is removed behind us. */
static bool compare_noise(void)
{
    char folder[] = "/tmp/secateur-sandbox-XXXXXX";
    struct error err = {0};
    if (!mkdtemp(folder))
        return false;
    char *path = memory_format("%s/noise.h5", folder);
    bool good =
        lab_file_write_noise(path, &image_shape, IMAGES, CLASSES, &err) && compare(open_set, path);
    if (err.class)
        fprintf(stderr, "sandbox_bench: %s\n", err.text);
    unlink(path);
    rmdir(folder);
    free(path);
    return good;
}

int main(int argc, char **argv)
{
    bool good = true;
    sandbox_prepare(demo_rehearse);
    if (argc == 4 && strcmp(argv[1], "--one") == 0)
        return print_one(argv[2], argv[3]);
    figures_heading("readers, milliseconds");
    printf("%-32s  %9s %9s %6s %6s  %9s %9s %6s %6s\n", "median, clock and processor", "in thread",
        "held", "ratio", "best", "in thread", "held", "ratio", "best");
    good = compare_nets();
    for (int i = 1; i < argc; i++)
        good = compare(open_set, argv[i]) && good;
    if (argc < 2)
        good = compare_noise() && good;
    return good ? 0 : 1;
}
