/* Command preview: a figure on the screen before it is written. */
#include "app/commands/command_line.h"
#include "app/exporting/exporting.h"
#include "app/exporting/preview.h"

#include "engine/base/memory.h"
#include "engine/base/spelling.h"

#include <stdlib.h>
#include <string.h>

enum { FIGURES_MAX = 64 };

static void accept_preview(struct ui *ui, const char *text, int value)
{
    (void)text;
    exporting_figure(ui, value);
}

/* In scripts nobody is there to look. */
static void show(struct ui *ui, int figure)
{
    struct error err;
    struct export_request request = exporting_request(ui);
    const struct export *export = exports_at(figure);
    if (!ui_attended(ui)) {
        ui_complain(ui, "nobody is here to look at a figure; use: export %s", export->name);
        return;
    }
    if (!preview_open(&ui->overlay, export, &request, ui->columns, ui->rows, &err)) {
        ui_complain(ui, "%s", err.text);
        return;
    }
    overlay_add(&ui->overlay, figure, export->name, NULL, NULL); /* what is accepted */
    ui->accept = accept_preview;
}

static void accept_figure(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (exports_at(value))
        show(ui, value);
}

/* The cursor is on the first of the panel that has the focus. */
static void pick(struct ui *ui)
{
    const char *view = views_at(ui->focus)->name;
    bool found = false;
    overlay_picker(&ui->overlay, "Preview");
    for (int i = 0; exports_at(i); i++) {
        const struct export *export = exports_at(i);
        char *text = memory_format("%-16s %s", export->name, export->help);
        overlay_add(&ui->overlay, i, text, "shown before it is written", NULL);
        free(text);
        if (!found && export->view && strcmp(export->view, view) == 0) {
            ui->overlay.cursor = i;
            found = true;
        }
    }
    ui->accept = accept_figure;
}

static void command_preview(struct ui *ui, const char *argument)
{
    const char *names[FIGURES_MAX];
    char hint[SPELLING_HINT];
    int n = 0, figure = -1;
    if (!ui_ready(ui))
        return;
    if (!argument && ui_attended(ui)) {
        pick(ui);
        return;
    }
    argument = argument ? argument : exports_at(0)->name;
    for (; n < FIGURES_MAX && exports_at(n); n++) {
        names[n] = exports_at(n)->name;
        if (strcmp(names[n], argument) == 0)
            figure = n;
    }
    if (figure >= 0)
        show(ui, figure);
    else
        ui_complain(
            ui, "there is no figure %.60s; %s", argument, spelling_hint(hint, argument, names, n));
}

static void offer_figures(struct ui *ui, const struct action *action)
{
    for (int i = 0; exports_at(i); i++) {
        char *insert = memory_format("%s %s", action->name, exports_at(i)->name);
        overlay_add(&ui->overlay, i, exports_at(i)->name, exports_at(i)->help, insert);
        free(insert);
    }
}

const struct action action_preview = {
    .name = "preview",
    .argument = "[NAME]",
    .keys = "Ctrl-P",
    .group = COMMANDS_SAVE,
    .help = "a figure, before it is written",
    .run = command_preview,
    .offer = offer_figures,
    .screen = true,
};
