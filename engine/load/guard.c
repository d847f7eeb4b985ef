#include "engine/load/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 20, MEGABYTES = 2048 }; /* for a small file */

struct verdict {
    bool good;
    struct error err;
};

static void limit(int resource, rlim_t most)
{
    struct rlimit limits;
    if (getrlimit(resource, &limits) == 0 &&
        (limits.rlim_cur == RLIM_INFINITY || limits.rlim_cur > most)) {
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
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGSYS};
    static const int deaf[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGPIPE};
    struct stat status;
    rlim_t size = stat(name, &status) == 0 ? (rlim_t)status.st_size : 0;
    rlim_t has = address_space();
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
        signal(deaf[i], SIG_IGN); /* the parent hears them */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, SECONDS + size / (10 << 20));
    if (has)
        limit(RLIMIT_AS, has + ((rlim_t)MEGABYTES << 20) + 4 * size);
}

static void run_child(int out, const char *name, guard_job *job, void *context)
{
    struct verdict verdict;
    memset(&verdict, 0, sizeof verdict);
    restrict_child(name);
    verdict.good = job(context, &verdict.err);
    ssize_t written = write(out, &verdict, sizeof verdict); /* fits into the pipe at once */
    _exit(written == sizeof verdict ? 0 : 1);
}

/* Whether the child told its verdict. */
static bool hear(int in, struct verdict *verdict)
{
    size_t got = 0;
    while (got < sizeof *verdict) {
        ssize_t n = read(in, (char *)verdict + got, sizeof *verdict - got);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        got += n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool guard_rehearse(const char *name, guard_job *job, void *context, struct error *err)
{
    struct verdict verdict = {.good = false};
    int ends[2], status = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail_as(
            err, ERROR_FAILED, "%s: no pipe to read it safely: %s", name, strerror(errno));
    pid_t child = fork();
    if (child == 0)
        run_child(ends[1], name, job, context);
    int reason = errno;
    close(ends[1]);
    bool told = child > 0 && hear(ends[0], &verdict);
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (child < 0)
        return fail_as(
            err, ERROR_FAILED, "%s: no process to read it safely: %s", name, strerror(reason));
    if (!told && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return fail(err, "%s: is damaged: reading it does not come to an end", name);
    if (!told)
        return fail(err, "%s: is damaged: reading it crashes the HDF5 library", name);
    if (!verdict.good && err)
        *err = verdict.err;
    return verdict.good;
}
