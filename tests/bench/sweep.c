/* Sessions on whole sets: opening, rounds, leave-one-out, undo, greedy, memory. */
#include "engine/base/memory.h"
#include "engine/io/keras/keras_new.h"

#include "tests/bench/figures.h"
#include "tests/bench/forward.h"
#include "tests/bench/parts.h"
#include "tests/bench/trip.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct sweep {
    const char *what;
    struct options options;
    int repeats;
    /* filled */
    int images, rounds, active;
    double clean[2], asr[2]; /* percent, before and after all rounds */
    double touched, judged;  /* images, in all rounds together */
    struct figures open, stages[N_STAGES], first, sweep, round, undo, out, snapshot, stop;
    size_t memory[3]; /* before, opened, swept */
};

static bool run_rounds(struct sweep *sweep, struct trip *trip)
{
    double total = 0, seconds;
    sweep->active = 0;
    sweep->touched = sweep->judged = 0;
    for (int r = 1; r <= sweep->rounds; r++) {
        if ((seconds = trip_command(trip, COMMAND_STEP, 1)) < 0)
            return false;
        total += seconds;
        double start = clock_seconds();
        const struct snapshot *snapshot = session_snapshot(trip->session);
        const struct round *round = snapshot->rounds[snapshot->position];
        figures_add(&sweep->snapshot, clock_seconds() - start);
        sweep->touched += round->touched;
        sweep->judged += round->finished;
        sweep->active += round->touched > 0;
        if (round->touched > 0)
            figures_add(&sweep->round, seconds);
        sweep->clean[1] = snapshot_clean_accuracy(snapshot, snapshot->position);
        sweep->asr[1] = snapshot_asr(snapshot, snapshot->position);
        snapshot_unref(snapshot);
    }
    figures_add(&sweep->sweep, total);
    return true;
}

static bool open_trip(struct sweep *sweep, struct trip *trip)
{
    if (!trip_open(trip, &sweep->options))
        return false;
    const struct snapshot *snapshot = session_snapshot(trip->session);
    sweep->images = snapshot->n_images[SET_CLEAN] + snapshot->n_images[SET_POISONED];
    sweep->rounds = snapshot->n_channels;
    sweep->clean[0] = snapshot_clean_accuracy(snapshot, 0);
    sweep->asr[0] = snapshot_asr(snapshot, 0);
    figures_add(&sweep->open, trip->open);
    figures_add(&sweep->first, sweep->images / snapshot->images_per_second);
    for (int s = 0; s < N_STAGES; s++)
        figures_add(&sweep->stages[s], trip->stages[s]);
    snapshot_unref(snapshot);
    return true;
}

/* Leave-one-out, stopped after 10, 20 … ms. */
static void interrupt(struct sweep *sweep, struct trip *trip)
{
    for (int i = 1; i <= 10; i++) {
        double seconds = trip_interrupt(trip, COMMAND_WHAT_IF, -1, i * 0.01);
        if (seconds >= 0)
            figures_add(&sweep->stop, seconds);
    }
}

/* All rounds and back again, then a new session for leave-one-out. */
static bool repeat(struct sweep *sweep, struct error *err)
{
    struct trip trip;
    bool first = sweep->open.n == 0;
    double seconds = 0;
    sweep->memory[0] = first ? memory_peak() : sweep->memory[0];
    bool good = open_trip(sweep, &trip);
    sweep->memory[1] = first ? memory_peak() : sweep->memory[1];
    good = good && run_rounds(sweep, &trip);
    sweep->memory[2] = first ? memory_peak() : sweep->memory[2];
    for (int r = 0; r < sweep->rounds && good; r++) {
        good = (seconds = trip_command(&trip, COMMAND_UNDO, 1)) >= 0;
        figures_add(&sweep->undo, seconds);
    }
    *err = trip.err;
    trip_close(&trip);
    if (!good)
        return false;
    good = open_trip(sweep, &trip);
    good = good && (seconds = trip_command(&trip, COMMAND_WHAT_IF, -1)) >= 0;
    figures_add(&sweep->out, seconds);
    interrupt(sweep, &trip);
    *err = trip.err;
    trip_close(&trip);
    return good;
}

static void print_ratios(const struct sweep *sweep)
{
    double first = figures_at(&sweep->first, 0.5), all = figures_at(&sweep->sweep, 0.5);
    double round = figures_at(&sweep->round, 0.5);
    printf("  a round from the pixels / an active round %8.1f\n", first / round);
    printf("  %d rounds from the pixels / sweep          %8.1f\n", sweep->rounds,
        sweep->rounds * first / all);
    printf(
        "  leave-one-out / first pass               %9.2f\n", figures_at(&sweep->out, 0.5) / first);
    printf("  p95 / median of active rounds            %9.2f\n",
        figures_at(&sweep->round, 0.95) / round);
    printf("  undo / active round                       %8.4f\n",
        figures_at(&sweep->undo, 0.5) / round);
}

static void print_sweep(const struct sweep *sweep)
{
    static const char *const stages[] = {
        "  reading net and images", "  finding the pixel scale", "  first pass, statistics kept"};
    struct rusage children;
    getrusage(RUSAGE_CHILDREN, &children);
    printf("  %d images, clean accuracy %.2f %% -> %.2f %%, ASR %.2f %% -> %.2f %%\n",
        sweep->images, sweep->clean[0], sweep->clean[1], sweep->asr[0], sweep->asr[1]);
    figures_print("open", &sweep->open, 1, "s");
    for (int s = 0; s < N_STAGES; s++)
        figures_print(stages[s], &sweep->stages[s], 1, "s");
    printf("  first pass %.0f images/s, with reading %.0f images/s\n",
        sweep->images / figures_at(&sweep->first, 0.5),
        sweep->images / figures_at(&sweep->open, 0.5));
    figures_print("sweep", &sweep->sweep, 1, "s");
    figures_print("active round", &sweep->round, 1e3, "ms");
    printf("  %d of %d rounds are active; %.1f runs behind the site and %.1f last products an "
           "image\n",
        sweep->active, sweep->rounds, sweep->touched / sweep->images,
        sweep->judged / sweep->images);
    figures_print("leave-one-out", &sweep->out, 1, "s");
    figures_print("undo", &sweep->undo, 1e6, "us");
    figures_print("asked to stop, until it has", &sweep->stop, 1e3, "ms");
    figures_print("snapshot", &sweep->snapshot, 1e6, "us");
    if (sweep->memory[1] > sweep->memory[0]) /* else another case had more before */
        printf("  peak memory: %.0f MB before, %.0f MB opened, %.0f MB swept; readers' %.0f MB\n",
            (double)sweep->memory[0] / 1e6, (double)sweep->memory[1] / 1e6,
            (double)sweep->memory[2] / 1e6, (double)children.ru_maxrss * 1024 / 1e6);
    print_ratios(sweep);
}

static bool run_sweep(struct sweep *sweep, struct error *err)
{
    figures_heading("sweep, %s", sweep->what);
    for (int i = 0; i < sweep->repeats; i++)
        if (!repeat(sweep, err))
            return false;
    print_sweep(sweep);
    return true;
}

bool sweep_lab(const struct lab *lab, double seconds, struct error *err)
{
    static struct sweep sweep;
    sweep.what = lab->what;
    sweep.options = lab_options(lab, 0);
    sweep.repeats = 1 + (int)(seconds / 8);
    return run_sweep(&sweep, err);
}

/* The candidate whose cut leaves most clean images right and fewest attacks. */
static int choose(const struct snapshot *snapshot)
{
    int best = -1, most = 0;
    for (int c = 0; c < snapshot->n_channels; c++) {
        const struct what_if *what_if = &snapshot->what_if[c];
        int score = what_if->clean_correct - what_if->attack_hits;
        if (what_if->clean_correct >= 0 && (best < 0 || score > most)) {
            best = c;
            most = score;
        }
    }
    return best;
}

/* One step: every channel that is left is tried, the best is pruned. */
static bool step_greedy(struct trip *trip, struct figures *steps)
{
    double tried = trip_command(trip, COMMAND_WHAT_IF, -1);
    if (tried < 0)
        return false;
    const struct snapshot *snapshot = session_snapshot(trip->session);
    int best = choose(snapshot);
    snapshot_unref(snapshot);
    double pruned = trip_command(trip, COMMAND_PRUNE, best);
    figures_add(steps, tried + pruned);
    return pruned >= 0;
}

bool sweep_greedy(const struct lab *lab, double seconds, struct error *err)
{
    static struct sweep sweep;
    static struct figures steps;
    struct trip trip;
    sweep.options = lab_options(lab, 0);
    figures_heading("greedy, %s", lab->what);
    bool good = open_trip(&sweep, &trip) && run_rounds(&sweep, &trip);
    good = good && trip_command(&trip, COMMAND_RESET, 0) >= 0;
    for (int s = 0; s < sweep.rounds && good && figures_sum(&steps) < seconds; s++)
        good = step_greedy(&trip, &steps);
    if (good) {
        figures_print("step with all candidates", &steps, 1, "s");
        printf("  %d of %d steps: %.2f s, %.1f x the sweep of %.2f s\n", steps.n, sweep.rounds,
            figures_sum(&steps), figures_sum(&steps) / figures_at(&sweep.sweep, 0.5),
            figures_at(&sweep.sweep, 0.5));
    }
    *err = trip.err;
    trip_close(&trip);
    return good;
}

/* A net of the lab's shape in which every channel speaks on every image. */
static bool write_alive(const char *path, struct error *err)
{
    char *json = keras_deepid_json(1283);
    struct network *network = keras_network(json, "alive", err);
    bool good = network != NULL;
    if (good) {
        lab_randomise(network);
        good = keras_write(network, json, path, true, err);
    }
    network_destroy(network);
    free(json);
    return good;
}

bool sweep_alive(const struct lab *lab, double seconds, struct error *err)
{
    static struct sweep sweep;
    char *path = memory_format("%s/alive.h5", lab->folder);
    bool good = write_alive(path, err);
    sweep.what = "a random net of the lab's shape without dead channels";
    sweep.options = lab_options(lab, 2000);
    sweep.options.model = path;
    sweep.options.scale = 1 / 255.0;
    sweep.repeats = 1 + (int)(seconds / 8);
    good = good && run_sweep(&sweep, err);
    remove(path);
    free(path);
    return good;
}

static bool sweep_chain(const struct lab *lab, const char *net, struct error *err)
{
    struct sweep *sweep = memory_array(1, sizeof *sweep);
    sweep->what = net;
    sweep->options = lab_options(lab, 0);
    sweep->options.model = memory_format("%s/%s.h5", lab->real, net);
    sweep->options.clean = memory_format("%s/mnist_clean.h5", lab->real);
    sweep->options.poisoned = memory_format("%s/mnist_poisoned.h5", lab->real);
    sweep->repeats = 3;
    bool good = run_sweep(sweep, err);
    free(sweep);
    return good;
}

bool sweep_chains(const struct lab *lab, double seconds, struct error *err)
{
    (void)seconds;
    if (lab->real)
        return sweep_chain(lab, "mnist_all_to_all_bd_net", err) &&
               sweep_chain(lab, "mnist_clean_label_bd_net", err);
    printf("\nskipped: the MNIST chains (SECATEUR_REAL is not set)\n");
    return true;
}
