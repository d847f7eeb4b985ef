/* Command open: another net in place of this one. */
#include "app/commands/command_line.h"
#include "app/commands/commands_quit.h"
#include "app/picker/file_picker.h"

#include "app/opening/opening.h"
#include "app/opening/recent.h"
#include "app/opening/words.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

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
    if (snprintf(ui->pending_path, sizeof ui->pending_path, "%s", line) >=
        (int)sizeof ui->pending_path) {
        ui_complain(ui, "the pruned net is not saved, and that name is too long to ask about: save "
                        "first");
        return;
    }
    overlay_question(&ui->overlay, "The pruned net is not saved, and no journal is kept. Open?");
    overlay_add(&ui->overlay, 'c', "continue here", NULL, NULL);
    overlay_add(&ui->overlay, 'o', "open the other net; this one is lost", NULL, NULL);
    ui->accept = accept_loss;
}

/* A net alone that was opened earlier comes with the images that it had then; malloc'd. */
static char *with_images(const char *line)
{
    struct recent recent;
    struct error err;
    char *net = words_file(line, &err);
    recent_read(&recent);
    const char *known = net ? recent_find(&recent, net) : NULL;
    char *whole = memory_string(known ? known : line);
    recent_finish(&recent);
    free(net);
    return whole;
}

static void open_line(struct ui *ui, const char *line, bool sure)
{
    struct error err;
    const struct options *now = &ui->arguments->options;
    if (ui->aside) {
        ui_complain(ui, "your net waits for the end of the tour: Esc leaves it, then open");
        return;
    }
    if (!sure && ui_attended(ui) && !ui->journal && commands_unsaved(ui)) {
        ask_loss(ui, line);
        return;
    }
    char *whole = with_images(line);
    struct opening *opening = opening_create(whole, ui->arguments, now->clean ? now : NULL, &err);
    free(whole);
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
        file_picker_net(ui);
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
