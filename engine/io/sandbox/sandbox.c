/* The child process, its limits, and the pipe between the two. Leans on fork and setrlimit. */
#include "engine/io/sandbox/sandbox.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* For an empty file; a large one gets more. */
enum { SECONDS = 5, BYTES_PER_SECOND = 4 << 20, MEGABYTES = 2048, SIZES_IN_MEMORY = 4 };
enum { PIPE_BYTES = 1 << 20, SILENCE_SECONDS = 30, WATCH_MILLISECONDS = 10 };

enum frame_kind { FRAME_DATA = 0x5ec0, FRAME_REFUSED, FRAME_END };

struct frame {
    uint64_t kind, size;
};

struct sandbox {
    char *name;
    pid_t child;
    int in;
    bool silent; /* nothing came for too long */
    bool (*watch)(void *context);
    void *context;
    bool stopped; /* by the watch */
};

struct sandbox_pipe {
    int out;
};

/* The child ------------------------------------------------------------------------------ */

static void write_all(int out, const void *data, size_t size)
{
    const char *bytes = data;
    while (size > 0) {
        ssize_t n = write(out, bytes, size);
        if (n < 0 && errno != EINTR)
            _exit(1);
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

static void write_frame(struct sandbox_pipe *pipe, enum frame_kind kind, size_t size)
{
    struct frame frame = {kind, size};
    write_all(pipe->out, &frame, sizeof frame);
}

void sandbox_write(struct sandbox_pipe *pipe, const void *data, size_t size)
{
    write_frame(pipe, FRAME_DATA, size);
    write_all(pipe->out, data, size);
}

void sandbox_write_block(struct sandbox_pipe *pipe, const void *data, size_t size)
{
    uint64_t length = size;
    sandbox_write(pipe, &length, sizeof length);
    sandbox_write(pipe, data, size);
}

static void limit(int resource, rlim_t most)
{
    struct rlimit limits;
    if (getrlimit(resource, &limits) == 0 && limits.rlim_cur > most) {
        limits.rlim_cur = most;
        setrlimit(resource, &limits);
    }
}

/* Address space this process has already, in bytes. */
static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void restrict_child(const char *name)
{
    static const int deadly[] = {
        SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGSYS, SIGPIPE};
    static const int deaf[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
    struct stat status;
    rlim_t size = stat(name, &status) == 0 ? (rlim_t)status.st_size : 0;
    rlim_t has = address_space();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
        signal(deaf[i], SIG_IGN); /* the parent hears them */
#ifndef __SANITIZE_ADDRESS__      /* whose reports are wanted */
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        _exit(1); /* the C library would write its last words across the screen */
#endif
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, SECONDS + size / BYTES_PER_SECOND);
    if (has)
        limit(RLIMIT_AS, has + ((rlim_t)MEGABYTES << 20) + SIZES_IN_MEMORY * size);
}

static _Noreturn void run_child(int out, const char *name, sandbox_job *job, void *context)
{
    struct sandbox_pipe end = {out};
    struct error err;
    memset(&err, 0, sizeof err);
    restrict_child(name);
    if (job(context, &end, &err)) {
        write_frame(&end, FRAME_END, 0);
    } else {
        write_frame(&end, FRAME_REFUSED, sizeof err);
        write_all(out, &err, sizeof err);
    }
    _exit(0);
}

/* The parent ----------------------------------------------------------------------------- */

struct sandbox *sandbox_start(const char *name, sandbox_job *job, void *context, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail_as(err, ERROR_FAILED, "%s: cannot be read, as no pipe could be made: %s", name,
            strerror(errno));
        return NULL;
    }
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; as good without */
    pid_t child = fork();
    if (child == 0)
        run_child(ends[1], name, job, context);
    int reason = errno;
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        fail_as(err, ERROR_FAILED, "%s: cannot be read, as no process could be started: %s", name,
            strerror(reason));
        return NULL;
    }
    struct sandbox *sandbox = memory_array(1, sizeof *sandbox);
    *sandbox = (struct sandbox){.name = memory_string(name), .child = child, .in = ends[0]};
    return sandbox;
}

/* How the child ended; it is stopped first, if need be. */
static int reap(struct sandbox *sandbox, bool stop)
{
    int status = 0;
    if (sandbox->child <= 0)
        return 0;
    if (stop)
        kill(sandbox->child, SIGKILL);
    while (waitpid(sandbox->child, &status, 0) < 0 && errno == EINTR)
        ;
    sandbox->child = 0;
    return status;
}

void sandbox_destroy(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    close(sandbox->in);
    reap(sandbox, true);
    free(sandbox->name);
    free(sandbox);
}

void sandbox_watch(struct sandbox *sandbox, bool (*watch)(void *context), void *context)
{
    sandbox->watch = watch;
    sandbox->context = context;
}

/* Waits for the child to say something; one that is silent for too long is stuck. */
static bool heard(struct sandbox *sandbox)
{
    struct pollfd in = {.fd = sandbox->in, .events = POLLIN};
    for (int waited = 0; waited < SILENCE_SECONDS * 1000; waited += WATCH_MILLISECONDS) {
        int ready = poll(&in, 1, WATCH_MILLISECONDS);
        if (ready != 0 && (ready > 0 || errno != EINTR))
            return ready > 0;
        sandbox->stopped = sandbox->watch && !sandbox->watch(sandbox->context);
        if (sandbox->stopped)
            return false;
    }
    sandbox->silent = true;
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

static bool fail_dead(struct sandbox *sandbox, struct error *err)
{
    bool silent = sandbox->silent;
    if (sandbox->stopped)
        return fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", sandbox->name);
    int status = reap(sandbox, silent);
    if (silent)
        return fail(
            err, "%s: cannot be read: no data came for %d seconds", sandbox->name, SILENCE_SECONDS);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return fail(err, "%s: is damaged: reading it does not end", sandbox->name);
    return fail(err, "%s: is damaged: its reader crashed", sandbox->name);
}

/* Expects a frame. The child may be under the file's control: nothing it says is believed. */
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
        !read_all(sandbox, &said, sizeof said))
        return fail(err, "%s: is damaged: its contents make no sense", sandbox->name);
    said.text[sizeof said.text - 1] = '\0';
    return fail_as(err, said.class == ERROR_FAILED ? ERROR_FAILED : ERROR_INPUT, "%s", said.text);
}

bool sandbox_begin(struct sandbox *sandbox, size_t size, struct error *err)
{
    return read_frame(sandbox, FRAME_DATA, size, err);
}

bool sandbox_part(struct sandbox *sandbox, void *out, size_t size, struct error *err)
{
    return read_all(sandbox, out, size) || fail_dead(sandbox, err);
}

bool sandbox_read(struct sandbox *sandbox, void *out, size_t size, struct error *err)
{
    return sandbox_begin(sandbox, size, err) && sandbox_part(sandbox, out, size, err);
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
