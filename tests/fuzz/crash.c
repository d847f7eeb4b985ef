/* Reports of crashes: written by backtrace of the C library, or by a sanitizer. */
#include "tests/fuzz/crash.h"

#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES = 64, STACK = 1 << 16 };

static void tell(int number)
{
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES);
    backtrace_symbols_fd(frames + 1, n - 1, STDERR_FILENO); /* without this function */
    signal(number, SIG_DFL);
    raise(number);
}

void crash_tell(void)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static char bytes[STACK];
    void *frame;
    if (CRASH_SANITIZED)
        return;
    backtrace(&frame, 1); /* loads what it needs now */
    sigaltstack(&(stack_t){.ss_sp = bytes, .ss_size = STACK}, NULL);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        sigaction(deadly[i],
            &(struct sigaction){.sa_handler = tell, .sa_flags = SA_ONSTACK | SA_NODEFER}, NULL);
}

static bool is_runtime(const char *line, size_t length)
{
    static const char *const names[] = {"/libc.so", "/libc-", "libpthread", "libasan", "libubsan",
        "libstdc++", "ld-linux", "sanitizer", "asan_", "interceptor", "../sysdeps", "linux-vdso"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (memmem(line, length, names[i], strlen(names[i])))
            return true;
    return false;
}

bool crash_is_in(const char *report, const char *library)
{
    while (*report) {
        size_t length = strcspn(report, "\n");
        bool frame = memmem(report, length, "#", 1) ? memmem(report, length, " 0x", 3) != NULL
                                                    : memmem(report, length, "[0x", 3) != NULL;
        if (frame && !is_runtime(report, length))
            return memmem(report, length, library, strlen(library));
        report += length + (report[length] == '\n');
    }
    return false;
}
