#include "app/commands.h"

#include "app/arguments.h"
#include "app/files.h"
#include "engine/base/memory.h"
#include "views/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder(const struct ui *ui)
{
    return ui->arguments->options.out ? ui->arguments->options.out : "secateur-out";
}

static char *proposed_name(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    return files_net_name(folder(ui), s->model_name, s->sites[s->site].name, s->position);
}

static void accept_save(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        command_save(ui, text);
}

void command_save(struct ui *ui, const char *argument)
{
    struct error err;
    if (!ui_ready(ui))
        return;
    char *name = proposed_name(ui);
    if (!argument) {
        overlay_prompt(&ui->overlay, "save the net as: ", name);
        ui->accept = accept_save;
    } else if (strcmp(argument, name) == 0 && !files_make_folder(folder(ui), &err)) {
        ui_complain(ui, "%s", err.text);
    } else {
        ui->saved_site = ui->snapshot->site;
        ui->saved_position = ui->snapshot->position;
        ui_post(ui, COMMAND_SAVE, 0, 0, argument);
    }
    free(name);
}

void command_save_kept(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_SAVE_KEPT, 0, 0, "");
}

static bool write_export(
    struct ui *ui, const struct export *export, const char *path, char *written, struct error *err)
{
    struct export_request request = {
        .snapshot = ui->snapshot,
        .look = &ui->look,
        .path = path,
        .folder = folder(ui),
        .version = SECATEUR_VERSION,
        .force = ui->arguments->options.force,
    };
    return export->write(&request, written, err);
}

static void export_one(struct ui *ui, const struct export *export, const char *path)
{
    char written[EXPORT_PATH] = "";
    struct error err;
    if (write_export(ui, export, path, written, &err))
        ui_say(ui, "wrote %s", written);
    else
        ui_complain(ui, "%s", err.text);
}

static void accept_export(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (exports_at(value))
        export_one(ui, exports_at(value), NULL);
}

static void pick_export(struct ui *ui)
{
    overlay_picker(&ui->overlay, "Export");
    for (int i = 0; exports_at(i); i++) {
        const struct export *export = exports_at(i);
        char *text = memory_format("%-12s %-4s %s", export->name, export->extension, export->help);
        char *help = memory_format("written into %s", folder(ui));
        overlay_add(&ui->overlay, i, text, help, NULL);
        free(text);
        free(help);
        const struct view *view = views_at(ui->focus);
        const struct overlay_item *before = &ui->overlay.items[ui->overlay.cursor];
        if (strcmp(export->name, view->name) == 0 &&
            strncmp(before->text, view->name, strlen(view->name)) != 0)
            ui->overlay.cursor = i; /* the first of the panel that has the focus */
    }
    ui->accept = accept_export;
}

/* "NAME", "NAME.EXTENSION" or either with a FILE behind it. */
void command_export(struct ui *ui, const char *argument)
{
    char name[64], *extension;
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
    else if (strrchr(path, '.'))
        extension = strrchr(path, '.') + 1;
    const struct export *export = exports_find(name, extension);
    if (!export)
        ui_complain(ui, "there is no export %.*s; e lists them", length, argument);
    else
        export_one(ui, export, *path ? path : NULL);
}

void command_export_all(struct ui *ui, const char *argument)
{
    char written[EXPORT_PATH];
    struct error err;
    int n = 0;
    (void)argument;
    if (!ui_ready(ui))
        return;
    for (int i = 0; exports_at(i); i++, n++) {
        if (!write_export(ui, exports_at(i), NULL, written, &err)) {
            ui_complain(ui, "%s", err.text);
            return;
        }
    }
    ui_say(ui, "wrote %d figures into %s", n, folder(ui));
}

void offer_exports(struct ui *ui, const struct action *action)
{
    for (int i = 0; exports_at(i); i++) {
        const struct export *export = exports_at(i);
        char *text = memory_format("%s.%s", export->name, export->extension);
        char *insert = memory_format("%s %s", action->name, text);
        overlay_add(&ui->overlay, i, text, export->help, insert);
        free(text);
        free(insert);
    }
}

void command_copy(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    (void)argument;
    if (!ui_ready(ui))
        return;
    int index = ui_round(ui);
    const struct round *round = s->rounds[index];
    free(ui->clipboard);
    ui->clipboard = memory_format("%s %s round %d: channel %d, clean accuracy %.2f %% (%d of %d), "
                                  "ASR %.2f %% (%d of %d)",
        s->model_name, s->sites[s->site].name, index, round->channel,
        snapshot_clean_accuracy(s, index), round->clean_correct, s->n_images[SET_CLEAN],
        snapshot_asr(s, index), round->attack_hits, s->n_images[SET_POISONED]);
}
