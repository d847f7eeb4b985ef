/* What a person at the terminal waits for: the real program on the embedded demo, in a
 * pseudo-terminal of 80x24 in true colour. Prints figures, asserts nothing. */
#include "tests/bench/figures.h"
#include "tests/bench/tasks.h"
#include "tests/screens/harness.h"

#include "engine/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STARTS = 10, KEYS = 100, PAUSES = 12, RUNS = 8, REST = 5 /* seconds */ };

static struct harness *start(void)
{
    const struct harness_options options = {.columns = 80, .rows = 24};
    return harness_start(&options);
}

static void need(bool seen)
{
    if (!seen)
        exit(1); /* the harness has shown the screen */
}

static struct harness *start_ready(void)
{
    struct harness *harness = start();
    need(harness_wait(harness, "next ch"));
    harness_settle(harness, 100);
    return harness;
}

/* Seconds until the text is seen. */
static double until(struct harness *harness, const char *text)
{
    double from = clock_seconds();
    need(harness_wait(harness, text));
    return clock_seconds() - from;
}

static double until_key(struct harness *harness, const char *keys, const char *text)
{
    double from = clock_seconds();
    harness_keys(harness, keys);
    need(harness_wait(harness, text));
    return clock_seconds() - from;
}

static void starts(void)
{
    static struct figures first, ready, all, whole;
    figures_heading("starting");
    for (int i = 0; i < STARTS; i++) {
        size_t n, again;
        struct harness *harness = start();
        double seconds = until(harness, "? help"); /* the last row */
        figures_add(&first, seconds);
        figures_add(&ready, seconds + until(harness, "next ch"));
        harness_settle(harness, 100);
        harness_bytes(harness, &n);
        figures_add(&all, (double)n);
        harness_keys(harness, "\f"); /* Ctrl-L */
        harness_settle(harness, 100);
        harness_bytes(harness, &again);
        figures_add(&whole, (double)(again - n));
        harness_stop(harness);
    }
    figures_print("first paint", &first, 1000, "ms");
    figures_print("net measured, all panels", &ready, 1000, "ms");
    figures_print("  bytes until then", &all, 0.001, "kB");
    figures_print("all cells drawn anew", &whole, 0.001, "kB");
}

/* Focus goes from panel to panel: two frames, two titles and the hints change. */
static void press_panels(struct harness *harness, const char *what, int keys)
{
    static const char *const panels[][2] = {
        {"2", "═ 2 "}, {"6", "═ 6 "}, {"5", "═ 5 "}, {"1", "═ 1 "}};
    struct figures latency = {0};
    size_t before, after;
    harness_bytes(harness, &before);
    for (int i = 0; i < keys; i++)
        figures_add(&latency, until_key(harness, panels[i % 4][0], panels[i % 4][1]));
    harness_settle(harness, 20);
    harness_bytes(harness, &after);
    figures_print(what, &latency, 1000, "ms");
    printf("  bytes a key, with what else came  %.0f\n", (double)(after - before) / keys);
}

static void keys_at_rest(void)
{
    struct harness *harness = start_ready();
    figures_heading("keys");
    press_panels(harness, "focus, engine at rest", KEYS);
    harness_keys(harness, " ");
    need(harness_wait(harness, "DONE"));
    struct figures back = {0};
    for (int i = 1; i <= KEYS / 2; i++) {
        char round[32];
        snprintf(round, sizeof round, "round %d/60", 60 - i);
        figures_add(&back, until_key(harness, "h", round));
    }
    figures_print("one round back, all panels", &back, 1000, "ms");
    harness_stop(harness);
}

/* Examining the layers keeps every processor busy for some seconds. */
static void keys_while_running(void)
{
    struct harness *harness = start_ready();
    harness_keys(harness, "A");
    need(harness_wait(harness, "SCAN"));
    press_panels(harness, "focus, engine on all processors", KEYS);
    if (!harness_sees(harness, "SCAN"))
        puts("  the engine came to rest meanwhile: figures of busy keys are too good");
    harness_stop(harness);
}

/* Unpruned again, so that the next run measures. */
static void forget(struct harness *harness)
{
    harness_keys(harness, ":reset\r");
    harness_settle(harness, 30);
    if (harness_sees(harness, "Delete all rounds"))
        harness_keys(harness, "y");
    need(harness_wait(harness, "round 0/"));
}

static void pauses(void)
{
    struct harness *harness = start_ready();
    struct figures run = {0}, scan = {0};
    figures_heading("pause");
    for (int i = 0; i < PAUSES; i++) {
        forget(harness);
        harness_settle(harness, 30);
        harness_keys(harness, " ");
        need(harness_wait(harness, "RUN"));
        if (!harness_sees(harness, "DONE"))
            figures_add(&run, until_key(harness, " ", "PAUSED"));
    }
    for (int i = 0; i < PAUSES; i++) {
        harness_keys(harness, "A");
        need(harness_wait(harness, "SCAN"));
        harness_settle(harness, 40); /* or not: it is drawn all the time */
        figures_add(&scan, until_key(harness, "p", "PAUSED"));
    }
    figures_print("Space in a run until PAUSED", &run, 1000, "ms");
    figures_print("p while layers are examined", &scan, 1000, "ms");
    harness_stop(harness);
}

static void rests(void)
{
    struct harness *harness = start_ready();
    struct tasks before, after;
    figures_heading("rest");
    harness_settle(harness, 500);
    size_t n, m;
    harness_bytes(harness, &n);
    before = tasks_read(harness_child(harness));
    double end = clock_seconds() + REST;
    while (clock_seconds() < end)
        harness_settle(harness, 1000);
    after = tasks_read(harness_child(harness));
    harness_bytes(harness, &m);
    printf("paused for %d s: %ld wake-ups of %d threads, %.0f ms of processor time, %zu bytes\n",
        REST, after.switches - before.switches, after.n, 1000 * (after.all - before.all), m - n);
    harness_stop(harness);
}

/* What showing costs while the engine works; the front end is the first thread. */
static void measure(struct harness *harness, const char *what, int (*work)(struct harness *))
{
    size_t n, m;
    harness_bytes(harness, &n);
    struct tasks before = tasks_read(harness_child(harness));
    double from = clock_seconds();
    int rounds = work(harness);
    double seconds = clock_seconds() - from;
    struct tasks after = tasks_read(harness_child(harness));
    harness_bytes(harness, &m);
    printf("%s: %.1f s, front end %.1f %% of a core (of %.0f %% in all), %.1f kB/s", what, seconds,
        100 * (after.first - before.first) / seconds, 100 * (after.all - before.all) / seconds,
        (double)(m - n) / seconds / 1000);
    if (rounds > 0)
        printf(", %.0f rounds/s, %.0f bytes a round", rounds / seconds, (double)(m - n) / rounds);
    putchar('\n');
}

static int run_demo(struct harness *harness)
{
    for (int i = 0; i < RUNS; i++) {
        forget(harness);
        harness_keys(harness, " ");
        need(harness_wait(harness, "DONE"));
    }
    return RUNS * 60;
}

static int examine(struct harness *harness)
{
    harness_keys(harness, "A");
    need(harness_wait(harness, "suggested"));
    return 0;
}

static void works(void)
{
    struct harness *harness = start_ready();
    figures_heading("work");
    measure(harness, "runs of the demo, each round at once", run_demo);
    measure(harness, "examining all layers", examine);
    harness_stop(harness);
}

static void resizes(void)
{
    struct harness *harness = start_ready();
    struct figures large = {0}, small = {0};
    figures_heading("size");
    for (int i = 0; i < KEYS / 10; i++) {
        double from = clock_seconds();
        harness_resize(harness, 200, 60);
        need(harness_wait(harness, "3 Faces"));
        figures_add(&large, clock_seconds() - from);
        harness_settle(harness, 50);
        from = clock_seconds();
        harness_resize(harness, 80, 24);
        need(harness_wait(harness, "conv_3 60ch")); /* words of narrow screens */
        figures_add(&small, clock_seconds() - from);
        harness_settle(harness, 50);
    }
    figures_print("to 200x60, with faces", &large, 1000, "ms");
    figures_print("to 80x24", &small, 1000, "ms");
    harness_stop(harness);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    starts();
    keys_at_rest();
    keys_while_running();
    pauses();
    rests();
    works();
    resizes();
    return 0;
}
