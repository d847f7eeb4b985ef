/* Which part of the curves is seen. */
#include "app/commands/commands.h"
#include "views/charts/curves.h"

void command_axis(struct ui *ui, const char *argument)
{
    static const char *const words[N_AXES] = {"automatic", "0-100 %", "drop in points, logarithmic",
        "attack success over clean accuracy"};
    (void)argument;
    ui->look.axis = (enum axis)((ui->look.axis + 1) % N_AXES);
    ui->look.closer = 0;
    ui_say(ui, "axis: %s", words[ui->look.axis]);
}

void command_trade(struct ui *ui, const char *argument)
{
    (void)argument;
    bool back = ui->look.axis == AXIS_TRADE;
    ui->look.axis = back ? AXIS_AUTO : AXIS_TRADE;
    ui->look.closer = 0;
    ui_say(ui, back ? "both curves over pruned channels"
                    : "attack success over clean accuracy: t goes back");
}

void command_closer(struct ui *ui, const char *argument)
{
    (void)argument;
    int most = ui_ready(ui) ? curves_closer(ui->snapshot, &ui->look) : 0;
    if (ui->look.closer < most)
        ui->look.closer++;
    else
        ui_say(ui, most > 0 ? "no range is narrower" : "this axis has one range; a changes it");
}

void command_farther(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->look.closer > 0)
        ui->look.closer--;
    else
        ui_say(ui, "this is the whole axis; a changes it");
}
