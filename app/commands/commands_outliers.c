/* The threshold of criteria whose rule prunes outliers: moved, and what is beyond it pruned. */
#include "app/commands/command_line.h"

#include "views/facts/outliers.h"

#include <stdlib.h>

/* False: the order that stands has no such rule, which is said. */
static bool begin(struct ui *ui, struct outliers *outliers)
{
    if (outliers_init(outliers, ui->snapshot, &ui->view_state))
        return true;
    ui_complain(ui, "the order has no threshold of outliers; use: criterion clp, or entropy");
    return false;
}

static void tell(struct ui *ui)
{
    struct outliers outliers;
    if (!begin(ui, &outliers))
        return;
    ui_say(ui, "outliers: %d of %d channels are beyond %.2f standard deviations (published: %g)",
        outliers.beyond, outliers.n, outliers.threshold, outliers.published);
    outliers_finish(&outliers);
}

static void command_outliers(struct ui *ui, const char *argument)
{
    char *end = NULL;
    double value = argument ? strtod(argument, &end) : 0;
    struct outliers outliers;
    if (!begin(ui, &outliers))
        return;
    outliers_finish(&outliers);
    if (argument && (end == argument || *end || !(value > 0 && value <= 100))) {
        ui_complain(ui, "'%s' is no threshold; use standard deviations above 0, to 100", argument);
        return;
    }
    if (argument)
        ui->view_state.outliers = value;
    tell(ui);
}

static void move(struct ui *ui, const char *argument, int way)
{
    int steps = argument ? atoi(argument) : 1;
    struct outliers outliers;
    if (!begin(ui, &outliers))
        return;
    ui->view_state.outliers =
        outliers_place(&outliers, outliers.threshold + way * steps * outliers_step);
    outliers_finish(&outliers);
    tell(ui);
}

static void command_fewer(struct ui *ui, const char *argument)
{
    move(ui, argument, 1);
}

static void command_more(struct ui *ui, const char *argument)
{
    move(ui, argument, -1);
}

/* They are the next in the order, so a run of as many rounds prunes them. */
static void command_prune_outliers(struct ui *ui, const char *argument)
{
    struct outliers outliers;
    (void)argument;
    if (!ui_ready(ui) || !begin(ui, &outliers))
        return;
    if (!outliers.first)
        ui_complain(ui, "the order is turned round, outliers go last; use: criterion %s",
            ui->snapshot->criterion);
    else if (outliers.left == 0)
        ui_complain(
            ui, "no channel that is left is beyond %.2f standard deviations", outliers.threshold);
    else
        ui_act(ui, COMMAND_RUN, outliers.left);
    outliers_finish(&outliers);
}

const struct action action_outliers = {
    .name = "outliers",
    .argument = "[DEVIATIONS]",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "threshold of clp, clp-plain, entropy",
    .run = command_outliers,
};

const struct action action_outliers_fewer = {
    .name = "outliers-fewer",
    .argument = "[STEPS]",
    .keys = "}",
    .group = COMMANDS_CHOOSE,
    .help = "threshold of outliers up by 0.1",
    .run = command_fewer,
    .view = "channels",
};

const struct action action_outliers_more = {
    .name = "outliers-more",
    .argument = "[STEPS]",
    .keys = "{",
    .group = COMMANDS_CHOOSE,
    .help = "threshold of outliers down by 0.1",
    .run = command_more,
    .view = "channels",
};

const struct action action_prune_outliers = {
    .name = "prune-outliers",
    .keys = "U",
    .group = COMMANDS_CHOOSE,
    .help = "prune the channels beyond it",
    .run = command_prune_outliers,
    .view = "channels",
    .acts = true,
};
