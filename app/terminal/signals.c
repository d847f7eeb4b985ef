/* Signals through a pipe; the terminal is restored on a crash. */
#include "app/terminal/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int pipe_fd[2] = {-1, -1};
static atomic_bool stop;
static atomic_int stop_number;
static void (*restore_terminal)(void);

/* All that would end the program is here, or among the crashes. */
static const int listened[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT, SIGUSR1,
    SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXCPU};
static const int crashes[] = {
    SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSYS, SIGTRAP, SIGPIPE};
static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
enum {
    N_LISTENED = sizeof listened / sizeof *listened,
    N_CRASHES = sizeof crashes / sizeof *crashes,
    N_STOPS = sizeof stops / sizeof *stops,
};

static void to_pipe(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (write(pipe_fd[1], &byte, 1) != 1) {
        /* a full pipe already wakes the loop */
    }
    errno = saved;
}

static void on_crash(int number)
{
    if (restore_terminal)
        restore_terminal();
    signal(number, SIG_DFL);
    raise(number);
}

static void on_stop(int number)
{
    if (atomic_exchange(&stop, true)) {
        if (number == SIGXCPU)
            return; /* comes again each second until the end */
        signal(number, SIG_DFL);
        raise(number);
    }
    atomic_store(&stop_number, number);
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* nohup, and shells for what runs in the background, ask for that. */
static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Some time is left between the warning and the end, for all processors at once. */
static void limit_processor_time(void)
{
    struct rlimit time;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    rlim_t spare = 1 + (rlim_t)(processors > 0 ? processors : 1);
    if (getrlimit(RLIMIT_CPU, &time) != 0 || time.rlim_max == RLIM_INFINITY)
        return;
    spare = spare < time.rlim_max / 2 ? spare : time.rlim_max / 2;
    if (time.rlim_cur > time.rlim_max - spare)
        time.rlim_cur = time.rlim_max - spare;
    setrlimit(RLIMIT_CPU, &time);
}

void signals_prepare(void)
{
    signal(SIGXFSZ, SIG_IGN);
    limit_processor_time();
}

/* A stack of its own for crash handlers: the usual one may be what overflowed. */
static void alternate_stack(void)
{
    enum { SIZE = 64 * 1024 };
    static char memory[SIZE];
    stack_t stack = {.ss_sp = memory, .ss_size = SIZE};
    sigaltstack(&stack, NULL);
}

bool signals_open(void (*restore)(void))
{
    if (pipe2(pipe_fd, O_NONBLOCK | O_CLOEXEC) != 0)
        return false;
    restore_terminal = restore;
    alternate_stack();
    for (int i = 0; i < N_LISTENED; i++)
        if (!is_ignored(listened[i]))
            handle(listened[i], to_pipe, SA_RESTART);
    for (int i = 0; i < N_CRASHES; i++)
        handle(crashes[i], on_crash, SA_ONSTACK | (int)SA_RESETHAND | SA_NODEFER);
    return true;
}

void signals_close(void)
{
    for (int i = 0; i < N_LISTENED; i++)
        if (!is_ignored(listened[i]))
            signal(listened[i], SIG_DFL);
    for (int i = 0; i < N_CRASHES; i++)
        signal(crashes[i], SIG_DFL);
    for (int i = 0; i < 2; i++) {
        if (pipe_fd[i] >= 0)
            close(pipe_fd[i]);
        pipe_fd[i] = -1;
    }
}

int signals_fd(void)
{
    return pipe_fd[0];
}

int signals_next(void)
{
    unsigned char byte;
    return read(pipe_fd[0], &byte, 1) == 1 ? byte : 0;
}

void signals_suspend(void)
{
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    handle(SIGTSTP, to_pipe, SA_RESTART);
}

void signals_die(int number)
{
    const struct rlimit none = {0, 0};
    if (number == SIGXCPU) {
        fputs(
            "secateur: stopped: the limit of processor time (ulimit -t) is reached; rounds of the "
            "terminal application are kept: secateur --resume\n",
            stderr);
        setrlimit(RLIMIT_CORE, &none); /* nothing crashed */
    }
    signal(number, SIG_DFL);
    raise(number);
}

const atomic_bool *signals_stop_flag(void)
{
    for (int i = 0; i < N_STOPS; i++)
        if (!is_ignored(stops[i]))
            handle(stops[i], on_stop, SA_RESTART);
    return &stop;
}

void signals_stop(void)
{
    atomic_store(&stop, true);
}

int signals_stopped_by(void)
{
    return atomic_load(&stop_number);
}
