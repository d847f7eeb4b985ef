/* Command open: another net in place of this one. */
#include "app/commands/command_line.h"
#include "app/commands/commands_quit.h"

#include "app/opening/opening.h"

#include <stdio.h>

static void accept_line(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        commands_call(ui, "open", text);
}

static void ask_line(struct ui *ui, const char *line)
{
    overlay_prompt(&ui->overlay, "open: NET --clean FILE --poisoned FILE: ", line);
    ui->accept = accept_line;
}

static void open_line(struct ui *ui, const char *line, bool sure);

static void accept_loss(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'o')
        open_line(ui, ui->pending_path, true);
}

/* Without a journal a pruned net would be gone. */
static void ask_loss(struct ui *ui, const char *line)
{
    snprintf(ui->pending_path, sizeof ui->pending_path, "%s", line);
    overlay_question(&ui->overlay, "The pruned net is not saved, and no journal is kept. Open?");
    overlay_add(&ui->overlay, 'c', "continue here", NULL, NULL);
    overlay_add(&ui->overlay, 'o', "open the other net; this one is lost", NULL, NULL);
    ui->accept = accept_loss;
}

static void open_line(struct ui *ui, const char *line, bool sure)
{
    struct error err;
    const struct options *now = &ui->arguments->options;
    if (!sure && ui_attended(ui) && !ui->journal && commands_unsaved(ui)) {
        ask_loss(ui, line);
        return;
    }
    struct opening *opening = opening_create(line, ui->arguments, now->clean ? now : NULL, &err);
    if (!opening) {
        ui_complain(ui, "%s", err.text);
        return;
    }
    opening_destroy(ui->wanted);
    ui->wanted = opening;
}

static void command_open(struct ui *ui, const char *argument)
{
    if (argument)
        open_line(ui, argument, false);
    else
        ask_line(ui, "");
}

const struct action action_open = {
    .name = "open",
    .argument = "[NET [--clean FILE ...]]",
    .keys = "Ctrl-O",
    .group = COMMANDS_CHOOSE,
    .help = "open another net; this one is kept",
    .instead = "open NET --clean FILE",
    .run = command_open,
    .opens_line = true,
};
