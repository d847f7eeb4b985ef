/* The process that starts readers, and the parent's side of it. Leans on fork, and on clone for
 * children that are their grandparent's. */
#include "engine/io/sandbox/starter.h"

#include "engine/io/sandbox/channel.h"
#include "engine/io/sandbox/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONTROL = 3 };

/* The one of this process; a forked copy of this process has none. */
static struct {
    pthread_mutex_t lock;
    pid_t owner, process;
    int control;
    void (*rehearse)(void);
} starter = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool starter_filters(void)
{
    return !LIMITS_SANITIZED && !getenv("SECATEUR_WITHOUT_SECCOMP") && filter_available();
}

/* In the process itself ------------------------------------------------------------------ */

/* Secrets are in the strings: tokens, keys, names of hosts. The zone is read now: libzip asks for
 * the time of entries, and the C library would open the zone's file. */
static void wipe_environment(void)
{
    static char zone[] = "TZ=UTC0", *none[] = {zone, NULL};
    for (char **entry = environ; entry && *entry && !LIMITS_SANITIZED; entry++)
        explicit_bzero(*entry, strlen(*entry));
    environ = none;
    tzset();
}

/* No signal that is meant for the parent, none of its handlers. */
static void forget_signals(void)
{
    sigset_t none;
    setsid();
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard descriptors may have been closed, so that ours have their numbers. */
static int out_of_the_way(int descriptor)
{
    return descriptor > CONTROL ? descriptor : fcntl(descriptor, F_DUPFD, CONTROL + 1);
}

/* Control at its place, nothing else; sanitizers' reports are wanted. */
static void keep_control(int control, int nowhere)
{
    control = out_of_the_way(control);
    nowhere = out_of_the_way(nowhere);
    for (int i = 0; i < (LIMITS_SANITIZED ? 1 : CONTROL); i++)
        if (dup2(nowhere, i) < 0)
            _exit(1);
    if (dup2(control, CONTROL) < 0)
        _exit(1);
    if (syscall(SYS_close_range, CONTROL + 1, ~0U, 0) == 0)
        return;
    for (long i = CONTROL + 1; i < sysconf(_SC_OPEN_MAX) && i < UINT16_MAX; i++)
        close((int)i);
}

/* Readers live shortly, and most of what they need more than the work itself is to touch memory for
 * the first time, page by page. They get a stock of it in large pages, where the kernel has them,
 * and give nothing back. */
static void stock_memory(void)
{
    enum { LARGEST = 32 << 20, STOCK = 24 << 20, PAGE = 2 << 20, NEVER = 1 << 30 };
    malloc_trim(0);
    mallopt(M_MMAP_THRESHOLD, LARGEST);
    mallopt(M_TRIM_THRESHOLD, NEVER);
    char *stock = malloc(STOCK);
    uintptr_t first = ((uintptr_t)stock + PAGE - 1) / PAGE * PAGE;
    if (stock)
        madvise((void *)first, (uintptr_t)stock + STOCK - first, MADV_HUGEPAGE);
    free(stock);
}

/* Behind the first order, which would have to wait for it. */
static void rehearse(void)
{
    enum { SMALL = 64 << 10 };
    mallopt(M_MMAP_THRESHOLD, SMALL); /* leaves no holes behind that readers would fill first */
    if (starter.rehearse)
        starter.rehearse();
    starter.rehearse = NULL;
    stock_memory();
}

static _Noreturn void serve(int control, int nowhere, bool filtered)
{
    struct reader_order order;
    int files[CHANNEL_FILES], n_files;
    prctl(PR_SET_NAME, "secateur-reader");
    forget_signals();
    wipe_environment();
    keep_control(control, nowhere);
    uint64_t address_space = limits_address_space();
    limits_give_up();
    stock_memory();
    while (channel_receive(CONTROL, &order, sizeof order, files, &n_files)) {
        int32_t child = (int32_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
        if (child == 0)
            reader_run(&order, files, n_files, address_space, filtered);
        child = child < 0 ? -errno : child;
        for (int i = 0; i < n_files; i++)
            close(files[i]);
        channel_send(CONTROL, &child, sizeof child, NULL, 0);
        if (starter.rehearse)
            rehearse();
    }
    _exit(0); /* the parent has gone */
}

/* In the parent -------------------------------------------------------------------------- */

static bool runs(void)
{
    return starter.process > 0 && starter.owner == getpid();
}

static void stop(void)
{
    if (!runs())
        return;
    close(starter.control);
    kill(starter.process, SIGKILL);
    while (waitpid(starter.process, NULL, 0) < 0 && errno == EINTR)
        ;
    starter.process = 0;
}

/* False with errno. */
static bool begin(void)
{
    int ends[2] = {-1, -1};
    bool filtered = starter_filters(), first = starter.owner != getpid();
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t process = nowhere >= 0 && channel_messages(ends) ? fork() : -1;
    if (process == 0)
        serve(ends[1], nowhere, filtered);
    int reason = errno;
    if (nowhere >= 0)
        close(nowhere);
    if (ends[1] >= 0)
        close(ends[1]);
    if (process < 0 && ends[0] >= 0)
        close(ends[0]);
    errno = reason;
    if (process < 0)
        return false;
    starter.owner = getpid();
    starter.process = process;
    starter.control = ends[0];
    if (first)
        atexit(stop);
    return true;
}

bool starter_prepare(void (*rehearsal)(void))
{
    pthread_mutex_lock(&starter.lock);
    starter.rehearse = rehearsal;
    bool good = runs() || begin();
    pthread_mutex_unlock(&starter.lock);
    return good;
}

/* Asks once; false: it has gone. */
static bool ask(const struct reader_order *order, const int *descriptors, int n, int32_t *child)
{
    return channel_send(starter.control, order, sizeof *order, descriptors, n) &&
           channel_receive(starter.control, child, sizeof *child, NULL, NULL);
}

pid_t starter_start(const struct reader_order *order, const int *descriptors, int n_descriptors)
{
    int32_t child = -EIO;
    pthread_mutex_lock(&starter.lock);
    bool there = runs() || begin();
    if (there && !ask(order, descriptors, n_descriptors, &child)) {
        stop(); /* somebody ended it: a new one */
        there = begin();
        if (there && !ask(order, descriptors, n_descriptors, &child))
            child = -EIO;
    }
    if (!there)
        child = -errno;
    pthread_mutex_unlock(&starter.lock);
    if (child > 0)
        return child;
    errno = -child;
    return -1;
}
