/* The configuration file: options first, commands once the screen state exists. */
#include "app/commands/config.h"

#include "app/commands/command_line.h"
#include "app/commands/preferences.h"
#include "app/options/arguments.h"
#include "app/options/xdg.h"
#include "engine/base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_SIZE = 1 << 20 };

bool config_read(struct config *config, const struct arguments *arguments, struct error *err)
{
    char *folder = arguments->no_config ? NULL : xdg_config();
    *config = (struct config){0};
    if (!folder)
        return true;
    config->path = memory_format("%s/config", folder);
    free(folder);
    FILE *file = fopen(config->path, "re");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR ||
               fail_as(err, ERROR_INPUT, "%s: %s", config->path, strerror(errno));
    config->text = memory_array(CONFIG_SIZE + 1, 1);
    config->text[fread(config->text, 1, CONFIG_SIZE, file)] = '\0';
    bool good = !ferror(file) || fail_as(err, ERROR_INPUT, "%s: %s", config->path, strerror(errno));
    fclose(file);
    return good;
}

void config_finish(struct config *config)
{
    free(config->path);
    free(config->text);
}

/* The next line that says something, without blanks around it. */
static bool next_line(const char **at, int *number, char line[EDIT_TEXT])
{
    while (*at && **at) {
        size_t length = strcspn(*at, "\n"), blanks = strspn(*at, " \t");
        const char *text = *at + (blanks < length ? blanks : length);
        snprintf(line, EDIT_TEXT, "%.*s", (int)(length - (size_t)(text - *at)), text);
        for (size_t n = strlen(line); n > 0 && strchr(" \t\r", line[n - 1]); n--)
            line[n - 1] = '\0';
        *at += length + ((*at)[length] == '\n');
        ++*number;
        if (*line && *line != '#')
            return true;
    }
    return false;
}

static bool fail_at(const struct config *config, int number, const char *why, struct error *err)
{
    return fail_as(
        err, ERROR_USAGE, "%s:%d: %s (--no-config ignores the file)", config->path, number, why);
}

/* "set NAME VALUE" of a flag: its index; -1: of something else. */
static int flag_of(const char *line, const char **value)
{
    char name[64];
    int used = 0;
    if (sscanf(line, "set %63s %n", name, &used) != 1)
        return -1;
    *value = line + used;
    int index = options_index(name);
    return index >= 0 && preferences_takes(options_at(index)) ? index : -1;
}

/* A switch is on or off. */
static bool set_flag(struct arguments *arguments, int index, const char *value, struct error *err)
{
    const struct flag *flag = options_at(index);
    if (!flag->argument && strcmp(value, "off") == 0)
        return true;
    if (!flag->argument && strcmp(value, "on") != 0)
        return fail_as(err, ERROR_USAGE, "%s must be on or off", flag->name);
    return options_set(arguments, index, value, err);
}

bool config_start(const struct config *config, struct arguments *arguments, struct error *err)
{
    const char *at = config->text, *value;
    char line[EDIT_TEXT];
    int number = 0;
    bool given[ARGUMENTS_FLAGS_MAX];
    for (int i = 0; i < ARGUMENTS_FLAGS_MAX; i++)
        given[i] = arguments->said[i];
    while (next_line(&at, &number, line)) {
        struct error why;
        int index = flag_of(line, &value);
        bool journals = index >= 0 && arguments->resume && options_is_of_session(options_at(index));
        if (index < 0 || given[index] || journals)
            continue; /* the command line says it, or the journal */
        if (!set_flag(arguments, index, value, &why))
            return fail_at(config, number, why.text, err);
    }
    return true;
}

static bool is_allowed(const char *line)
{
    static const char *const commands[] = {"set ", "bind ", "unbind ", "theme "};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strncmp(line, commands[i], strlen(commands[i])) == 0)
            return true;
    return false;
}

/* Does the command line say it already? */
static bool is_given(const struct arguments *arguments, const char *line)
{
    bool theme = arguments->said[options_index("theme")] != NULL;
    bool mouse = arguments->said[options_index("no-mouse")] != NULL;
    return (theme && strncmp(line, "theme ", 6) == 0) ||
           (mouse && strncmp(line, "set mouse ", 10) == 0);
}

bool config_apply(const struct config *config, struct ui *ui, struct error *err)
{
    const char *at = config->text, *value;
    char line[EDIT_TEXT];
    int number = 0;
    while (next_line(&at, &number, line)) {
        unsigned complaints = ui->complaints;
        if (flag_of(line, &value) >= 0 || is_given(ui->arguments, line))
            continue;
        if (!is_allowed(line))
            return fail_at(
                config, number, "only set, bind, unbind and theme are allowed here", err);
        commands_line(ui, line);
        if (ui->complaints != complaints)
            return fail_at(config, number, ui->complaint, err);
    }
    ui->notice[0] = '\0';
    return true;
}

void config_print(struct ui *ui, FILE *out)
{
    const struct arguments *arguments = ui->arguments;
    char value[64];
    fputs("# Configuration of secateur: $XDG_CONFIG_HOME/secateur/config, or\n"
          "# ~/.config/secateur/config. Each line is a command as typed after ':'; # begins a "
          "comment.\n",
        out);
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        if (!preferences_takes(flag))
            continue;
        fprintf(out, "\n# %s\n", flag->help);
        if (arguments->said[i])
            fprintf(out, "set %s %s\n", flag->name, arguments->said[i]);
        else
            fprintf(out, "# set %s %s\n", flag->name, flag->argument ? flag->argument : "on");
    }
    for (int i = 0; preferences_at(i); i++) {
        const struct preference *preference = preferences_at(i);
        preferences_value(preference, ui, value, sizeof value);
        fprintf(out, "\n# %s: %s\nset %s %s\n", preference->help, preference->words,
            preference->name, value);
    }
    fprintf(out, "\n# colours\ntheme %s\n\n# keys; \"PANEL:KEY\" for one panel alone\n",
        ui->theme_follows ? "auto" : ui->theme->name);
    keymap_print(&ui->keymap, out);
}
