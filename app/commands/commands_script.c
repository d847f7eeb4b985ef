#include "app/commands/commands.h"

#include <string.h>

static void accept_source(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        command_source(ui, text);
}

/* The lines run one by one once this command is done, see script.h. */
void command_source(struct ui *ui, const char *argument)
{
    struct error err;
    if (!argument) {
        overlay_prompt(&ui->overlay, "file of commands: ", "");
        ui->accept = accept_source;
    } else if (strcmp(argument, "-") == 0) {
        ui_complain(ui, "standard input is not read twice: name a file");
    } else if (!script_open(&ui->scripts, argument, &err)) {
        ui_complain(ui, "%s", err.text);
    }
}
