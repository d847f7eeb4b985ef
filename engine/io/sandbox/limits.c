/* Resource limits, privileges and the Landlock rule set. Leans on setrlimit, prctl and two system
 * calls that the C library has no functions for. */
#include "engine/io/sandbox/limits.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For an empty file; what is stored on the disk gives more, holes in a file give nothing. */
enum { SECONDS = 5, BYTES_PER_SECOND = 4 << 20, MEGABYTES = 2048, SIZES_IN_MEMORY = 4 };

uint64_t limits_address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Soft and hard, never above what there is. */
static void limit(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limits;
    if (getrlimit(resource, &limits) != 0)
        return;
    limits.rlim_max = limits.rlim_max < hard ? limits.rlim_max : hard;
    limits.rlim_cur = limits.rlim_cur < soft ? limits.rlim_cur : soft;
    if (limits.rlim_cur > limits.rlim_max)
        limits.rlim_cur = limits.rlim_max;
    setrlimit(resource, &limits);
}

/* A rule set that handles all rights it knows and grants none. The kernel's own header may be older
 * than the kernel: the fields and rights of each version are those of its documentation. */
static void forbid_files(void)
{
#ifdef SYS_landlock_create_ruleset
    enum { CREATE_RULESET_VERSION = 1 };
    static const uint64_t files[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
    struct {
        uint64_t files, network, scopes;
    } handled = {0};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    if (version < 1)
        return;
    handled.files = files[version < 5 ? version : 5];
    handled.network = version >= 4 ? 3 : 0; /* bind and connect by TCP */
    handled.scopes = version >= 6 ? 3 : 0;  /* abstract sockets, signals to the outside */
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    long set = syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (set >= 0) {
        syscall(SYS_landlock_restrict_self, set, 0);
        close((int)set);
    }
#endif
}

static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    syscall(SYS_capset, &header, none);
}

void limits_give_up(void)
{
    limit(RLIMIT_CORE, 0, 0);
    if (LIMITS_SANITIZED)
        return;
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_MEMLOCK, 0, 0);
    limit(RLIMIT_MSGQUEUE, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    drop_capabilities();
    forbid_files();
}

void limits_set(uint64_t stored, uint64_t has)
{
    rlim_t seconds = SECONDS + stored / BYTES_PER_SECOND;
    rlim_t memory = has + ((rlim_t)MEGABYTES << 20) + SIZES_IN_MEMORY * stored;
    limit(RLIMIT_CPU, seconds, seconds + 1); /* the first has a signal of its own */
    if (LIMITS_SANITIZED)
        return;
    if (has)
        limit(RLIMIT_AS, memory, memory);
    limit(RLIMIT_NOFILE, 0, 0);
    limit(RLIMIT_NPROC, 0, 0);
}
