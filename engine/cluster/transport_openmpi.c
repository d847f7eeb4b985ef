/* Ranks by Open MPI. The library is loaded by name and only where mpirun started us: a program
 * that runs alone starts as fast as without it, and needs none. Leans on mpi.h and dlopen. */
#include "engine/cluster/transport.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <dlfcn.h>
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <time.h>

/* What is called of it. */
static struct {
    void *library;
    __typeof__(MPI_Init_thread) *init;
    __typeof__(MPI_Finalize) *finalize;
    __typeof__(MPI_Abort) *abort;
    __typeof__(MPI_Comm_rank) *rank;
    __typeof__(MPI_Comm_size) *size;
    __typeof__(MPI_Comm_set_errhandler) *handle_errors;
    __typeof__(MPI_Iallgather) *all;
    __typeof__(MPI_Iallgatherv) *parts;
    __typeof__(MPI_Ibcast) *spread;
    __typeof__(MPI_Isend) *send;
    __typeof__(MPI_Irecv) *receive;
    __typeof__(MPI_Iprobe) *probe;
    __typeof__(MPI_Test) *test;
    MPI_Comm world;
    MPI_Datatype byte;
    MPI_Errhandler errors_return;
    int rank_here, ranks;
} mpi;

/* The major version is that of the header. */
static const char library_name[] = "libmpi.so.40";

static bool load(struct error *err)
{
    const struct {
        const char *name;
        void *slot;
    } wanted[] = {{"MPI_Init_thread", &mpi.init}, {"MPI_Finalize", &mpi.finalize},
        {"MPI_Abort", &mpi.abort}, {"MPI_Comm_rank", &mpi.rank}, {"MPI_Comm_size", &mpi.size},
        {"MPI_Comm_set_errhandler", &mpi.handle_errors}, {"MPI_Iallgather", &mpi.all},
        {"MPI_Iallgatherv", &mpi.parts}, {"MPI_Ibcast", &mpi.spread}, {"MPI_Isend", &mpi.send},
        {"MPI_Irecv", &mpi.receive}, {"MPI_Iprobe", &mpi.probe}, {"MPI_Test", &mpi.test},
        {"ompi_mpi_comm_world", &mpi.world}, {"ompi_mpi_byte", &mpi.byte},
        {"ompi_mpi_errors_return", &mpi.errors_return}};
    mpi.library = dlopen(library_name, RTLD_NOW | RTLD_GLOBAL); /* its plug-ins look for it */
    if (!mpi.library)
        return fail_as(err, ERROR_FAILED,
            "mpirun started several of this program, and %s of Open MPI is not found here: %s",
            library_name, dlerror());
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        void *found = dlsym(mpi.library, wanted[i].name);
        if (!found)
            return fail_as(
                err, ERROR_FAILED, "%s of Open MPI has no %s", library_name, wanted[i].name);
        *(void **)wanted[i].slot = found;
    }
    return true;
}

bool transport_open(int *rank, int *ranks, struct error *err)
{
    int level;
    if (!load(err))
        return false;
    if (mpi.init(NULL, NULL, MPI_THREAD_SERIALIZED, &level) != MPI_SUCCESS ||
        mpi.handle_errors(mpi.world, mpi.errors_return) != MPI_SUCCESS)
        return fail_as(err, ERROR_FAILED, "Open MPI does not start");
    mpi.rank(mpi.world, &mpi.rank_here);
    mpi.size(mpi.world, &mpi.ranks);
    *rank = mpi.rank_here;
    *ranks = mpi.ranks;
    return true;
}

void transport_close(bool in_order)
{
    if (in_order)
        mpi.finalize();
    else
        mpi.abort(mpi.world, ERROR_FAILED);
}

/* First without rest, for ranks that are nearly there; then with rests that grow. A wait in the
 * library itself would keep a processor busy, which another rank on this machine may need; to yield
 * instead of resting would put us behind all that a busy machine has to do. */
static const double EAGER = 30e-6; /* seconds */
enum { SHORTEST_NS = 20 * 1000, LONGEST_NS = 200 * 1000 };

static bool wait_for(int started, MPI_Request *request)
{
    struct timespec rest = {0, SHORTEST_NS};
    double since = clock_seconds();
    int done = 0;
    if (started != MPI_SUCCESS)
        return false;
    while (mpi.test(request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS) {
        if (done)
            return true;
        if (clock_seconds() - since < EAGER)
            continue;
        nanosleep(&rest, NULL);
        rest.tv_nsec = rest.tv_nsec * 5 / 4 < LONGEST_NS ? rest.tv_nsec * 5 / 4 : LONGEST_NS;
    }
    return false;
}

bool transport_all(const void *mine, size_t size, void *all)
{
    MPI_Request request;
    int n = (int)size;
    return wait_for(mpi.all(mine, n, mpi.byte, all, n, mpi.byte, mpi.world, &request), &request);
}

/* Counts of MPI are ints: what is longer goes in pieces. */
enum { PIECE = 1 << 30 };

bool transport_spread(void *bytes, size_t size, int from)
{
    char *at = bytes;
    bool good = true;
    while (good && size > 0) {
        MPI_Request request;
        int n = size < PIECE ? (int)size : PIECE;
        good = wait_for(mpi.spread(at, n, mpi.byte, from, mpi.world, &request), &request);
        at += n;
        size -= (size_t)n;
    }
    return good;
}

/* More than an int counts. */
static bool parts_in_turn(const char *mine, char *all, const size_t *starts)
{
    size_t size = starts[mpi.rank_here + 1] - starts[mpi.rank_here];
    bool good = true;
    for (size_t i = 0; i < size; i++)
        all[starts[mpi.rank_here] + i] = mine[i];
    for (int r = 0; good && r < mpi.ranks; r++)
        good = transport_spread(all + starts[r], starts[r + 1] - starts[r], r);
    return good;
}

bool transport_parts(const void *mine, void *all, const size_t *starts)
{
    MPI_Request request;
    size_t ranks = (size_t)mpi.ranks;
    if (starts[ranks] > INT_MAX)
        return parts_in_turn(mine, all, starts);
    int *sizes = memory_array(2 * ranks, sizeof *sizes), *at = sizes + ranks;
    for (size_t r = 0; r < ranks; r++) {
        at[r] = (int)starts[r];
        sizes[r] = (int)(starts[r + 1] - starts[r]);
    }
    bool good = wait_for(mpi.parts(mine, sizes[mpi.rank_here], mpi.byte, all, sizes, at, mpi.byte,
                             mpi.world, &request),
        &request);
    free(sizes);
    return good;
}

/* Sums go by one tag, notices by the other. */
enum { TAG_BYTES, TAG_NOTICE };

static bool send(const void *bytes, size_t size, int to, int tag)
{
    MPI_Request request;
    return wait_for(mpi.send(bytes, (int)size, mpi.byte, to, tag, mpi.world, &request), &request);
}

static bool receive(void *bytes, size_t size, int from, int tag)
{
    MPI_Request request;
    return wait_for(
        mpi.receive(bytes, (int)size, mpi.byte, from, tag, mpi.world, &request), &request);
}

bool transport_notify(int to)
{
    char none = 0;
    return send(&none, 0, to, TAG_NOTICE);
}

bool transport_has_notice(void)
{
    int there = 0;
    return mpi.probe(MPI_ANY_SOURCE, TAG_NOTICE, mpi.world, &there, MPI_STATUS_IGNORE) ==
               MPI_SUCCESS &&
           there;
}

bool transport_take_notice(int from)
{
    char none;
    return receive(&none, 0, from, TAG_NOTICE);
}

bool transport_send(const void *bytes, size_t size, int to)
{
    return send(bytes, size, to, TAG_BYTES);
}

bool transport_receive(void *bytes, size_t size, int from)
{
    return receive(bytes, size, from, TAG_BYTES);
}
