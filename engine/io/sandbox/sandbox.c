/* The parent's side of a reader: starts it, listens with patience that ends, believes nothing. */
#include "engine/io/sandbox/sandbox.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/io/files/input.h"
#include "engine/io/sandbox/channel.h"
#include "engine/io/sandbox/shm_ring.h"
#include "engine/io/sandbox/starter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WATCH_MILLISECONDS = 10, DYING_MILLISECONDS = 2000 };

/* How long we wait for a reader: in all, more for what is stored, and for the next byte. Disks and
 * networks may be slow; a reader that says a byte now and then does not win more time. */
static const double most_seconds = 60, bytes_per_second = 1 << 20, quiet_seconds = 30;
/* A wait that took longer than this was none: the machine slept, or the program was stopped. */
static const double wait_most = 1;

struct sandbox {
    char *name;
    pid_t child;
    int in;
    struct shm_ring *ring;
    double most, quiet_most; /* seconds */
    double waited, quiet;
    bool (*watch)(void *context);
    void *context;
    bool stopped; /* by the watch */
};

/* Starting ------------------------------------------------------------------------------- */

void sandbox_prepare(void (*rehearse)(void))
{
    starter_prepare(rehearse); /* where it fails, sandbox_open tries again and says so */
}

const char *sandbox_weakness(void)
{
    if (starter_filters())
        return NULL;
    return "note: there is no filter of system calls (seccomp) here, so files are read with less "
           "protection: open only files that you trust";
}

static void close_files(struct reader_order *order)
{
    for (int i = 0; i < order->n_files; i++)
        input_close(&order->files[i]);
}

static bool open_files(
    const struct sandbox_request *request, struct reader_order *order, struct error *err)
{
    for (; request->files[order->n_files]; order->n_files++) {
        struct input *input = &order->files[order->n_files];
        if (!input_open(request->files[order->n_files], input, err)) {
            close_files(order);
            return false;
        }
        order->stored += input->stored;
    }
    return true;
}

/* If the reader has gone, reading from it will say why. */
static void send_parts(const struct sandbox_request *request, int n_files, int end)
{
    const uint32_t n = (uint32_t)(request->n_parts + n_files);
    bool good = channel_write(end, &n, sizeof n);
    for (int i = 0; good && i < n_files; i++)
        good = reader_send_part(end, request->files[i], strlen(request->files[i]));
    for (int i = 0; good && i < request->n_parts; i++)
        good = reader_send_part(end, request->parts[i].data, request->parts[i].size);
}

static pid_t start(
    const struct sandbox_request *request, const struct reader_order *order, const int ends[2])
{
    int descriptors[READER_DESCRIPTORS] = {ends[1]}, n = 1;
    for (int i = 0; i < order->n_files; i++)
        descriptors[n++] = order->files[i].descriptor;
    if (request->ring)
        descriptors[n++] = shm_ring_descriptor(request->ring);
    return starter_start(order, descriptors, n);
}

static struct sandbox *create(
    const struct sandbox_request *request, pid_t child, int in, uint64_t stored)
{
    struct sandbox *sandbox = memory_array(1, sizeof *sandbox);
    double most = most_seconds + (double)stored / bytes_per_second;
    *sandbox = (struct sandbox){.name = memory_string(request->name),
        .child = child,
        .in = in,
        .ring = request->ring,
        .most = request->most_seconds > 0 ? request->most_seconds : most,
        .quiet_most = request->quiet_seconds > 0 ? request->quiet_seconds : quiet_seconds};
    return sandbox;
}

struct sandbox *sandbox_open(const struct sandbox_request *request, struct error *err)
{
    struct reader_order order = {.reader = request->reader,
        .parent = getpid(),
        .ring_slot = request->ring ? shm_ring_slot(request->ring) : 0};
    int ends[2];
    if (!open_files(request, &order, err))
        return NULL;
    for (int i = 0; i < request->n_parts; i++)
        order.stored += request->parts[i].size;
    bool paired = channel_pair(ends);
    pid_t child = paired ? start(request, &order, ends) : -1;
    int reason = errno;
    close_files(&order);
    if (paired)
        close(ends[1]);
    if (child > 0) {
        send_parts(request, order.n_files, ends[0]);
        return create(request, child, ends[0], order.stored);
    }
    if (paired)
        close(ends[0]);
    fail_as(err, ERROR_FAILED, "%s: cannot be read, as no process could be started: %s",
        request->name, strerror(reason));
    return NULL;
}

/* How the reader ended; one that does not end within so many milliseconds is stopped. */
static int reap(struct sandbox *sandbox, int patience)
{
    const struct timespec millisecond = {0, 1000000};
    int status = 0;
    pid_t ended = 0;
    if (sandbox->child <= 0)
        return 0;
    for (; patience > 0 && ended == 0; patience--)
        if ((ended = waitpid(sandbox->child, &status, WNOHANG)) == 0)
            nanosleep(&millisecond, NULL);
    if (ended == 0)
        kill(sandbox->child, SIGKILL);
    while (ended == 0 && waitpid(sandbox->child, &status, 0) < 0 && errno == EINTR)
        ;
    sandbox->child = 0;
    return status;
}

void sandbox_destroy(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    close(sandbox->in);
    reap(sandbox, 0);
    free(sandbox->name);
    free(sandbox);
}

void sandbox_watch(struct sandbox *sandbox, bool (*watch)(void *context), void *context)
{
    sandbox->watch = watch;
    sandbox->context = context;
}

const void *sandbox_view(const struct sandbox *sandbox)
{
    return shm_ring_view(sandbox->ring);
}

void sandbox_empty(struct sandbox *sandbox)
{
    shm_ring_turn(sandbox->ring);
    channel_nudge(sandbox->in);
}

/* Listening ------------------------------------------------------------------------------ */

static bool too_late(const struct sandbox *sandbox)
{
    return sandbox->waited > sandbox->most || sandbox->quiet > sandbox->quiet_most;
}

/* Waits for the reader to say something. */
static bool heard(struct sandbox *sandbox)
{
    struct pollfd in = {.fd = sandbox->in, .events = POLLIN};
    sandbox->quiet = 0;
    while (!too_late(sandbox)) {
        double before = clock_seconds();
        int ready = poll(&in, 1, WATCH_MILLISECONDS);
        double waited = clock_seconds() - before;
        waited = waited < wait_most ? waited : wait_most;
        sandbox->waited += waited;
        sandbox->quiet += waited;
        if (ready != 0 && (ready > 0 || errno != EINTR))
            return ready > 0;
        sandbox->stopped = sandbox->watch && !sandbox->watch(sandbox->context);
        if (sandbox->stopped)
            return false;
    }
    return false;
}

static bool read_all(struct sandbox *sandbox, void *out, size_t size)
{
    char *bytes = out;
    while (size > 0) {
        if (!heard(sandbox))
            return false;
        ssize_t n = read(sandbox->in, bytes, size);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool fail_signal(const struct sandbox *sandbox, int signal, struct error *err)
{
    const char *name = sandbox->name;
    if (signal == SIGXCPU)
        return fail(err, "%s: is damaged: reading it does not end", name);
    if (signal == SIGSYS)
        return fail(err,
            "%s: is damaged or hostile: its reader tried what no reader may do, and was stopped",
            name);
    if (signal == SIGKILL)
        return fail(err, "%s: cannot be read: its reader was killed (is memory out?)", name);
    return fail(err, "%s: is damaged: its reader crashed", name);
}

static bool fail_dead(struct sandbox *sandbox, struct error *err)
{
    if (sandbox->stopped)
        return fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", sandbox->name);
    bool late = too_late(sandbox);
    int status = reap(sandbox, late ? 0 : DYING_MILLISECONDS);
    if (late && sandbox->quiet > sandbox->quiet_most)
        return fail(err, "%s: cannot be read: no data came for %g seconds", sandbox->name,
            sandbox->quiet_most);
    if (late)
        return fail(err, "%s: cannot be read: it takes longer than %.0f seconds", sandbox->name,
            sandbox->most);
    return fail_signal(sandbox, WIFSIGNALED(status) ? WTERMSIG(status) : 0, err);
}

/* Expects a frame. The reader may be under the file's control: nothing it says is believed. */
static bool read_frame(
    struct sandbox *sandbox, enum frame_kind kind, size_t size, struct error *err)
{
    struct frame frame;
    struct error said;
    if (!read_all(sandbox, &frame, sizeof frame))
        return fail_dead(sandbox, err);
    if (frame.kind == kind && frame.size == size)
        return true;
    if (frame.kind != FRAME_REFUSED || frame.size != sizeof said ||
        !read_all(sandbox, &said, sizeof said) || said.text[0] == '\0')
        return fail(err, "%s: is damaged: its contents make no sense", sandbox->name);
    said.text[sizeof said.text - 1] = '\0';
    return fail_as(err, said.class == ERROR_FAILED ? ERROR_FAILED : ERROR_INPUT, "%s", said.text);
}

bool sandbox_read(struct sandbox *sandbox, void *out, size_t size, struct error *err)
{
    return read_frame(sandbox, FRAME_DATA, size, err) &&
           (read_all(sandbox, out, size) || fail_dead(sandbox, err));
}

char *sandbox_read_block(struct sandbox *sandbox, size_t most, size_t *size, struct error *err)
{
    uint64_t length = 0;
    if (!sandbox_read(sandbox, &length, sizeof length, err))
        return NULL;
    if (length > most) {
        fail(err, "%s: is too large", sandbox->name);
        return NULL;
    }
    char *block = memory_try((size_t)length + 1, 1, sandbox->name, err);
    if (block && sandbox_read(sandbox, block, (size_t)length, err)) {
        block[length] = '\0';
        *size = (size_t)length;
        return block;
    }
    free(block);
    return NULL;
}

bool sandbox_end(struct sandbox *sandbox, struct error *err)
{
    return read_frame(sandbox, FRAME_END, 0, err);
}
