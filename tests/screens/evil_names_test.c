/* One evil name, of layers, files and folders, through verbs and formats: all output is searched.
 */
#include "tests/screens/piped.h"
#include "tests/unit/session/session_trial.h"

#include <dirent.h>
#include <unistd.h>

static const struct test_node nodes[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,9,2", ""},
    {"Conv2D", "=cmd|x\\u001b]0;t\\u0007\\n\\u009b31m\\u202e<script>`$(x)",
        "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"Conv2D", "@b\\u2028\\u200b\\u007f\\r,=1+1", "filters=5 kernel_size=2,2 activation=relu",
        NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct trial_net evil_net = {"evil", nodes, sizeof nodes / sizeof *nodes, 3};

#define FOLDER "$'d\\033[2J\\n\\342\\200\\256'"
#define SETS " -c " FOLDER "/clean.h5 -p " FOLDER "/poisoned.h5 --scale 1/255"
#define NET FOLDER "/$'=cmd|\\302\\233\\377`<script>.h5'"

static int set_up(void **state)
{
    piped_set_up(state);
    assert_int_equal(chdir(program.folder), 0);
    trial_write(&evil_net);
    piped_file(&program, "move",
        "mkdir -p " FOLDER "; mv clean.h5 poisoned.h5 " FOLDER "/; mv net.h5 " NET "\n");
    return system("bash ./move");
}

static int tear_down(void **state)
{
    assert_int_equal(chdir("/"), 0);
    return piped_tear_down(state);
}

static void assert_none(const char *where, const char *text, const char *const *none)
{
    for (; *none; none++)
        if (strstr(text, *none)) {
            print_message("%s: has '%s'\n", where, *none + (**none == '\n'));
            assert_true(false);
        }
}

/* No byte that acts, in any text; no formula where it is a table. */
static void assert_text(const char *where, const char *text, bool table)
{
    static const char *const acts[] = {"\xc2\x9b", "\u202e", "\u2028", "\u200b", "\377", NULL};
    static const char *const formulas[] = {
        "\n=cmd", "\n=1", ",=1", ",=cmd", "\n@b", ",@b", "\"=cmd", "\"@b", NULL};
    for (const char *c = text; *c; c++)
        if (((unsigned char)*c < 0x20 && *c != '\n') || *c == 0x7f) {
            print_message("%s: byte %02x\n", where, (unsigned char)*c);
            assert_true(false);
        }
    assert_none(where, text, acts);
    if (table)
        assert_none(where, text, formulas);
}

static void search(const char *folder)
{
    int n = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));) {
        const char *dot = strrchr(entry->d_name, '.');
        bool is_text = dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".md") == 0 ||
                                  strcmp(dot, ".tex") == 0 || strcmp(dot, ".svg") == 0 ||
                                  strcmp(dot, ".html") == 0 || strcmp(dot, ".json") == 0);
        assert_text("a name", entry->d_name, false);
        if (!is_text)
            continue;
        n++;
        char *path = memory_format("%s/%s", folder, entry->d_name);
        char *text = piped_read(&program, path);
        assert_text(path, text, strcmp(dot, ".csv") == 0);
        bool page = strcmp(dot, ".html") == 0 || strcmp(dot, ".svg") == 0;
        const char *script = page ? strstr(text, "<script") : NULL;
        bool own = script && strcmp(dot, ".html") == 0 && strncmp(script, "<script>\n//", 11) == 0;
        assert_true(!script || (own && !strstr(script + 1, "<script")));
        free(text);
        free(path);
    }
    closedir(open);
    assert_true(n > 5);
}

static void run(const char *arguments, const char *input)
{
    const char *build = getenv("SECATEUR_BUILD");
    char *script = memory_format("'%s/secateur' %s\n", build ? build : "build", arguments);
    piped_file(&program, "line", script);
    int status = piped_run(&program, "--version >version; exec bash ./line", input);
    if (status != 0)
        print_message("%s: %s", arguments, program.errors);
    assert_int_equal(status, 0);
    assert_text(arguments, program.out, strstr(arguments, "--format csv"));
    assert_text(arguments, program.errors, false);
    free(script);
}

static void nothing_acts_anywhere(void **state)
{
    static const char *const formats[] = {"csv", "json"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        char *line = memory_format("layers " NET SETS " --format %s", formats[i]);
        run(line, NULL);
        free(line);
    }
    run("inspect " NET, NULL);
    run("eval " NET SETS, NULL);
    run("prune " NET SETS " --rounds 1 --out pruned.h5", NULL);
    run("sweep " NET SETS " --format csv --out " FOLDER "/out", NULL);
    run("goodnet " NET " pruned.h5" SETS " --format csv", NULL);
    run("--plain " NET SETS, "status\nstep 2\n");
    run("figures " NET SETS " --out figures --figure-format svg", NULL);
    search("figures");
    run("lab " NET SETS " --defender --out lab --format csv", NULL);
    search("lab");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_acts_anywhere)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
