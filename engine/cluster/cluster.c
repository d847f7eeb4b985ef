/* What ranks tell each other, and what happens where one of them fails. Leans on transport.h. */
#include "engine/cluster/cluster.h"

#include "engine/base/memory.h"
#include "engine/cluster/transport.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every exchange begins with a slot of each rank; what is short goes in it. */
enum { SLOT_BYTES = 256, INLINE_BYTES = SLOT_BYTES - 16 };
enum rank_state { GOES_ON, DONE, FAILED, STOPPED };

struct slot {
    uint32_t state;
    uint32_t kind; /* of the exchange: ranks that differ here do different things */
    uint64_t size;
    unsigned char bytes[INLINE_BYTES];
};

enum kind { KIND_GATHER, KIND_PASS_ON, KIND_END };

static struct {
    int rank, ranks; /* ranks 0: alone, as 1 */
    bool met, over, broken;
    struct error end; /* of all, once it is over */
    struct cluster_counts counts;
} cluster;

/* A number of the environment, as the starter of the ranks left it. */
static int number_of(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

/* mpirun of Open MPI tells how many ranks there are; srun of Slurm does, and --mpi=pmix tells which
 * one this is. */
int cluster_expected(void)
{
    int slurm = getenv("PMIX_RANK") ? number_of("SLURM_STEP_NUM_TASKS", 1) : 1;
    return number_of("OMPI_COMM_WORLD_SIZE", slurm);
}

int cluster_rank(void)
{
    if (cluster.met || cluster_expected() <= 1)
        return cluster.rank;
    return number_of("OMPI_COMM_WORLD_RANK", number_of("PMIX_RANK", 0));
}

bool cluster_meets(void)
{
    return cluster.met;
}

int cluster_ranks(void)
{
    return cluster.ranks > 1 ? cluster.ranks : 1;
}

struct cluster_counts cluster_counts(void)
{
    return cluster.counts;
}

bool cluster_start(struct error *err)
{
    if (cluster_expected() <= 1)
        return true;
    cluster.met = transport_open(&cluster.rank, &cluster.ranks, err);
    return cluster.met;
}

/* It is over for all ranks. */
static bool end_with(struct error *err)
{
    cluster.over = true;
    if (err)
        *err = cluster.end;
    return false;
}

static bool lost(struct error *err)
{
    cluster.broken = true;
    fail_as(&cluster.end, ERROR_FAILED, "the other ranks cannot be reached any more");
    return end_with(err);
}

static bool is_bad(const struct slot *slot)
{
    return slot->state == FAILED || slot->state == STOPPED;
}

/* Of what is gathered each rank may have more or less. */
static bool is_same(const struct slot *one, const struct slot *two)
{
    return one->state == two->state && one->kind == two->kind &&
           (one->kind == KIND_GATHER || one->size == two->size);
}

/* The first that failed of itself, and was not stopped: its error goes to all. Of a rank that
 * failed where rank 0 did not it is said where. */
static bool hear_failure(const struct slot *slots, const struct error *own, struct error *err)
{
    struct {
        struct error err;
        char host[64];
    } told = {.host = ""};
    int from = -1, failed = 0;
    for (int r = 0; r < cluster.ranks; r++) {
        bool cause = from < 0 || (slots[from].state == STOPPED && slots[r].state == FAILED);
        failed += slots[r].state == FAILED;
        from = cause && is_bad(&slots[r]) ? r : from;
    }
    if (from == cluster.rank) {
        told.err = *own;
        gethostname(told.host, sizeof told.host - 1);
    }
    cluster.counts.messages++;
    if (!transport_spread(&told, sizeof told, from))
        return lost(err);
    cluster.end = told.err;
    if (from > 0 && failed < cluster.ranks && told.err.class != ERROR_CANCELLED) {
        char where[96];
        snprintf(where, sizeof where, "rank %d on %s", from, told.host);
        fail_in(&cluster.end, where);
    }
    return end_with(err);
}

/* Slots of all ranks: false where one failed, or they do not do the same. `own`: of a rank that
 * failed. */
static bool meet(struct slot *mine, const struct error *own, struct slot *slots, struct error *err)
{
    bool failed = false;
    int other = -1;
    if (cluster.over)
        return end_with(err);
    cluster.counts.exchanges++;
    cluster.counts.messages++;
    cluster.counts.bytes += SLOT_BYTES;
    if (!transport_all(mine, sizeof *mine, slots))
        return lost(err);
    for (int r = 0; r < cluster.ranks; r++) {
        failed = failed || is_bad(&slots[r]);
        other = is_same(&slots[r], &slots[0]) ? other : r;
    }
    for (int r = 0; r < cluster.ranks && failed; r++)
        if (is_bad(&slots[r]) && r != cluster.rank && !transport_take_notice(r))
            return lost(err);
    if (failed)
        return hear_failure(slots, own, err);
    if (other < 0)
        return true;
    fail_as(&cluster.end, ERROR_FAILED,
        "ranks 0 and %d do not do the same: were they started with the same arguments, files and "
        "program?",
        other);
    return end_with(err);
}

bool cluster_ends(void)
{
    return cluster.met && !cluster.over && !cluster.broken && transport_has_notice();
}

bool cluster_end(bool good, struct error *err)
{
    bool stopped = !good && err->class == ERROR_CANCELLED;
    struct slot mine = {.state = good ? DONE : stopped ? STOPPED : FAILED, .kind = KIND_END};
    if (!cluster.met)
        return good;
    if (cluster.over)
        return end_with(err);
    struct slot *slots = memory_array((size_t)cluster.ranks, sizeof *slots);
    for (int r = 0; r < cluster.ranks && !good; r++)
        if (r != cluster.rank && !transport_notify(r))
            cluster.broken = true;
    bool all = !cluster.broken && meet(&mine, err, slots, err);
    if (cluster.broken)
        lost(err);
    cluster.over = true;
    free(slots);
    return all;
}

void cluster_leave(void)
{
    if (cluster.met)
        transport_close(!cluster.broken);
    cluster.met = false;
}

struct cluster_share cluster_share(int all, int unit)
{
    return cluster_share_of(all, unit, cluster.rank);
}

struct cluster_share cluster_share_of(int all, int unit, int rank)
{
    int64_t units = ((int64_t)all + unit - 1) / unit, ranks = cluster_ranks();
    int64_t first = units * rank / ranks * unit, end = units * (rank + 1) / ranks * unit;
    end = end < all ? end : all;
    first = first < all ? first : all;
    return (struct cluster_share){(int)first, (int)(end - first)};
}

void cluster_parts_finish(struct cluster_parts *parts)
{
    free(parts->bytes);
    free(parts->starts);
    *parts = (struct cluster_parts){0};
}

/* What is behind the slots, into parts->bytes. */
static bool fetch(const struct slot *slots, const void *mine, struct cluster_parts *parts)
{
    size_t longest = 0, own = parts->starts[cluster.rank + 1] - parts->starts[cluster.rank];
    for (int r = 0; r < cluster.ranks; r++) {
        size_t size = parts->starts[r + 1] - parts->starts[r];
        longest = size > longest ? size : longest;
        if (size <= INLINE_BYTES)
            memcpy(parts->bytes + parts->starts[r], slots[r].bytes, size);
    }
    if (longest <= INLINE_BYTES)
        return true;
    cluster.counts.messages++;
    cluster.counts.bytes += own;
    return transport_parts(mine, parts->bytes, parts->starts);
}

static void fill_slot(struct slot *slot, const void *bytes, size_t size)
{
    *slot = (struct slot){.state = GOES_ON, .kind = KIND_GATHER, .size = size};
    if (size > 0 && size <= INLINE_BYTES)
        memcpy(slot->bytes, bytes, size);
}

bool cluster_gather(const void *mine, size_t size, struct cluster_parts *parts, struct error *err)
{
    size_t ranks = (size_t)cluster_ranks();
    struct slot own, *slots = memory_array(ranks, sizeof *slots);
    *parts = (struct cluster_parts){.starts = memory_array(ranks + 1, sizeof *parts->starts)};
    fill_slot(&own, mine, size);
    bool good = true;
    if (cluster_ranks() == 1)
        slots[0] = own;
    else
        good = meet(&own, NULL, slots, err);
    for (size_t r = 0; good && r < ranks; r++)
        parts->starts[r + 1] = parts->starts[r] + slots[r].size;
    if (good) {
        parts->bytes = memory_array(parts->starts[ranks] + 1, 1);
        if (ranks == 1)
            memcpy(parts->bytes, mine, size);
        else if (!fetch(slots, mine, parts))
            good = lost(err);
    }
    free(slots);
    if (!good)
        cluster_parts_finish(parts);
    return good;
}

bool cluster_collect(void *array, size_t size, int n, int unit, struct error *err)
{
    struct cluster_share share = cluster_share(n, unit);
    struct cluster_parts parts;
    if (cluster_ranks() == 1)
        return true;
    const unsigned char *mine = (unsigned char *)array + (size_t)share.first * size;
    if (!cluster_gather(mine, (size_t)share.n * size, &parts, err))
        return false;
    assert(parts.starts[cluster.ranks] == (size_t)n * size);
    memcpy(array, parts.bytes, (size_t)n * size);
    cluster_parts_finish(&parts);
    return true;
}

/* From rank to rank, then from the last one to all. */
static bool pass_on(void *total, size_t size, cluster_add *add, void *context)
{
    int last = cluster.ranks - 1;
    if (cluster.rank > 0 && !transport_receive(total, size, cluster.rank - 1))
        return false;
    add(context, total);
    cluster.counts.messages += 1 + (cluster.rank < last);
    cluster.counts.bytes += size;
    return (cluster.rank == last || transport_send(total, size, cluster.rank + 1)) &&
           transport_spread(total, size, last);
}

bool cluster_pass_on(void *total, size_t size, cluster_add *add, void *context, struct error *err)
{
    if (cluster_ranks() == 1) {
        add(context, total);
        return true;
    }
    struct slot mine = {.state = GOES_ON, .kind = KIND_PASS_ON, .size = size};
    struct slot *slots = memory_array((size_t)cluster.ranks, sizeof *slots);
    bool good = meet(&mine, NULL, slots, err) && (pass_on(total, size, add, context) || lost(err));
    free(slots);
    return good;
}

bool cluster_same(const void *bytes, size_t size, const char *what, struct error *err)
{
    struct cluster_parts parts;
    int other = -1;
    if (cluster_ranks() == 1)
        return true;
    if (!cluster_gather(bytes, size, &parts, err))
        return false;
    for (int r = cluster.ranks - 1; r > 0; r--)
        if (parts.starts[r + 1] - parts.starts[r] != parts.starts[1] ||
            memcmp(parts.bytes, parts.bytes + parts.starts[r], parts.starts[1]) != 0)
            other = r;
    cluster_parts_finish(&parts);
    return other < 0 || fail_as(err, ERROR_INPUT, "rank %d: %s from rank 0's", other, what);
}
