/* What the threads of a program used so far, as the kernel counts it. Owner: the caller's stack.
 * Thread: any. */
#ifndef SECATEUR_TESTS_BENCH_TASKS_H
#define SECATEUR_TESTS_BENCH_TASKS_H

#include <sys/types.h>

struct tasks {
    int n;             /* threads that live */
    long switches;     /* times that one of them slept and was woken */
    double first, all; /* seconds of processor time: the first thread's, all threads' */
};

struct tasks tasks_read(pid_t program);

#endif
