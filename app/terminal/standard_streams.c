/* Standard streams that are closed or full. Leans on /dev/null, opened the wrong way round. */
#include "app/terminal/standard_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool standard_streams_fill(struct error *err)
{
    static const int useless[] = {O_WRONLY, O_RDONLY, O_RDONLY}; /* reading, writing: EBADF */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        if (fcntl(i, F_GETFD) >= 0)
            continue;
        int fd = open("/dev/null", useless[i]); /* the lowest number that is free: this one */
        if (fd < 0)
            return fail_as(err, ERROR_FAILED,
                "a standard stream is closed, and /dev/null cannot stand in for it: %s",
                strerror(errno));
    }
    return true;
}

static int muted = -1; /* standard error, as it was */

void standard_streams_mute(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0)
        return; /* then it is heard twice */
    muted = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}

void standard_streams_unmute(void)
{
    if (muted >= 0)
        dup2(muted, STDERR_FILENO);
}

static const char *reason(int number)
{
    return number == EBADF ? "is closed" : strerror(number);
}

bool standard_streams_flush(struct error *err)
{
    if (fflush(stdout) != 0)
        return fail_as(err, ERROR_OUTPUT, "standard output: %s", reason(errno));
    if (ferror(stdout))
        return fail_as(err, ERROR_OUTPUT, "standard output: a part of it could not be written");
    return true;
}

bool standard_streams_fail_input(struct error *err)
{
    return fail_as(err, ERROR_INPUT, "standard input: %s", reason(errno));
}
