/* Journals: resumed and replayed line by line, as data. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/screen.h"

#include "app/options/options.h"
#include "app/script/journal.h"
#include "app/shell/script_runner.h"
#include "app/verbs/verbs.h"
#include "engine/base/memory.h"
#include "engine/io/files/digest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char place[] = "input.journal";

static const char *const words[] = {"step", "undo", "redo", "goto", "reset", "layer", "on-top",
    "criterion", "order", "ascending", "descending", "channels", "+", "listed", "branch",
    "threshold", "known", "here", "clean,", "poisoned,", "test", "rewind", "prune", "conv_3",
    "mean-activation", "difference", "=", "hand", "unknown", "set", "file", "begin", "secateur",
    "journal", "model", "scale", "limit", "rounds", "force", "out", "script", "memory", "1", "2",
    "3", "60", "0.5", "1e400", "save", "export", "source", "/etc/passwd", "/dev/zero", "a%2Fb",
    "%0A", NULL};

/* What every command of a made-up session leads to. */
static char *outcome(void)
{
    struct fuzz_screen screen;
    fuzz_screen_init(&screen);
    const struct snapshot *s = screen.snapshot;
    const struct round *round = s->rounds[s->position];
    char *text = memory_format("= %d %d %d %d %d %d %u%s%s\n", s->branch + 1, s->position,
        s->n_rounds - 1, round->channel, round->clean_correct, round->attack_hits, s->known.sets,
        s->known.by_hand ? " hand" : "", s->known.unknown ? " unknown" : "");
    fuzz_screen_finish(&screen);
    return text;
}

static void seeds(struct fuzz_seeds *seeds)
{
    static const char *const lines[][3] = {{"layer 2", "step 2", "undo 1"},
        {"goto 0", "prune 7", "redo 1"}, {"threshold 4", "known here clean, poisoned", "rewind 1"},
        {"channels 3 4 5", "channels + 6", "listed my%20list"},
        {"criterion difference", "order descending", "branch 1"}};
    char sha[DIGEST_TEXT], *folder = realpath(".", NULL), *after = outcome();
    digest_bytes("x", 1, sha);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *text = memory_format("secateur journal 3\nset scale 1\nset limit 100\n"
                                   "file %s model %s/net\nbegin\n%s\n%s%s\n%s%s\n%s",
            sha, folder, lines[i][0], after, lines[i][1], after, lines[i][2], after);
        fuzz_seed_text(seeds, text);
        free(text);
    }
    free(folder);
    free(after);
}

static void mutate(struct fuzz_input *input, struct random *random)
{
    mutate_lines(input, words, random);
}

static void replay(struct fuzz_screen *screen)
{
    enum { LINES = 2000 };
    struct error err = {0};
    enum script_answer answer = SCRIPT_RAN;
    for (int i = 0; i < LINES && answer == SCRIPT_RAN; i++)
        answer = script_step(&screen->ui, &err);
    err.class = ERROR_INPUT; /* for a script it is ERROR_FAILED */
    fuzz_judge(answer != SCRIPT_FAILED, &err, place);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_screen screen;
    struct arguments arguments;
    struct error err = {0};
    char *line[] = {"secateur", "--resume=input.journal"};
    setenv("XDG_STATE_HOME", "/nowhere", 1); /* nothing of it is to be written */
    fuzz_write("net", "x", 1);
    fuzz_write(place, data, size);
    chmod(place, S_IRUSR | S_IWUSR);
    int files = fuzz_screen_files();
    fuzz_check(options_parse(&arguments, verbs, 2, line, &err), "the line is right", err.text);
    fuzz_screen_init(&screen);
    screen.ui.arguments = &arguments;
    screen.ui.journal = journal_resume(&arguments, &screen.ui.scripts, &err);
    if (screen.ui.journal)
        replay(&screen);
    else
        fuzz_judge(false, &err, NULL);
    fuzz_check(!arguments.options.force, "no journal overwrites", "");
    script_drop(&screen.ui.scripts);
    journal_end(screen.ui.journal);
    screen.ui.journal = NULL;
    fuzz_screen_finish(&screen);
    fuzz_check(fuzz_screen_files() == files, "no journal makes a file", "");
    return 0;
}

const struct fuzz_target fuzz_target = {.name = "journal", .seeds = seeds, .mutate = mutate};
