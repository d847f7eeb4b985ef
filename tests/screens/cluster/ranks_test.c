/* The real program under mpirun: 1, 2, 3 and 5 ranks print and write what one program does; one
 * that fails, is stopped or killed ends all. Skipped where the program was built without Open MPI;
 * that it then says so is tested anywhere. Leans on mpirun. */
#include "tests/screens/piped.h"
#include "tests/unit/session/session_trial.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Clean images are five tiles, poisoned ones three: of five ranks two have no poisoned image. */
static const struct test_node nodes[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,9,2", ""},
    {"Conv2D", "conv", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"Conv2D", "last", "filters=5 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct trial_net net = {"small", nodes, sizeof nodes / sizeof *nodes, 3};

#define SETS " net.h5 -c clean.h5 -p poisoned.h5 --scale 1/255 -j 1"

/* A script for /bin/sh in the folder; its status, what it prints is in the files out and errors. */
static int sh(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int sh(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    va_end(arguments);
    char *line = memory_format("SECATEUR='%s/secateur'\n"
                               "ranks() { timeout 100 mpirun -q --oversubscribe -n \"$@\"; }\n"
                               "%s\n",
        getenv("SECATEUR_BUILD"), text);
    piped_file(&program, "script", line);
    free(line);
    free(text);
    int status = system("sh ./script >out 2>errors");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Is that the whole of a file in the folder? */
static void assert_file(const char *name, const char *expected)
{
    char *text = piped_read(&program, name);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static int set_up(void **state)
{
    piped_set_up(state);
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    assert_int_equal(chdir(program.folder), 0);
    trial_write(&net);
    return 0;
}

static int tear_down(void **state)
{
    assert_int_equal(chdir("/"), 0);
    return piped_tear_down(state);
}

/* Everything that a verb prints and writes, but the seconds that it took. */
static void any_number_of_ranks_gives_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *ranks, *line; /* 0: without mpirun */
    } runs[] = {
        {"0 1 2 5", "sweep" SETS " -t 1,4 --out out"},
        {"0 3",
            "compare" SETS " --format csv --criteria mean-activation,taylor,anp,rnp,greedy-attack"},
        {"0 3", "scan net.h5 -c clean.h5 --limit 40 --scale 1/255 -j 1"},
        {"0 2", "repair" SETS " --repair unlearn --rounds 1 --target 1 --out out"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        int status = sh("for n in %s; do\n"
                        "  mkdir run$n; cp *.h5 run$n; cd run$n\n"
                        "  case $n in 0) $SECATEUR %s ;; *) ranks $n $SECATEUR %s ;; esac \\\n"
                        "    >printed 2>said || exit\n"
                        "  sed -i 's/,[0-9.]*$/,S/' printed; cd ..\n"
                        "  [ -s run$n/printed ] && diff -r run0 run$n || exit\n"
                        "done; rm -r run*",
            runs[i].ranks, runs[i].line, runs[i].line);
        if (status != 0)
            assert_int_equal(system("echo; cat out errors; cat run*/said"), 0);
        assert_int_equal(status, 0);
    }
}

static void rank_0_alone_speaks(void **state)
{
    (void)state;
    assert_int_equal(sh("ranks 3 $SECATEUR --version | wc -l"), 0);
    assert_file("out", "1\n");
    assert_int_equal(sh("ranks 3 $SECATEUR swep"), 2);
    assert_file("errors", "secateur: unknown verb swep; did you mean sweep?\n");
    assert_int_equal(sh("ranks 2 $SECATEUR sweep missing.h5 -c clean.h5"), 3);
    assert_file("errors", "secateur: missing.h5: No such file or directory\n");
    assert_int_equal(sh("ranks 2 $SECATEUR demo --out demo"), 2);
    assert_file("errors", "secateur: demo does not share its work: start it without mpirun; sweep, "
                          "compare, scan, repair, prune, layers and eval do\n");
    assert_int_equal(sh("ranks 2 $SECATEUR sweep" SETS " --out /proc/none"), 5);
    assert_file("errors", "secateur: /proc/none: No such file or directory\n");
}

/* Each rank in a folder of its own: other files, or none. */
static void what_is_wrong_on_one_rank_ends_all(void **state)
{
    (void)state;
    const char *in_folders = "mkdir -p at0 at1 at2; cp *.h5 at0; cp *.h5 at1; cp *.h5 at2; %s\n"
                             "cat >own <<'END'\n"
                             "cd at$OMPI_COMM_WORLD_RANK && exec \"$@\"\n"
                             "END\n"
                             "ranks 3 sh own $SECATEUR sweep" SETS " --out out --force";
    char host[64] = "", expected[200];
    gethostname(host, sizeof host - 1);
    snprintf(expected, sizeof expected,
        "secateur: rank 2 on %s: clean.h5: No such file or directory\n", host);
    assert_int_equal(sh(in_folders, "rm at2/clean.h5"), 3);
    assert_file("errors", expected);
    assert_file("out", "");
    assert_int_equal(sh(in_folders, "cp test_clean.h5 at1/clean.h5"), 3);
    assert_file("errors", "secateur: rank 1: an input file differs from rank 0's\n");
    assert_int_equal(sh("ranks 1 $SECATEUR eval" SETS " : -n 1 $SECATEUR sweep" SETS), 3);
    assert_file("errors", "secateur: rank 1: its command line differs from rank 0's\n");
    assert_int_equal(sh("! ls at*/out"), 0);
    assert_int_equal(sh(in_folders, "true"), 0);
    assert_int_equal(sh("ls at0/out && ! ls at1/out at2/out"), 0);
}

/* Work without end; a signal to one rank, once all of them are there. */
static int end_one(const char *signal, int rank)
{
    return sh("cat >own <<'END'\n"
              "echo $$ >pid$OMPI_COMM_WORLD_RANK; exec \"$@\"\n"
              "END\n"
              "rm -f pid*; ranks 3 sh own $SECATEUR repair" SETS
              " --repair finetune --rounds 9999 --out cut &\n"
              "while [ ! -s pid0 ] || [ ! -s pid1 ] || [ ! -s pid2 ]; do sleep 0.1; done\n"
              "sleep 1; kill -%s $(cat pid%d) && wait $!",
        signal, rank);
}

static void a_signal_to_one_rank_ends_all(void **state)
{
    (void)state;
    assert_int_equal(end_one("INT", 1), 128 + SIGINT);
    assert_file("errors", "");
    assert_int_equal(end_one("KILL", 2), 128 + SIGKILL);
    assert_int_equal(sh("for p in $(cat pid0 pid1); do while kill -0 $p; do sleep 0.1; done; done\n"
                        "! ls cut"),
        0);
}

/* What a program without Open MPI says, and that it then does nothing. */
static void without_mpi_it_is_said(void **state)
{
    (void)state;
    assert_int_equal(sh("export OMPI_COMM_WORLD_SIZE=2\n"
                        "OMPI_COMM_WORLD_RANK=1 $SECATEUR sweep" SETS " --out none && \n"
                        "OMPI_COMM_WORLD_RANK=0 $SECATEUR sweep" SETS " --out none"),
        2);
    assert_file("out", "");
    assert_file("errors",
        "secateur: mpirun started several of this program, which was built without Open MPI: each "
        "would do the whole work and write the same files; start it alone, or build it with "
        "libopenmpi-dev and meson -Dmpi=enabled\n");
    assert_int_equal(sh("! ls none"), 0);
}

int main(void)
{
    const struct CMUnitTest with[] = {
        cmocka_unit_test(any_number_of_ranks_gives_the_same),
        cmocka_unit_test(rank_0_alone_speaks),
        cmocka_unit_test(what_is_wrong_on_one_rank_ends_all),
        cmocka_unit_test(a_signal_to_one_rank_ends_all),
    };
    const struct CMUnitTest without[] = {cmocka_unit_test(without_mpi_it_is_said)};
    if (!WITH_MPI) {
        int failed = cmocka_run_group_tests(without, set_up, tear_down);
        print_message("SKIPPED: the program is built without Open MPI\n");
        return failed ? failed : TEST_SKIPPED;
    }
    if (system("command -v mpirun >/dev/null") != 0) {
        print_message("SKIPPED: there is no mpirun\n");
        return TEST_SKIPPED;
    }
    return cmocka_run_group_tests(with, set_up, tear_down);
}
