/* What ranks tell each other, and what sharing saves: opening, a sweep, a comparison of orders, a
 * search for suspects. For each the exchanges, messages and bytes of rank 0, and the seconds and
 * processor seconds of every rank.
 * usage: [mpirun -n N] cluster_bench NET CLEAN POISONED [THREADS [PHASES]] */
#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/session/driver/session.h"
#include "engine/session/machine/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { N_PHASES = 3 };

/* Of a phase, on one rank. */
struct spent {
    double seconds, processor;
    long memory; /* peak so far, kB */
};

static struct spent now(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double processor = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    return (struct spent){clock_seconds(), processor, used.ru_maxrss};
}

/* of: how often what is counted happened. */
static bool tell(const char *phase, int of, const char *what, const struct spent *before,
    const struct cluster_counts *counts, struct error *err)
{
    struct cluster_counts told = cluster_counts();
    struct spent spent = now();
    struct cluster_parts all;
    spent.seconds -= before->seconds;
    spent.processor -= before->processor;
    if (!cluster_gather(&spent, sizeof spent, &all, err))
        return false;
    if (cluster_rank() == 0) {
        printf("%-8s %6d %-7s exchanges %6.2f  messages %6.2f  bytes %10.0f   each\n", phase, of,
            what, (double)(told.exchanges - counts->exchanges) / of,
            (double)(told.messages - counts->messages) / of,
            (double)(told.bytes - counts->bytes) / of);
        const struct spent *ranks = (const struct spent *)(const void *)all.bytes;
        for (int r = 0; r < cluster_ranks(); r++)
            printf("         rank %d: %.2f s, %.2f s of processor, peak %ld MB\n", r,
                ranks[r].seconds, ranks[r].processor, ranks[r].memory / 1024);
    }
    cluster_parts_finish(&all);
    return true;
}

static bool work(struct session *session, const struct command *command, struct error *err)
{
    bool good = session_command(session, command, err);
    while (good && session_busy(session))
        good = session_step(session, err);
    return good;
}

static int rounds_of(struct session *session)
{
    const struct snapshot *snapshot = session_snapshot(session);
    int rounds = snapshot->n_channels;
    snapshot_unref(snapshot);
    return rounds;
}

/* What pixels and caches take of the budget, here: in memory and in its file. */
static bool tell_budget(struct session *session, struct error *err)
{
    struct cluster_parts all;
    size_t bytes =
        memory_budget_in_memory(session->budget) + memory_budget_in_file(session->budget);
    if (!cluster_gather(&bytes, sizeof bytes, &all, err))
        return false;
    const size_t *ranks = (const size_t *)(const void *)all.bytes;
    const struct snapshot *snapshot = session_snapshot(session);
    double images = snapshot->n_images[SET_CLEAN] + snapshot->n_images[SET_POISONED];
    for (int r = 0; r < cluster_ranks() && cluster_rank() == 0; r++)
        printf("         rank %d: %.0f bytes of the budget, %.0f for each of all %.0f images\n", r,
            (double)ranks[r], (double)ranks[r] / images, images);
    snapshot_unref(snapshot);
    cluster_parts_finish(&all);
    return true;
}

/* The first n phases behind the opening. */
static bool run(struct session *session, int n, struct error *err)
{
    struct cluster_counts counts = cluster_counts();
    struct spent before = now();
    if (!session_open(session, err) || !tell("open", 1, "time", &before, &counts, err) ||
        !tell_budget(session, err))
        return false;
    static const struct {
        const char *name;
        struct command command;
    } phases[N_PHASES] = {{"sweep", {.kind = COMMAND_RUN}},
        {"compare", {.kind = COMMAND_COMPARE, .text = "clp,l1,mean-activation"}},
        {"scan", {.kind = COMMAND_SUSPECTS}}};
    for (int i = 0; i < n; i++) {
        int of = i == 0 ? rounds_of(session) : i == 1 ? 3 * rounds_of(session) : 1;
        counts = cluster_counts();
        before = now();
        if (!work(session, &phases[i].command, err) ||
            !tell(phases[i].name, of, i < 2 ? "rounds" : "scan", &before, &counts, err))
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct options options = OPTIONS_DEFAULT;
    if (argc < 4) {
        fprintf(
            stderr, "usage: [mpirun -n N] cluster_bench NET CLEAN POISONED [THREADS [PHASES]]\n");
        return ERROR_USAGE;
    }
    options.model = argv[1];
    options.clean = argv[2];
    options.poisoned = argv[3];
    options.threads = argc > 4 ? atoi(argv[4]) : 1;
    int phases = argc > 5 ? atoi(argv[5]) : N_PHASES;
    phases = phases < 0 || phases > N_PHASES ? N_PHASES : phases;
    sandbox_prepare(NULL);
    bool good = cluster_start(&err);
    const struct session_hooks none = {0};
    struct session *session = good ? session_create(&options, &none) : NULL;
    good = cluster_end(good && run(session, phases, &err), &err);
    if (!good && cluster_rank() == 0)
        fprintf(stderr, "cluster_bench: %s\n", err.text);
    session_destroy(session);
    cluster_leave();
    return good ? 0 : (int)err.class;
}
