/* Lines of scripts, as a person might type them. What such a line names is written: none that
 * names another folder is run. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/screen.h"

#include "app/commands/commands.h"
#include "app/script/script.h"
#include "app/shell/script_runner.h"

#include <string.h>
#include <unistd.h>

enum { WORDS = 512 };

/* All commands, and what stands behind them. */
static const char *words[WORDS];

static void find_words(void)
{
    static const char *const more[] = {"1", "2", "60", "0", "4", "drop", "asr", "conv_3", "conv_4",
        "on-top", "difference", "mean-activation", "3,4,5", "0-9", "a.csv", "a.json", "a.html",
        "curves", "table-rounds", "faces", "broken", "light", "dark", "mouse", "on", "off", "F12",
        "Down", "C-x", "all", "none", "clean", "test", "attack", "script", "a b", "*", "?"};
    size_t n = 0;
    for (int i = 0; commands_at(i) && n + 1 < WORDS; i++)
        words[n++] = commands_at(i)->name;
    for (size_t i = 0; i < sizeof more / sizeof *more && n + 1 < WORDS; i++)
        words[n++] = more[i];
}

static void seeds(struct fuzz_seeds *seeds)
{
    fuzz_seed_text(seeds, "step 2\nundo\nstatus\nresults\nview 3\nzoom\n");
    fuzz_seed_text(seeds, "layer conv_4 on-top\ncriterion difference\norder 3,4,5\nrun drop 4\n");
    fuzz_seed_text(
        seeds, "threshold 7\nbranch 1\nsearch 17\nsort\ninspect 3\nwhat-if 2\nprune 7\n");
    fuzz_seed_text(seeds, "bind F12 step\nset mouse off\ntheme light\nfilter broken\nhelp\n# no\n");
}

static void mutate(struct fuzz_input *input, struct random *random)
{
    find_words();
    mutate_lines(input, words, random);
}

/* A command of the prompt that writes or reads what it names stays in this folder. */
static bool stays_here(const char *text)
{
    return !strpbrk(text, "/~") && !strstr(text, "..") && !strstr(text, "export") &&
           !strstr(text, "source -");
}

static void run(struct fuzz_screen *screen)
{
    enum { LINES = 400 };
    struct error err = {0};
    enum script_answer answer = SCRIPT_RAN;
    for (int i = 0; i < LINES && answer == SCRIPT_RAN; i++)
        answer = script_step(&screen->ui, &err);
    err.class = ERROR_INPUT; /* for a script it is ERROR_FAILED */
    fuzz_judge(answer != SCRIPT_FAILED, &err, "lines");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_screen screen;
    static char text[FUZZ_MOST + 1];
    memcpy(text, data, size < FUZZ_MOST ? size : FUZZ_MOST);
    text[size < FUZZ_MOST ? size : FUZZ_MOST] = '\0';
    if (!stays_here(text))
        return 0;
    fuzz_screen_init(&screen);
    script_stream(&screen.ui.scripts, "lines");
    script_feed(&screen.ui.scripts, text, strlen(text));
    script_close(&screen.ui.scripts);
    run(&screen);
    script_drop(&screen.ui.scripts);
    fuzz_screen_finish(&screen);
    return 0;
}

const struct fuzz_target fuzz_target = {.name = "script", .seeds = seeds, .mutate = mutate};
