/* What the terminal writes for papers: figures and tables, one list of both. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/exporting/exporting.h"

#include "app/options/arguments.h"
#include "app/options/values.h"
#include "app/report/provenance.h"
#include "app/report/tables.h"
#include "engine/base/memory.h"
#include "engine/base/spelling.h"
#include "views/figures/exports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHOICES_MAX = 64 };

/* A figure or a table, by its number in the list of both. */
struct choice {
    const char *name, *help, *view; /* name NULL: behind the last */
    const struct export *export;
    const struct results_table *table;
};

static struct choice choice_at(int number)
{
    int n = 0;
    for (; exports_at(n); n++)
        if (n == number) {
            const struct export *export = exports_at(n);
            return (struct choice){export->name, export->help, export->view, export, NULL};
        }
    const struct results_table *table = tables_at(number - n);
    if (!table)
        return (struct choice){0};
    return (struct choice){table->name, table->help, table->view, NULL, table};
}

static const char *folder(const struct ui *ui)
{
    return ui->arguments->options.out ? ui->arguments->options.out : "secateur-out";
}

static const char *formats(const struct ui *ui)
{
    return *ui->figure_formats ? ui->figure_formats : ui->arguments->figure_formats;
}

static const char *size(const struct ui *ui)
{
    const char *given = ui->arguments->figure_size;
    return *ui->figure_size ? ui->figure_size : given ? given : "88mm";
}

static const char *style(const struct ui *ui)
{
    const char *given = ui->arguments->figure_style;
    return *ui->figure_style ? ui->figure_style : given ? given : "sans";
}

struct export_request exporting_request(const struct ui *ui)
{
    return (struct export_request){
        .snapshot = ui->snapshot,
        .view_state = &ui->view_state,
        .folder = folder(ui),
        .formats = formats(ui),
        .size = size(ui),
        .style = style(ui),
        .version = SECATEUR_VERSION,
        .force = ui->arguments->options.force,
    };
}

/* Where there is no path, `format` or what is set says the formats. */
static bool write_choice(struct ui *ui, int number, const char *path, const char *format,
    bool force, char *written, struct error *err)
{
    struct choice choice = choice_at(number);
    struct export_request request = exporting_request(ui);
    request.path = path;
    request.formats = format ? format : request.formats;
    request.force = force || request.force;
    if (!ui->provenance)
        ui->provenance = provenance_create(ui->arguments, err);
    if (!ui->provenance)
        return false;
    provenance_tell(ui->provenance, &request);
    return choice.table ? tables_write(choice.table, &request, written, err)
                        : exports_write(choice.export, &request, written, err);
}

static void tell_written(struct ui *ui, bool good, const char *written, const struct error *err)
{
    if (good)
        ui_say(ui, "wrote %s", written);
    else
        ui_complain(ui, "%s", err->text);
}

static void accept_overwrite(struct ui *ui, const char *text, int value)
{
    char written[EXPORT_PATH] = "";
    struct error err;
    (void)text;
    if (value != 'o')
        return;
    bool good = write_choice(ui, ui->pending_export, *ui->pending_path ? ui->pending_path : NULL,
        *ui->pending_format ? ui->pending_format : NULL, true, written, &err);
    tell_written(ui, good, written, &err);
}

static void export_one(struct ui *ui, int number, const char *path, const char *format)
{
    char written[EXPORT_PATH] = "";
    struct error err;
    bool good = write_choice(ui, number, path, format, false, written, &err);
    if (good || !ui_attended(ui) || !*written || access(written, F_OK) != 0) {
        tell_written(ui, good, written, &err);
        return;
    }
    ui->pending_export = number;
    snprintf(ui->pending_path, sizeof ui->pending_path, "%s", path ? path : "");
    snprintf(ui->pending_format, sizeof ui->pending_format, "%s", format ? format : "");
    char *question = memory_format("%s already exists.", written);
    overlay_question(&ui->overlay, question);
    overlay_add(&ui->overlay, 'k', "keep it", NULL, NULL);
    overlay_add(&ui->overlay, 'o', "overwrite it", NULL, NULL);
    ui->accept = accept_overwrite;
    free(question);
}

void exporting_figure(struct ui *ui, int figure)
{
    export_one(ui, figure, NULL, NULL);
}

static void accept_export(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (choice_at(value).name)
        export_one(ui, value, NULL, NULL);
}

static void pick_export(struct ui *ui)
{
    const char *view = views_at(ui->focus)->name;
    bool found = false;
    overlay_picker(&ui->overlay, "Export");
    for (int i = 0; choice_at(i).name; i++) {
        struct choice choice = choice_at(i);
        char *text = memory_format("%-16s %s", choice.name, choice.help);
        char *help = choice.table ? memory_format("csv, md and tex, into %s", folder(ui))
                                  : memory_format("%s and its numbers, into %s",
                                        choice.export->pixels ? "png" : formats(ui), folder(ui));
        overlay_add(&ui->overlay, i, text, help, NULL);
        free(text);
        free(help);
        if (!found && choice.view && strcmp(choice.view, view) == 0) {
            ui->overlay.cursor = i; /* the first of the panel that has the focus */
            found = true;
        }
    }
    ui->accept = accept_export;
}

/* "NAME", "NAME FILE.pdf", or "NAME.pdf" into the folder. */
static void command_export(struct ui *ui, const char *argument)
{
    char name[64], *extension, hint[SPELLING_HINT];
    if (!ui_ready(ui))
        return;
    if (!argument) {
        pick_export(ui);
        return;
    }
    int length = (int)strcspn(argument, " ");
    const char *path = argument + length + strspn(argument + length, " ");
    snprintf(name, sizeof name, "%.*s", length, argument);
    extension = strchr(name, '.');
    if (extension)
        *extension++ = '\0';
    const char *names[CHOICES_MAX];
    int n = 0, number = -1;
    for (; n < CHOICES_MAX && choice_at(n).name; n++) {
        names[n] = choice_at(n).name;
        if (strcmp(names[n], name) == 0)
            number = n;
    }
    if (number >= 0)
        export_one(ui, number, *path ? path : NULL, extension);
    else
        ui_complain(ui, "there is no figure %s; %s", name, spelling_hint(hint, name, names, n));
}

static void command_figure_size(struct ui *ui, const char *argument)
{
    const char *wanted = NULL;
    struct error err;
    if (!argument)
        ui_say(ui, "figures are %s wide", size(ui));
    else if (strlen(argument) >= sizeof ui->figure_size)
        ui_complain(ui, "'%.40s' is not a size; use 88mm, 120mm, 180mm or slide", argument);
    else if (!values_figure_size(&wanted, argument, &err))
        ui_complain(ui, "%s", err.text);
    else
        snprintf(ui->figure_size, sizeof ui->figure_size, "%s", argument);
}

static void command_figure_format(struct ui *ui, const char *argument)
{
    const char *list = NULL;
    struct error err;
    if (!argument)
        ui_say(ui, "figures are written as %s", formats(ui));
    else if (strlen(argument) >= sizeof ui->figure_formats)
        ui_complain(ui, "'%.40s' is not a format; use png, svg or pdf", argument);
    else if (!values_figure_formats(&list, argument, &err))
        ui_complain(ui, "%s", err.text);
    else
        snprintf(ui->figure_formats, sizeof ui->figure_formats, "%s", argument);
}

static void command_figure_style(struct ui *ui, const char *argument)
{
    const char *list = NULL;
    struct error err;
    if (!argument)
        ui_say(ui, "figures are drawn as %s", style(ui));
    else if (strlen(argument) >= sizeof ui->figure_style)
        ui_complain(ui, "'%.40s' is too long; use sans, serif, title, intervals", argument);
    else if (!values_figure_style(&list, argument, &err))
        ui_complain(ui, "%s", err.text);
    else
        snprintf(ui->figure_style, sizeof ui->figure_style, "%s", argument);
}

static void export_all(struct ui *ui, bool force);

static void accept_overwrite_all(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'o')
        export_all(ui, true);
}

static void ask_overwrite_all(struct ui *ui)
{
    overlay_question(&ui->overlay, "Some of the figures already exist.");
    overlay_add(&ui->overlay, 'k', "keep them", NULL, NULL);
    overlay_add(&ui->overlay, 'o', "overwrite them", NULL, NULL);
    ui->accept = accept_overwrite_all;
}

/* What does not apply to these images is left out, and said. */
static void export_all(struct ui *ui, bool force)
{
    char left_out[UI_NOTICE / 2] = "";
    int n = 0;
    for (int i = 0; choice_at(i).name; i++) {
        char written[EXPORT_PATH] = "";
        struct error err;
        if (write_choice(ui, i, NULL, NULL, force, written, &err)) {
            n++;
        } else if (!force && *written && access(written, F_OK) == 0) {
            if (ui_attended(ui))
                ask_overwrite_all(ui);
            else
                ui_complain(ui, "%s", err.text);
            return;
        } else {
            snprintf(
                left_out, sizeof left_out, "; skipped %s: %.150s", choice_at(i).name, err.text);
        }
    }
    ui_say(ui, "wrote %d figures into %s%s", n, folder(ui), left_out);
}

static void command_export_all(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui_ready(ui))
        export_all(ui, false);
}

static void offer_exports(struct ui *ui, const struct action *action)
{
    for (int i = 0; choice_at(i).name; i++) {
        char *insert = memory_format("%s %s", action->name, choice_at(i).name);
        overlay_add(&ui->overlay, i, choice_at(i).name, choice_at(i).help, insert);
        free(insert);
    }
}

const struct action action_export = {
    .name = "export",
    .argument = "[NAME [FILE]]",
    .keys = "e",
    .group = COMMANDS_SAVE,
    .help = "write a figure and its numbers",
    .run = command_export,
    .hint = "export",
    .rank = 2,
    .offer = offer_exports,
};

const struct action action_export_all = {
    .name = "export-all",
    .keys = "E",
    .group = COMMANDS_SAVE,
    .help = "write all figures",
    .run = command_export_all,
};

const struct action action_figure_size = {
    .name = "figure-size",
    .argument = "[SIZE]",
    .keys = "",
    .group = COMMANDS_SAVE,
    .help = "88mm, 120mm, 180mm or slide",
    .run = command_figure_size,
};

const struct action action_figure_format = {
    .name = "figure-format",
    .argument = "[LIST]",
    .keys = "",
    .group = COMMANDS_SAVE,
    .help = "pdf, svg, png or several",
    .run = command_figure_format,
};

const struct action action_figure_style = {
    .name = "figure-style",
    .argument = "[LIST]",
    .keys = "",
    .group = COMMANDS_SAVE,
    .help = "sans, serif, title, intervals",
    .run = command_figure_style,
};
