/* Commands data and repaired: other images, and nets to compare with, for the net that is open. */
#include "app/commands/command_line.h"

#include "app/opening/words.h"
#include "app/picker/file_picker.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words before the file, the longer ones first; test images are clean where nothing is said. */
static const struct {
    const char *words;
    enum session_file file;
} kinds[] = {{"test clean ", FILE_TEST_CLEAN}, {"test-clean ", FILE_TEST_CLEAN},
    {"test poisoned ", FILE_TEST_POISONED}, {"test-poisoned ", FILE_TEST_POISONED},
    {"test ", FILE_TEST_CLEAN}, {"clean ", FILE_CLEAN}, {"poisoned ", FILE_POISONED}};

static const char none[] = "none";

/* A file that engines open later, whatever the folder is then. */
static char *absolute(char *file)
{
    char *path = realpath(file, NULL);
    if (!path)
        return file;
    free(file);
    return path;
}

static void take(struct ui *ui, enum session_file file, const char *text)
{
    struct error err;
    char *path = file != FILE_REPAIRED && strcmp(text, none) == 0 ? memory_string("")
                                                                  : words_file(text, &err);
    if (path && *path)
        path = absolute(path);
    if (path)
        ui_change_file(ui, file, path);
    else
        ui_complain(ui, "%s", err.text);
    free(path);
}

/* Which images, before which file. */
static void accept_kind(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value >= 0)
        file_picker_data(ui, (enum session_file)value);
}

static void pick_kind(struct ui *ui)
{
    overlay_picker(&ui->overlay, "Other images: which?");
    for (int file = FILE_CLEAN; file < FILE_REPAIRED; file++)
        overlay_add(&ui->overlay, file, session_file_name((enum session_file)file), NULL, NULL);
    ui->accept = accept_kind;
}

static void command_data(struct ui *ui, const char *argument)
{
    if (!ui_ready(ui))
        return;
    if (!argument) {
        pick_kind(ui);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i].words);
        if (strncmp(argument, kinds[i].words, n) != 0 || !argument[n])
            continue;
        take(ui, kinds[i].file, argument + n + strspn(argument + n, " "));
        return;
    }
    ui_complain(ui, "use: data clean FILE, data poisoned FILE, data test clean FILE, "
                    "data test poisoned FILE; none in place of a file takes images away");
}

static void offer_kinds(struct ui *ui, const struct action *action)
{
    static const char *const words[] = {"clean", "poisoned", "test clean", "test poisoned"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *insert = memory_format("%s %s ", action->name, words[i]);
        overlay_add(&ui->overlay, (int)i, words[i], NULL, insert);
        free(insert);
    }
}

static void command_repaired(struct ui *ui, const char *argument)
{
    if (!ui_ready(ui))
        return;
    if (argument) {
        take(ui, FILE_REPAIRED, argument);
        return;
    }
    file_picker_data(ui, FILE_REPAIRED);
}

const struct action action_data = {
    .name = "data",
    .argument = "[[test] clean|poisoned FILE]",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "other images; rounds counted anew",
    .instead = "data clean FILE",
    .run = command_data,
    .offer = offer_kinds,
};

const struct action action_repaired = {
    .name = "repaired",
    .argument = "[FILE]",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "a repaired net for detect to compare",
    .instead = "repaired FILE",
    .run = command_repaired,
};
