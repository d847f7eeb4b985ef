/* How fast the engine is. Usage: engine_bench [PART…]; each part runs in a process of its own, so
 * that memory and caches of one say nothing about another. See README.md. */
#include "tests/bench/parts.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct part {
    const char *name, *help;
    part_function *run;
    bool files;     /* needs the image sets on disk */
    bool usual;     /* runs when nothing is said */
    double seconds; /* it may take, where it can choose */
} parts[] = {
    {"forward", "images a second, plain and lanes", forward_whole, false, true, 8},
    {"layers", "each layer of a pass", forward_layers, false, true, 0},
    {"sweep", "opening, rounds, leave-one-out, undo, memory", sweep_lab, true, true, 20},
    {"greedy", "each step tries every channel", sweep_greedy, true, false, 120},
    {"alive", "the same on a net without dead channels", sweep_alive, true, true, 8},
    {"chains", "the same on plain chains: the MNIST nets", sweep_chains, false, true, 0},
    {"ablation", "each shortcut off in turn, on three nets", ablation, true, false, 240},
    {"images", "growth with images", growth_images, false, true, 10},
    {"channels", "growth with channels", growth_channels, false, true, 10},
    {"export", "images, weights and predictions for peers/", peers_export, true, false, 0},
    {"ours", "our line of the table that peers/ prints", peers_ours, true, false, 12},
};
enum { N_PARTS = sizeof parts / sizeof *parts };

static int usage(void)
{
    fprintf(stderr, "usage: engine_bench [PART[=SECONDS]…]\n");
    for (int i = 0; i < N_PARTS; i++)
        fprintf(stderr, "  %-10s %s%s\n", parts[i].name, parts[i].help,
            parts[i].usual ? "" : " (when asked)");
    fprintf(stderr,
        "SECATEUR_REAL: folder of real nets and faces; SECATEUR_BENCH_IMAGES: of each "
        "set, %d; SECATEUR_BENCH_FOLDER: keeps the sets there\n",
        LAB_IMAGES);
    return 2;
}

/* "sweep" or "growth=60"; NULL: no such part. */
static const struct part *find(const char *word, double *seconds)
{
    size_t length = strcspn(word, "=");
    for (int i = 0; i < N_PARTS; i++)
        if (strlen(parts[i].name) == length && strncmp(parts[i].name, word, length) == 0) {
            *seconds = word[length] ? atof(word + length + 1) : parts[i].seconds;
            return &parts[i];
        }
    return NULL;
}

static int run_here(bool (*run)(const struct lab *, double, struct error *), double seconds)
{
    struct lab lab = lab_get();
    struct error err = {0};
    bool good = run(&lab, seconds, &err);
    if (!good)
        fprintf(stderr, "engine_bench: %s\n", err.text);
    return good ? 0 : 1;
}

static bool write_files(const struct lab *lab, double seconds, struct error *err)
{
    (void)seconds;
    return (access(lab->clean, R_OK) == 0 && access(lab->poisoned, R_OK) == 0) ||
           lab_write(lab, err);
}

/* Runs `job` in a new process: the word after --here. */
static int run_apart(const char *self, const char *word)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", self, "--here", word, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
        return 1;
    return WEXITSTATUS(status);
}

/* The folder for the sets; true when it is new and is to be removed. */
static bool make_folder(void)
{
    if (getenv("SECATEUR_BENCH_FOLDER"))
        return false;
    const char *base = getenv("TMPDIR");
    char *folder = memory_format("%s/secateur-bench-XXXXXX", base ? base : "/tmp");
    bool made = mkdtemp(folder) != NULL;
    setenv("SECATEUR_BENCH_FOLDER", folder, 1);
    free(folder);
    return made;
}

static void remove_folder(void)
{
    struct lab lab = lab_get();
    unlink(lab.clean);
    unlink(lab.poisoned);
    rmdir(lab.folder);
}

static int run_all(const char *self, int n, char **words)
{
    int status = 0;
    bool ours = make_folder(), ready = false;
    for (int i = 0; i < (n > 0 ? n : N_PARTS) && status == 0; i++) {
        double seconds;
        const char *word = n > 0 ? words[i] : parts[i].name;
        const struct part *part = find(word, &seconds);
        if (n == 0 && !part->usual)
            continue;
        if (part->files && !ready)
            status = run_apart(self, "--files");
        ready = ready || part->files;
        if (status == 0)
            status = run_apart(self, word);
    }
    if (ours)
        remove_folder();
    return status;
}

int main(int argc, char **argv)
{
    double seconds = 0;
    if (argc == 3 && strcmp(argv[1], "--here") == 0) {
        const struct part *part = find(argv[2], &seconds);
        return run_here(part ? part->run : write_files, seconds);
    }
    for (int i = 1; i < argc; i++)
        if (!find(argv[i], &seconds))
            return usage();
    return run_all(argv[0], argc - 1, argv + 1);
}
