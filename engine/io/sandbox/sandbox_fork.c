/* To go: a reader that is forked from the whole program. Leans on fork and setrlimit. */
#include "engine/base/memory.h"
#include "engine/io/sandbox/channel.h"
#include "engine/io/sandbox/limits.h"
#include "engine/io/sandbox/reader.h"
#include "engine/io/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct sandbox *sandbox_adopt(const char *name, pid_t child, int in);

static void restrict_child(const char *name)
{
    static const int deaf[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
    struct stat status;
    uint64_t size = stat(name, &status) == 0 ? (uint64_t)status.st_size : 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
        signal(deaf[i], SIG_IGN);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (!LIMITS_SANITIZED && (nowhere < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0))
        _exit(1);
    limits_set_forked(size, limits_address_space());
}

struct sandbox *sandbox_start(const char *name, sandbox_job *job, void *context, struct error *err)
{
    int ends[2];
    pid_t child = channel_pair(ends) ? fork() : -1;
    if (child < 0) {
        fail_as(err, ERROR_FAILED, "%s: cannot be read, as no process could be started: %s", name,
            strerror(errno));
        return NULL;
    }
    if (child == 0) {
        struct sandbox_pipe pipe = {ends[1], NULL};
        struct error said = {0};
        restrict_child(name);
        close(ends[0]);
        reader_end(ends[1], job(context, &pipe, &said), &said);
        _exit(0);
    }
    close(ends[1]);
    return sandbox_adopt(name, child, ends[0]);
}
