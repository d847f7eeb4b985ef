/* The contract of a repair: how a net is changed, with clean images alone, so that it lets go of a
 * backdoor. A new one is a file repair_NAME.c and its name in the list of meson.build. A repair
 * works in rounds; between two of them the caller may judge the net, go on or stop.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_REPAIR_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_REPAIR_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/defence/suspects/inversion.h"
#include "engine/nn/graph/network.h"

#include <stdint.h>

enum { REPAIR_TARGETS = 8 };

/* Labelled clean images in the net's own unit: pixels[n, input shape]. */
struct repair_images {
    int n;
    const float *pixels;
    const int32_t *labels;
};

struct repair_report {
    int round, rounds; /* this one is done, from 1; of how many */
    double loss;       /* mean over the round's batches */
    double mask;       /* pixels of the trigger that was inverted; -1: none was */
    double hits;       /* share of images that it turned, before this round */
};

/* Within a round, after every step of an inversion or of the tuning. */
struct repair_progress {
    int round, rounds;                       /* the one under way, from 1 */
    int step, steps;                         /* of the round, from 1 */
    const char *doing;                       /* "inverting a trigger", "tuning" */
    double loss;                             /* of the step; NAN: it has none */
    const struct inversion_trigger *trigger; /* that forms now, borrowed; NULL: none does */
};

struct repair_job {
    const struct network *original; /* as it came */
    struct network *network;        /* a clone of it, which is changed */
    struct thread_pool *pool;
    float low, high; /* of every value of the input, in the net's own unit */
    struct repair_images images;
    int target; /* the class that is suspected; -1: none is */
    int n_more; /* further classes that are, less than REPAIR_TARGETS; most often 0 */
    int more[REPAIR_TARGETS];
    int rounds; /* 0: as many as the repair takes by itself */
    uint64_t seed;
    /* Often, on the caller's thread; false cancels the repair: run then fails with
     * ERROR_CANCELLED, and the network is as the last step left it. May be NULL. */
    bool (*progress)(void *context, const struct repair_progress *progress);
    /* Behind every round, on the caller's thread; false ends the repair there, which is no
     * error. May be NULL. */
    bool (*round)(void *context, const struct repair_report *report);
    void *context;
};

struct repair {
    const char *name, *help;
    const char *source; /* papers */
    bool needs_target;
    int rounds; /* that it takes by itself */
    /* False with err when it diverges: the net is then of no use. */
    bool (*run)(const struct repair_job *job, struct error *err);
};

/* For repairs: job->progress, and the error where it cancels. */
bool repair_goes_on(
    const struct repair_job *job, const struct repair_progress *progress, struct error *err);

/* Is it one of classes[n]? */
bool repair_suspects(const int *classes, int n, int32_t class);

/* The table: repair_NAME, for each name in the list of meson.build. */
const struct repair *repairs_at(int index); /* NULL behind the last */
const struct repair *repairs_find(const char *name);

#endif
