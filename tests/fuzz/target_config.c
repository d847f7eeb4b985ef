/* Configuration files. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/screen.h"

#include "app/commands/config.h"
#include "app/options/options.h"
#include "app/verbs/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const words[] = {"set", "bind", "unbind", "theme", "on", "off", "auto", "dark",
    "light", "mouse", "memory", "512M", "threads", "seed", "scale", "color", "truecolor", "marker",
    "braille", "figure-size", "88mm", "formats", "pdf,svg", "force", "script", "C-s", "F12", "M-x",
    "faces:f", "Enter", "Space", "step", "save", "quit", "run drop 4", "#", NULL};

static void seeds(struct fuzz_seeds *seeds)
{
    static char text[1 << 16];
    struct fuzz_screen screen;
    fuzz_screen_init(&screen);
    FILE *out = fmemopen(text, sizeof text, "w");
    config_print(&screen.ui, out);
    fclose(out);
    fuzz_screen_finish(&screen);
    fuzz_seed_text(seeds, text);
    fuzz_seed_text(seeds, "# mine\nset mouse off\ntheme light\nbind F12 step 2\nunbind q\n");
    fuzz_seed_text(seeds, "set memory 1G\nset threads 2\nbind faces:f Down\n");
}

static void mutate(struct fuzz_input *input, struct random *random)
{
    mutate_lines(input, words, random);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_screen screen;
    struct arguments arguments;
    struct config config;
    struct error err = {0};
    char *line[] = {"secateur"};
    char *folder = realpath(".", NULL);
    mkdir("secateur", 0700);
    fuzz_write("secateur/config", data, size);
    setenv("XDG_CONFIG_HOME", folder, 1);
    free(folder);
    fuzz_check(options_parse(&arguments, verbs, 1, line, &err), "the line is right", err.text);
    bool good = config_read(&config, &arguments, &err) && config_start(&config, &arguments, &err);
    fuzz_screen_init(&screen);
    screen.ui.arguments = &arguments;
    good = good && config_apply(&config, &screen.ui, &err);
    fuzz_judge(good, &err, config.path);
    fuzz_check(!arguments.options.force, "no configuration overwrites", "");
    fuzz_check(!script_runs(&screen.ui.scripts), "no configuration runs scripts", "");
    fuzz_check(screen.posted == 0, "no configuration commands the engine", "");
    fuzz_screen_finish(&screen);
    config_finish(&config);
    return 0;
}

const struct fuzz_target fuzz_target = {.name = "config", .seeds = seeds, .mutate = mutate};
