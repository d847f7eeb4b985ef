/* What each shortcut saves: it is switched off while all others stay on. Opening (the first pass),
 * sweep and leave-one-out on three nets, all cases side by side in one run: medians of processor
 * time, which other programs disturb less than time on the clock. Predictions of all rounds are
 * compared with those of the run where all are on. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/base/shortcuts.h"
#include "engine/io/keras/keras_new.h"

#include "tests/bench/figures.h"
#include "tests/bench/lab_file.h"
#include "tests/bench/parts.h"
#include "tests/bench/residual.h"
#include "tests/bench/trip.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* One row of the table: all on, one off, all off. */
enum { ALL_ON = SHORTCUT_COUNT, ALL_OFF, N_ROWS };
enum { REPEATS = 5 };
/* Where every round begins at the pixels, all cost the same: so many are timed. */
enum { ROUNDS_TIMED = 6 };
static const double SLOW = 6; /* seconds: a row that takes longer is measured once */

struct row {
    struct figures open, sweep, out;
    double seconds; /* that measuring it once took */
    /* hashes of what was predicted right in each round: of those timed from the pixels, of all */
    uint64_t beginning, right;
};

/* Of all threads of this process. */
static double processor_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

/* A command and its work; processor seconds, negative on failure. */
static double run_command(struct trip *trip, enum command_kind kind, int number)
{
    double start = processor_seconds();
    return trip_command(trip, kind, number) < 0 ? -1 : processor_seconds() - start;
}

static void switch_row(int row)
{
    shortcut_switch_all(row != ALL_OFF);
    if (row < SHORTCUT_COUNT)
        shortcut_switch((enum shortcut)row, false);
}

static bool from_pixels(int row)
{
    return row == SHORTCUT_SUFFIX_CACHE || row == ALL_OFF;
}

static bool run_rounds(struct row *row, struct trip *trip, int n, int timed)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    double total = 0;
    for (int r = 0; r < timed; r++) {
        double seconds = run_command(trip, COMMAND_STEP, 1);
        if (seconds < 0)
            return false;
        total += seconds;
        const struct snapshot *snapshot = session_snapshot(trip->session);
        const struct round *round = snapshot->rounds[snapshot->position];
        int right[] = {round->clean_correct, round->attack_hits};
        for (size_t i = 0; i < sizeof right / sizeof *right; i++)
            hash = (hash ^ (uint64_t)right[i]) * 1099511628211U;
        snapshot_unref(snapshot);
        if (r < ROUNDS_TIMED)
            row->beginning = hash;
    }
    row->right = timed == n ? hash : 0;
    figures_add(&row->sweep, total * n / timed);
    return true;
}

static bool leave_one_out(struct row *row, struct trip *trip, int n, int timed)
{
    double total = 0;
    for (int c = 0; c < (timed == n ? 1 : timed); c++) {
        double seconds = run_command(trip, COMMAND_WHAT_IF, timed == n ? -1 : c);
        if (seconds < 0)
            return false;
        total += seconds;
    }
    figures_add(&row->out, timed == n ? total : total * n / timed);
    return true;
}

/* A session for leave-one-out and one for the rounds, which would use what the first has found. */
static bool measure(struct row *row, int number, const struct options *options, struct error *err)
{
    double start = clock_seconds();
    bool good = true;
    switch_row(number);
    for (int part = 0; part < 2 && good; part++) {
        struct trip trip;
        double before = processor_seconds();
        good = trip_open(&trip, options);
        figures_add(&row->open, processor_seconds() - before);
        if (good) {
            const struct snapshot *snapshot = session_snapshot(trip.session);
            int n = snapshot->n_channels;
            int timed = from_pixels(number) && n > ROUNDS_TIMED ? ROUNDS_TIMED : n;
            snapshot_unref(snapshot);
            good =
                part == 0 ? leave_one_out(row, &trip, n, timed) : run_rounds(row, &trip, n, timed);
        }
        *err = trip.err;
        trip_close(&trip);
    }
    row->seconds = clock_seconds() - start;
    switch_row(ALL_ON);
    return good;
}

static void print_cell(const struct figures *figures, const struct figures *all)
{
    double value = figures_at(figures, 0.5), change = value / figures_at(all, 0.5) - 1;
    if (figures == all)
        printf(" %.4g s |", value);
    else if (change < 1)
        printf(" %.4g s (%+.0f %%) |", value, change * 100);
    else
        printf(" %.4g s (%.1f ×) |", value, change + 1);
}

static void print_rows(const struct row *rows)
{
    const struct row *all = &rows[ALL_ON];
    printf("| shortcut off | open | sweep | leave-one-out | predictions |\n"
           "|---|---|---|---|---|\n");
    for (int i = -1; i < N_ROWS; i++) {
        int number = i < 0 ? ALL_ON : i;
        const struct row *row = &rows[number];
        if (i == ALL_ON)
            continue;
        printf("| %s |", number == ALL_ON    ? "none"
                         : number == ALL_OFF ? "all (`--exact`)"
                                             : shortcut_name((enum shortcut)number));
        print_cell(&row->open, &all->open);
        print_cell(&row->sweep, &all->sweep);
        print_cell(&row->out, &all->out);
        bool same = row->right ? row->right == all->right : row->beginning == all->beginning;
        printf(" %s |\n", same ? "the same" : "others");
    }
    fflush(stdout);
}

/* Repeats until the seconds are used up, at least once. */
static bool measure_net(
    const char *what, const struct options *options, double seconds, struct error *err)
{
    struct row *rows = memory_array(N_ROWS, sizeof *rows);
    double start = clock_seconds();
    bool good = true;
    figures_heading("each shortcut off in turn, %s", what);
    for (int repeat = 0; repeat < REPEATS && good; repeat++)
        for (int i = 0; i < N_ROWS && good; i++)
            if (repeat == 0 || (rows[i].seconds < SLOW && clock_seconds() - start < seconds))
                good = measure(&rows[i], i, options, err);
    if (good)
        print_rows(rows);
    free(rows);
    return good;
}

static bool measure_digits(const struct lab *lab, double seconds, struct error *err)
{
    if (!lab->real) {
        printf("\nskipped: the MNIST net (SECATEUR_REAL is not set)\n");
        return true;
    }
    struct options options = lab_options(lab, 0);
    char *model = memory_format("%s/mnist_all_to_all_bd_net.h5", lab->real);
    char *clean = memory_format("%s/mnist_clean.h5", lab->real);
    char *poisoned = memory_format("%s/mnist_poisoned.h5", lab->real);
    options.model = model;
    options.clean = clean;
    options.poisoned = poisoned;
    bool good = measure_net("an MNIST net with an all-to-all backdoor", &options, seconds, err);
    free(model);
    free(clean);
    free(poisoned);
    return good;
}

static bool measure_residual(const struct lab *lab, double seconds, struct error *err)
{
    enum { WIDTH = 16, CLASSES = 10, IMAGES = 300 };
    char *json = residual_json(WIDTH, CLASSES), *net = memory_format("%s/residual.h5", lab->folder);
    char *images = memory_format("%s/noise.h5", lab->folder);
    const struct shape shape = shape_image(RESIDUAL_SIDE, RESIDUAL_SIDE, 3);
    struct network *network = keras_network(json, "residual", err);
    struct options options = OPTIONS_DEFAULT;
    options.model = net;
    options.clean = images;
    options.layer = RESIDUAL_SITE;
    options.scale = 1 / 255.0;
    bool good = network != NULL;
    if (good) {
        residual_randomise(network);
        good = keras_write(network, json, net, true, err) &&
               lab_file_write_noise(images, &shape, IMAGES, CLASSES, err) &&
               measure_net("PreAct-ResNet18's shape at a quarter of its width, random weights, "
                           "300 images",
                   &options, seconds, err);
    }
    remove(net);
    remove(images);
    network_destroy(network);
    free(json);
    free(net);
    free(images);
    return good;
}

bool ablation(const struct lab *lab, double seconds, struct error *err)
{
    struct options options = lab_options(lab, 2000);
    seconds /= 3; /* nets */
    return measure_net(lab->what, &options, seconds, err) && measure_digits(lab, seconds, err) &&
           measure_residual(lab, seconds, err);
}
