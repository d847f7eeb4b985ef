/* Runs a target without libFuzzer: as many inputs as asked for, each made from a seed by its number
 * alone. A process reads them; another sees it die, says of what, and goes on with the next.
 * usage: fuzz_TARGET [--runs N] [--first N] [--seed N] [--show] [FILE...], files as they are. */
#include "tests/fuzz/crash.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/reader_thread.h"
#include "tests/fuzz/watch.h"

#include "engine/base/memory.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SANDBOXED_EACH = 8, CRASHES_MOST = 1000, REPORT_MOST = 1 << 16 };

static struct {
    long runs, first;
    uint64_t seed;
    struct fuzz_seeds seeds; /* read as they are at first */
    char *keep;              /* where inputs go that did harm */
} fuzz;

static struct watch *watch; /* shared with the process that reads */

/* Inputs --------------------------------------------------------------------------------- */

static void make_input(long number, struct fuzz_input *input)
{
    struct random random;
    random_init(&random, fuzz.seed, (uint64_t)number);
    uint32_t n = (uint32_t)fuzz.seeds.n;
    bool as_it_is = number < fuzz.seeds.n;
    const struct fuzz_input *seed =
        &fuzz.seeds.list[as_it_is ? (uint32_t)number : random_below(&random, n)];
    input->size = seed->size;
    memcpy(input->bytes, seed->bytes, seed->size);
    if (as_it_is)
        return;
    for (uint32_t times = 1 + random_below(&random, 4); times > 0; times--)
        fuzz_target.mutate(input, &random);
}

static void keep_input(long number, const char *why)
{
    static uint8_t bytes[FUZZ_MOST];
    struct fuzz_input input = {bytes, 0};
    char *path = memory_format("%s/fuzz_%s-%s-%ld", fuzz.keep, fuzz_target.name, why, number);
    make_input(number, &input);
    fuzz_write(path, input.bytes, input.size);
    printf("%s: input %ld: %s; kept as %s\n", fuzz_target.name, number, why, path);
    free(path);
}

/* Files of others that are first seeds, if there are any. */
static void add_hostile(void)
{
    const char *folder = getenv("SECATEUR_HOSTILE");
    if (!folder || !*folder || !fuzz_target.ending)
        return;
    char *command = memory_format("ls '%s'/*%s 2>/dev/null", folder, fuzz_target.ending);
    FILE *list = popen(command, "r");
    char line[4096];
    while (list && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        fuzz_seed_file(&fuzz.seeds, line);
    }
    if (list)
        pclose(list);
    free(command);
}

/* Reading -------------------------------------------------------------------------------- */

static void read_inputs(long first, bool sandboxed)
{
    static uint8_t bytes[FUZZ_MOST];
    crash_tell();
    for (long i = first; i < (sandboxed ? first + 1 : fuzz.runs); i++) {
        struct fuzz_input input = {bytes, 0};
        watch->current = i;
        make_input(i, &input);
        uint8_t *exact = malloc(input.size + (input.size == 0)); /* sanitizers see its end */
        memcpy(exact, input.bytes, input.size);
        bool process = sandboxed || i % SANDBOXED_EACH == 0;
        reader_kind = process ? READER_PROCESS : READER_THREAD;
        struct fuzz_counts before = fuzz_counts;
        watch_begin(watch);
        LLVMFuzzerTestOneInput(exact, input.size);
        watch_end(watch);
        watch->read += fuzz_counts.read - before.read;
        watch->refused += fuzz_counts.refused - before.refused;
        watch->sandboxed += process;
        free(exact);
    }
    exit(0);
}

/* Its exit status, or -1 with what it said. */
static int run_process(long first, bool sandboxed, char report[REPORT_MOST])
{
    static const char said[] = "report";
    int status = 0, file = open(said, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!fuzz_shows)
            dup2(file, STDERR_FILENO);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
        read_inputs(first, sandboxed);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0)
        ;
    ssize_t n = pread(file, report, REPORT_MOST - 1, 0);
    report[n > 0 ? n : 0] = '\0';
    close(file);
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Judges a process that died; true: it was the library, and the sandbox holds it. */
static bool judge(char report[REPORT_MOST])
{
    static char again[REPORT_MOST];
    long number = watch->current;
    if (fuzz_target.hdf5 && crash_is_in(report, "libhdf5") &&
        run_process(number, true, again) == 0) {
        watch->contained++;
        return true;
    }
    watch->crashes++;
    keep_input(number, "crash");
    printf("%s\n", report);
    return false;
}

static void run_all(void)
{
    static char report[REPORT_MOST];
    long from = fuzz.first;
    while (from < fuzz.runs && run_process(from, false, report) != 0 &&
           watch->crashes + watch->contained < CRASHES_MOST) {
        judge(report);
        from = watch->current + 1;
    }
    if (watch->slow > 0)
        keep_input(watch->slowest_at, "slow");
    if (watch->large > 0)
        keep_input(watch->largest_at, "large");
}

/* Command line --------------------------------------------------------------------------- */

static void take_arguments(int argc, char **argv)
{
    fuzz.runs = 1000;
    fuzz.seed = 1;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--runs") == 0 && more)
            fuzz.runs = atol(argv[++i]);
        else if (strcmp(argv[i], "--first") == 0 && more)
            fuzz.first = atol(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0 && more)
            fuzz.seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--show") == 0)
            fuzz_shows = true;
        else
            fuzz_seed_file(&fuzz.seeds, argv[i]);
    }
    if (fuzz.seeds.n > 0)
        fuzz.runs = fuzz.seeds.n;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status, (void)kind, (void)at;
    return remove(path);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/secateur-fuzz-XXXXXX";
    const char *keep = getenv("SECATEUR_KEEP");
    fuzz.keep = realpath(keep ? keep : ".", NULL);
    take_arguments(argc, argv);
    LLVMFuzzerInitialize(&argc, &argv);
    watch = mmap(NULL, sizeof *watch, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (watch == MAP_FAILED || !mkdtemp(folder) || chdir(folder) != 0) {
        perror(folder);
        return 1;
    }
    if (fuzz.seeds.n == 0) {
        fuzz_target.seeds(&fuzz.seeds);
        add_hostile();
    }
    run_all();
    watch_print(watch, fuzz.runs - fuzz.first);
    if (chdir("/") == 0)
        nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return watch_good(watch) ? 0 : 1;
}
