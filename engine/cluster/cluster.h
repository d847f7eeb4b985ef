/* Several processes, the ranks, that mpirun starts to share one piece of work. Every rank runs the
 * same program on the same input. Where work is shared a rank computes its own part, then gets the
 * parts of all others: behind each exchange all ranks know the same, byte for byte what one alone
 * would know. An error on one rank ends all at their next exchange. A program that was started
 * alone is rank 0 of 1, and nothing here costs it anything.
 * Owner: the process. Thread: that of the session's work, one at a time: main's, or the one that a
 * repair lends it (base/generator). */
#ifndef SECATEUR_ENGINE_CLUSTER_CLUSTER_H
#define SECATEUR_ENGINE_CLUSTER_CLUSTER_H

#include "engine/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Meets the other ranks, where mpirun started some; once, after the process that starts readers of
 * files (io/sandbox) and before any thread. False with ERROR_USAGE where this program was built
 * without Open MPI, ERROR_FAILED where this machine has none. */
bool cluster_start(struct error *err);
int cluster_expected(void); /* ranks that were started, as the environment says; 1: alone */
bool cluster_meets(void);   /* the ranks have met, and have not left */
int cluster_rank(void);     /* 0..; known before they meet */
int cluster_ranks(void);    /* 1: alone, or they have not met */

/* Whether another rank has failed or was stopped meanwhile: to be asked during long work, which is
 * then cancelled. */
bool cluster_ends(void);
/* Tells the others how the work ended here. False with err where it ended badly on any rank: the
 * same error for all, which rank 0 shows. */
bool cluster_end(bool good, struct error *err);
/* Parts from the others, after rank 0 has shown what there is to show. */
void cluster_leave(void);

/* The items first..first+n-1 of this rank, of `all`; neighbours in multiples of `unit` stay
 * together. Ranks beyond the number of units get none. */
struct cluster_share {
    int first, n;
};
struct cluster_share cluster_share(int all, int unit);
struct cluster_share cluster_share_of(int all, int unit, int rank); /* of another rank */

/* Makes array[n], of which each rank has filled its cluster_share(n, unit), whole everywhere. */
bool cluster_collect(void *array, size_t size, int n, int unit, struct error *err);

/* What every rank gave to cluster_gather, in the order of the ranks; freed by the caller. */
struct cluster_parts {
    unsigned char *bytes;
    size_t *starts; /* [ranks + 1] */
};
bool cluster_gather(const void *mine, size_t size, struct cluster_parts *parts, struct error *err);
void cluster_parts_finish(struct cluster_parts *parts);

/* A sum in a fixed order: rank 0 adds its items to total[size], rank 1 goes on from there, and so
 * on; the end is the same everywhere, and what one rank alone would get. add: changes `total`. The
 * same size everywhere. */
typedef void cluster_add(void *context, void *total);
bool cluster_pass_on(void *total, size_t size, cluster_add *add, void *context, struct error *err);

/* Whether all ranks have the same size bytes. False with ERROR_INPUT, the same everywhere: "rank 1:
 * WHAT from rank 0's". */
bool cluster_same(const void *bytes, size_t size, const char *what, struct error *err);

/* What this rank has given to the others so far. */
struct cluster_counts {
    uint64_t exchanges; /* times that ranks waited for each other */
    uint64_t messages;  /* calls of MPI that move something, at most three an exchange */
    uint64_t bytes;     /* of this rank, each counted once however many ranks get it */
};
struct cluster_counts cluster_counts(void);

#endif
