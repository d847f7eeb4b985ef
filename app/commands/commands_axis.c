/* Which part of the curves is seen. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "views/charts/curves.h"

static void command_axis(struct ui *ui, const char *argument)
{
    static const char *const words[N_AXES] = {
        "automatic", "0-100 %", "lost points, logarithmic", "attack success over clean accuracy"};
    (void)argument;
    ui->view_state.axis = (enum axis)((ui->view_state.axis + 1) % N_AXES);
    ui->view_state.closer = 0;
    ui_say(ui, "axis: %s", words[ui->view_state.axis]);
}

static void command_trade(struct ui *ui, const char *argument)
{
    (void)argument;
    bool back = ui->view_state.axis == AXIS_TRADE;
    ui->view_state.axis = back ? AXIS_AUTO : AXIS_TRADE;
    ui->view_state.closer = 0;
    ui_say(ui, back ? "both curves over pruned channels"
                    : "attack success over clean accuracy: t goes back");
}

static void command_closer(struct ui *ui, const char *argument)
{
    (void)argument;
    int most = ui_ready(ui) ? curves_closer(ui->snapshot, &ui->view_state) : 0;
    if (ui->view_state.closer < most)
        ui->view_state.closer++;
    else
        ui_say(ui, most > 0 ? "this is the narrowest range"
                            : "this axis has only one range; a changes the axis");
}

static void command_farther(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->view_state.closer > 0)
        ui->view_state.closer--;
    else
        ui_say(ui, "the whole axis is shown; a changes the axis");
}

const struct action action_axis = {
    .name = "axis",
    .keys = "a",
    .group = COMMANDS_LOOK,
    .help = "curves: auto, 0-100, drop, trade-off",
    .run = command_axis,
    .hint = "axis",
    .where = "curves",
    .rank = 4,
    .screen = true,
};

const struct action action_trade_off = {
    .name = "trade-off",
    .keys = "t",
    .group = COMMANDS_LOOK,
    .help = "curves: attack over clean, and back",
    .run = command_trade,
    .view = "curves",
    .hint = "trade-off",
    .where = "curves",
    .rank = 5,
    .screen = true,
};

const struct action action_closer = {
    .name = "closer",
    .keys = "+ =",
    .group = COMMANDS_LOOK,
    .help = "curves: a narrower range",
    .run = command_closer,
    .hint = "range",
    .where = "curves",
    .key = "+/-",
    .rank = 5,
    .screen = true,
};

const struct action action_farther = {
    .name = "farther",
    .keys = "-",
    .group = COMMANDS_LOOK,
    .help = "curves: a wider range again",
    .run = command_farther,
    .screen = true,
};
