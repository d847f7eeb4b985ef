/* The list of system calls that a reader may make. Leans on libseccomp, where it was built with
 * it. */
#include "engine/io/sandbox/limits.h"

#ifdef HAVE_SECCOMP
#include <seccomp.h>

#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Memory, the clock, the files it has, its end: nothing that makes, opens, sends or starts. */
static const int calls[] = {SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv),
    SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(sched_yield)};

enum { ERRORS = 2 }; /* /dev/null; the C library's last words when it ends a process */

static bool allow_some(scmp_filter_ctx filter, int out)
{
    const int memory[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
    const int writes[] = {SCMP_SYS(write), SCMP_SYS(writev)};
    const int files[] = {out, ERRORS};
    int wrong = 0;
    for (int i = 0; i < 2; i++) { /* no memory in which code could run */
        wrong |= seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, memory[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        for (int k = 0; k < 2; k++)
            wrong |= seccomp_rule_add(
                filter, SCMP_ACT_ALLOW, writes[i], 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)files[k]));
    }
    /* abort() and its like, to itself alone */
    wrong |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    return wrong == 0;
}

bool filter_available(void)
{
    const unsigned action = SECCOMP_RET_KILL_PROCESS;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

bool filter_calls(int out)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool good =
        filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
    for (size_t i = 0; good && i < sizeof calls / sizeof *calls; i++)
        good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    good = good && allow_some(filter, out) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

#else

bool filter_available(void)
{
    return false;
}

bool filter_calls(int out)
{
    (void)out;
    return false;
}

#endif
