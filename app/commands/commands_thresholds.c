/* Thresholds, each of which has a net, and what was known when they were chosen. */
#include "app/commands/command_line.h"

#include <stdlib.h>
#include <string.h>

static void accept_threshold(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        commands_call(ui, "threshold", text);
}

static void command_threshold(struct ui *ui, const char *argument)
{
    char *end;
    if (!argument) {
        overlay_prompt(&ui->overlay, "threshold in points (an existing one is removed): ", "");
        ui->accept = accept_threshold;
        return;
    }
    double points = strtod(argument, &end);
    if (end == argument || *end || !(points > 0 && points <= 100))
        ui_complain(ui, "'%s' is not a loss in points; use a number above 0", argument);
    else
        ui_post(ui, COMMAND_THRESHOLD, 0, points, "");
}

/* "clean, poisoned" or "here test": sets that chose elsewhere, or where the net stands. */
static void command_known(struct ui *ui, const char *argument)
{
    static const char *const names[] = {"clean", "poisoned", "test"};
    unsigned sets = 0;
    const char *at = argument ? argument : "";
    bool here = strncmp(at, "here ", 5) == 0, good = true;
    for (at += here ? 5 : 0; *at && good; at += strspn(at, ", ")) {
        size_t length = strcspn(at, ", "), i = 0;
        while (i < 3 && (strlen(names[i]) != length || strncmp(at, names[i], length) != 0))
            i++;
        good = i < 3;
        sets |= good ? 1U << i : 0;
        at += length;
    }
    if (good && sets)
        ui_post(ui, COMMAND_KNOWN, (int)sets, 0, here ? "here" : "");
    else
        ui_complain(ui, "use: known SETS, the images used to choose: clean, poisoned or test");
}

const struct action action_threshold = {
    .name = "threshold",
    .argument = "[POINTS]",
    .keys = "X",
    .group = COMMANDS_CHOOSE,
    .help = "add a threshold, or remove it",
    .run = command_threshold,
    .hint = "add/remove",
    .where = "thresholds",
    .rank = 2,
};

const struct action action_known = {
    .name = "known",
    .argument = "SETS",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "note images that you chose with",
    .run = command_known,
    .rank = 9,
};
