/* Long work beside the rounds: examining layers, detectors, test sets. */
#include "app/commands/command_line.h"
#include "app/options/options.h"

static void command_examine(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_EXAMINE, 0, 0, "");
}

static void command_scan(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_SUSPECTS, 0, 0, "");
}

static void command_repair(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->snapshot->suggested < 0 && ui->snapshot->suggestion[0])
        ui_complain(ui, "no repair is suggested: %s", ui->snapshot->suggestion);
    else if (ui->snapshot->suggested < 0)
        ui_complain(ui, "no repair is suggested yet: A examines the layers");
    else
        ui_act_text(ui, COMMAND_REPAIR, -1, "prune");
}

static void command_detect(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!ui_ready(ui))
        return;
    commands_call(ui, "view", "goodnet");
    ui_post(ui, COMMAND_DETECT, options_have_tests(&ui->arguments->options), 0, "");
}

static void command_test(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!options_have_tests(&ui->arguments->options))
        ui_complain(ui, "there are no test images: start with --test-clean and --test-poisoned");
    else
        ui_post(ui, COMMAND_TEST, 0, 0, "");
}

const struct action action_scan = {
    .name = "scan",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "search for the class a backdoor leads to",
    .run = command_scan,
};

const struct action action_examine = {
    .name = "examine",
    .keys = "A",
    .group = COMMANDS_CHOOSE,
    .help = "examine all layers, suggest a repair",
    .run = command_examine,
    .hint = "examine all",
    .where = "layers",
    .rank = 2,
};

const struct action action_repair = {
    .name = "repair",
    .keys = "P",
    .group = COMMANDS_CHOOSE,
    .help = "apply the suggested repair",
    .run = command_repair,
    .hint = "repair",
    .where = "layers",
    .rank = 3,
    .acts = true,
};

const struct action action_detect = {
    .name = "detect",
    .keys = "D",
    .group = COMMANDS_CHOOSE,
    .help = "GoodNet, detectors, ROC; test sets too",
    .run = command_detect,
    .hint = "detectors",
    .where = "goodnet",
    .rank = 2,
    .acts = true,
};

const struct action action_test = {
    .name = "test",
    .keys = "t",
    .group = COMMANDS_CHOOSE,
    .help = "other panels: nets on test sets",
    .run = command_test,
    .hint = "test sets",
    .where = "thresholds",
    .rank = 2,
};
