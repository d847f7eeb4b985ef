/* Messages in full, where a row has no room for them. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "engine/base/memory.h"
#include "views/panels/views.h"

#include <stdlib.h>
#include <string.h>

static void accept_copy(struct ui *ui, const char *text, int value)
{
    (void)text, (void)value;
    const char *newest = ui->said[0] ? ui->said
                         : ui->snapshot->n_messages > 0
                             ? ui->snapshot->messages[ui->snapshot->n_messages - 1].text
                             : "";
    free(ui->clipboard);
    ui->clipboard = memory_string(newest);
}

static void command_messages(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    (void)argument;
    overlay_text(&ui->overlay, "Messages");
    if (ui->said[0])
        overlay_add(&ui->overlay, 0, ui->said, NULL, NULL);
    for (int i = s->n_messages - 1; i >= 0; i--)
        if (strcmp(s->messages[i].text, ui->said) != 0)
            overlay_add(&ui->overlay, 0, s->messages[i].text, NULL, NULL);
    ui->accept = accept_copy;
}

static bool a_message_is_cut(const struct ui *ui)
{
    for (int i = 0; i < ui->layout.n_slots; i++) {
        const struct slot *slot = &ui->layout.slot[i];
        struct view_input input = {.snapshot = ui->snapshot,
            .view_state = &ui->view_state,
            .theme = ui->theme,
            .zoomed = ui->zoomed};
        if (views_at(slot->view) == views_find("log") &&
            views_log_cuts(&input, layout_inside(slot)))
            return true;
    }
    return false;
}

const struct action action_messages = {
    .name = "messages",
    .keys = "M",
    .group = COMMANDS_PROGRAM,
    .help = "messages in full, the newest first",
    .run = command_messages,
    .hint = "message",
    .when = a_message_is_cut,
    .rank = 2,
    .screen = true,
};
