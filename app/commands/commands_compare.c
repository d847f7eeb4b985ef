/* Criteria side by side. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "engine/base/memory.h"

#include <stdlib.h>

/* Names apart by commas; none: all. */
static void command_compare(struct ui *ui, const char *argument)
{
    if (ui_ready(ui))
        ui_post(ui, COMMAND_COMPARE, 0, 0, argument ? argument : "");
}

static void offer_criteria(struct ui *ui, const struct action *action)
{
    const struct snapshot *s = ui->snapshot;
    for (int i = 0; i < s->n_criteria; i++) {
        char *insert = memory_format("%s %s", action->name, s->criteria[i].name);
        overlay_add(&ui->overlay, i, s->criteria[i].name, s->criteria[i].help, insert);
        free(insert);
    }
}

const struct action action_compare = {
    .name = "compare",
    .argument = "[CRITERIA]",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "prune by every criterion, side by side",
    .run = command_compare,
    .offer = offer_criteria,
};
