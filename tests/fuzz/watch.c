/* Processor time and memory of one input. Leans on getrusage, /proc and timers. */
#include "tests/fuzz/watch.h"

#include "tests/fuzz/crash.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Asserted; a sanitizer takes more of both. Wall time only ends what hangs. */
enum {
    SECONDS_MOST = 5,
    MEGABYTES_MOST = 300,
    SANITIZED = 4,
    END_SECONDS = 30,
    WALL_SECONDS = 300
};

static double seconds_now(void)
{
    struct timespec now;
    struct rusage usage;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(now.tv_sec + usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)now.tv_nsec * 1e-9 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static double megabytes_now(void)
{
    long all, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* Most so far, of this process and of the largest of its readers. */
static double megabytes_most(void)
{
    struct rusage own, readers;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &readers);
    return (double)(own.ru_maxrss > readers.ru_maxrss ? own.ru_maxrss : readers.ru_maxrss) / 1024;
}

static void limit(int seconds, int wall)
{
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = seconds}}, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_sec = wall}}, NULL);
}

void watch_begin(struct watch *watch)
{
    limit(END_SECONDS, WALL_SECONDS);
    watch->megabytes = megabytes_now();
    watch->seconds = seconds_now();
}

void watch_end(struct watch *watch)
{
    double seconds = seconds_now() - watch->seconds;
    double megabytes = megabytes_most() - watch->megabytes;
    limit(0, 0);
    watch->all += seconds;
    watch->seconds_over += seconds > 1;
    watch->slow += seconds > SECONDS_MOST * (CRASH_SANITIZED ? SANITIZED : 1);
    if (seconds > watch->slowest) {
        watch->slowest = seconds;
        watch->slowest_at = watch->current;
    }
    if (megabytes <= watch->largest) /* the most is that of all inputs: only more tells */
        return;
    watch->largest = megabytes;
    watch->largest_at = watch->current;
    watch->megabytes_over += megabytes > MEGABYTES_MOST;
    watch->large += megabytes > MEGABYTES_MOST * (CRASH_SANITIZED ? SANITIZED : 1);
}

bool watch_good(const struct watch *watch)
{
    return watch->crashes == 0 && watch->slow == 0 && watch->large == 0 && watch->read > 0 &&
           watch->refused > 0;
}

void watch_print(const struct watch *watch, long runs)
{
    printf("fuzz %-11s %6ld runs%s: %ld read, %ld refused, %ld in the sandbox; %ld crashes, %ld in "
           "a library and held; %ld over 1 s, %ld over 300 MB; slowest %.3f s (%ld), largest %.0f "
           "MB (%ld); %.1f s of processor\n",
        fuzz_target.name, runs, CRASH_SANITIZED ? " with sanitizers" : "", watch->read,
        watch->refused, watch->sandboxed, watch->crashes, watch->contained, watch->seconds_over,
        watch->megabytes_over, watch->slowest, watch->slowest_at, watch->largest, watch->largest_at,
        watch->all);
    fflush(stdout);
}
