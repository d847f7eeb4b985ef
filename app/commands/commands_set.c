/* Settings and keys. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/commands/preferences.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static void accept_setting(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (!preferences_at(value))
        return;
    char *line = memory_format("set %s ", preferences_at(value)->name);
    commands_call(ui, "command", NULL);
    edit_set(&ui->overlay.edit, line);
    commands_offer(ui, line);
    free(line);
}

static void pick_setting(struct ui *ui)
{
    char value[64];
    overlay_picker(&ui->overlay, "Settings");
    for (int i = 0; preferences_at(i); i++) {
        const struct preference *preference = preferences_at(i);
        preferences_value(preference, ui, value, sizeof value);
        char *text = memory_format("%-12s %s", preference->name, value);
        char *help = memory_format("%s: %s", preference->help, preference->words);
        overlay_add(&ui->overlay, i, text, help, NULL);
        free(text);
        free(help);
    }
    ui->accept = accept_setting;
}

/* A flag of the command line: its own command does it now, if it has one. */
static void set_flag(struct ui *ui, const char *name, const char *value)
{
    int index = options_index(name);
    const struct action *action = commands_find(name);
    if (index < 0 || !preferences_takes(options_at(index)))
        ui_complain(ui, "there is no setting %s; the command set lists them", name);
    else if (action && *value)
        action->run(ui, value);
    else
        ui_complain(
            ui, "%s can only be set at the start: --%s or the configuration file", name, name);
}

static void command_set(struct ui *ui, const char *argument)
{
    char name[64], value[64];
    struct error err;
    if (!argument) {
        pick_setting(ui);
        return;
    }
    int length = (int)strcspn(argument, " ");
    const char *rest = argument + length + strspn(argument + length, " ");
    snprintf(name, sizeof name, "%.*s", length, argument);
    const struct preference *preference = preferences_find(name);
    if (strcmp(name, "theme") == 0) {
        commands_call(ui, "theme", *rest ? rest : NULL);
        return;
    }
    if (!preference) {
        set_flag(ui, name, rest);
        return;
    }
    if (*rest && !preferences_set(preference, ui, rest, &err)) {
        ui_complain(ui, "%s", err.text);
        return;
    }
    if (ui->view_state.ascii)
        ui->view_state.marker = MARKER_ASCII;
    preferences_value(preference, ui, value, sizeof value);
    ui_say(ui, "%s is %s", name, value);
}

static void offer_settings(struct ui *ui, const struct action *action)
{
    for (int i = 0; preferences_at(i); i++) {
        const struct preference *preference = preferences_at(i);
        for (const char *word = preference->words; *word;) {
            int length = (int)strcspn(word, " ");
            char *text = memory_format("%s %.*s", preference->name, length, word);
            char *insert = memory_format("%s %s", action->name, text);
            overlay_add(&ui->overlay, i, text, preference->help, insert);
            free(text);
            free(insert);
            word += length + (word[length] == ' ');
        }
    }
}

static void bind_key(struct ui *ui, const char *argument, bool wants_line)
{
    char word[KEYMAP_WORD];
    struct error err;
    int length = argument ? (int)strcspn(argument, " ") : 0;
    const char *line = argument ? argument + length + strspn(argument + length, " ") : "";
    snprintf(word, sizeof word, "%.*s", length, argument ? argument : "");
    if (length == 0 || wants_line != (*line != '\0'))
        ui_complain(ui, wants_line ? "use: bind KEY COMMAND, or bind PANEL:KEY COMMAND"
                                   : "use: unbind KEY, or unbind PANEL:KEY");
    else if (!keymap_bind(&ui->keymap, word, line, &err))
        ui_complain(ui, "%s", err.text);
    else if (*line)
        ui_say(ui, "%s now does: %s", word, line);
    else
        ui_say(ui, "%s now does nothing", word);
}

static void command_bind(struct ui *ui, const char *argument)
{
    bind_key(ui, argument, true);
}

static void command_unbind(struct ui *ui, const char *argument)
{
    bind_key(ui, argument, false);
}

const struct action action_set = {
    .name = "set",
    .argument = "[NAME [VALUE]]",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "show or change a setting; or list all",
    .run = command_set,
    .offer = offer_settings,
};

const struct action action_bind = {
    .name = "bind",
    .argument = "KEY COMMAND",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "bind a key; PANEL:KEY: in one panel",
    .run = command_bind,
};

const struct action action_unbind = {
    .name = "unbind",
    .argument = "KEY",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "unbind a key",
    .run = command_unbind,
};
