/* Long work beside the rounds: finding the backdoor, repairing, detectors, test sets. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/options/options.h"
#include "engine/base/memory.h"
#include "views/facts/defence_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_poisoned(const struct ui *ui)
{
    return ui->snapshot->n_images[SET_POISONED] > 0;
}

static void command_examine(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_EXAMINE, 0, 0, "");
}

/* Nothing waits for images where the net alone was opened. */
static void command_scan(struct ui *ui, const char *argument)
{
    (void)argument;
    commands_call(ui, "view", "suspects");
    ui_post(ui, COMMAND_SUSPECTS, 0, 0, "");
}

/* What tells most of what is there: the attack itself, else what the net and clean images tell. */
static void command_find(struct ui *ui, const char *argument)
{
    if (!ui_ready(ui))
        return;
    enum path_data data = defence_path_has(ui->snapshot);
    if (has_poisoned(ui))
        command_examine(ui, argument);
    else
        command_scan(ui, argument);
    ui_say(ui, "%s with %s; p stops",
        has_poisoned(ui) ? "examining the layers" : "searching suspects", defence_path_data(data));
}

/* "NAME", "NAME CLASS": the class that is suspected, -1 where none is named. False: a complaint. */
static bool read_repair(struct ui *ui, const char *argument, char name[COMMAND_TEXT], int *target)
{
    int length = (int)strcspn(argument, " ");
    const char *number = argument + length + strspn(argument + length, " ");
    char *end;
    snprintf(name, COMMAND_TEXT, "%.*s", length, argument);
    *target = -1;
    if (!*number)
        return true;
    long class = strtol(number, &end, 10);
    if (*end || class < 0 || class >= ui->snapshot->n_classes) {
        ui_complain(ui, "%s is not a class; use: repair NAME CLASS, 0 to %d", number,
            ui->snapshot->n_classes - 1);
        return false;
    }
    *target = (int)class;
    return true;
}

/* Without a name: what the images at hand and what was found suggest. */
static void command_repair(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    char name[COMMAND_TEXT];
    int target;
    if (!ui_ready(ui) || !read_repair(ui, argument ? argument : "", name, &target))
        return;
    bool prunes = strcmp(name, "prune") == 0 || (!*name && has_poisoned(ui) && !s->suspects);
    if (prunes && s->suggested < 0 && s->suggestion[0]) {
        ui_complain(ui, "suggested repair: %s", s->suggestion);
    } else if (prunes && s->suggested < 0) {
        ui_complain(ui, "no repair is suggested yet: A examines the layers");
    } else {
        ui_act_text(ui, COMMAND_REPAIR, target, prunes ? "prune" : name);
    }
}

/* "repair unlearn": the repairs there are. */
static void offer_repairs(struct ui *ui, const struct action *action)
{
    const struct repairing *repairing = &ui->snapshot->repairing;
    for (int i = 0; i < repairing->n_repairs; i++) {
        char *insert = memory_format("%s %s", action->name, repairing->repairs[i].name);
        overlay_add(
            &ui->overlay, i, repairing->repairs[i].name, repairing->repairs[i].help, insert);
        free(insert);
    }
    char *insert = memory_format("%s prune", action->name);
    overlay_add(&ui->overlay, repairing->n_repairs, "prune",
        "what the examination of the layers suggests", insert);
    free(insert);
}

/* "3": the class whose inverted trigger is taken; without: the first suspect's. */
static void command_surrogate(struct ui *ui, const char *argument)
{
    char *end;
    long class = argument ? strtol(argument, &end, 10) : -1;
    if (!ui_ready(ui))
        return;
    if (argument && (*end || end == argument || class < 0 || class >= ui->snapshot->n_classes))
        ui_complain(ui, "%s is not a class; use: surrogate CLASS, 0 to %d", argument,
            ui->snapshot->n_classes - 1);
    else
        ui_act(ui, COMMAND_SURROGATE, (int)class);
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
        ui_complain(ui, "there are no test images: :data test clean FILE opens them, then "
                        ":data test poisoned FILE; or start with --test-clean");
    else
        ui_post(ui, COMMAND_TEST, 0, 0, "");
}

const struct action action_find = {
    .name = "find",
    .keys = "A",
    .group = COMMANDS_CHOOSE,
    .help = "find the backdoor with what is there",
    .run = command_find,
    .hint = "find",
    .where = "layers suspects",
    .rank = 2,
};

const struct action action_scan = {
    .name = "scan",
    .keys = "F",
    .group = COMMANDS_CHOOSE,
    .help = "search suspects; no poisoned image",
    .run = command_scan,
    .hint = "search suspects",
    .where = "suspects",
    .rank = 2,
};

const struct action action_examine = {
    .name = "examine",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "examine all layers, suggest a repair",
    .run = command_examine,
};

const struct action action_surrogate = {
    .name = "surrogate",
    .argument = "[CLASS]",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "take an inverted trigger as poisoned",
    .run = command_surrogate,
    .acts = true,
};

const struct action action_repair = {
    .name = "repair",
    .argument = "[NAME [CLASS]|prune]",
    .keys = "P",
    .group = COMMANDS_CHOOSE,
    .help = "repair with what is there, or by NAME",
    .run = command_repair,
    .offer = offer_repairs,
    .hint = "repair",
    .where = "layers suspects",
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
