/* Runs the lines of scripts as if they were typed. */
#include "app/shell/script_runner.h"

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/script/journal.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(const char *line)
{
    line += strspn(line, " \t");
    return *line == '\0' || *line == '#';
}

/* What a person would answer, nobody answers here. Lists are an answer of plain lines. */
static void refuse_question(struct ui *ui, const char *line)
{
    if (!overlay_is_open(&ui->overlay) || (ui->plain && overlay_is_list(&ui->overlay)))
        return;
    char name[EDIT_TEXT];
    line += strspn(line, " :");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
    const struct action *action = commands_find(name);
    if (action && action->instead)
        ui_complain(ui, "%s asks a question here; use: %s", name, action->instead);
    else
        ui_complain(ui, "%s asks a question here: give the answer as its argument", name);
    overlay_close(&ui->overlay);
    ui->accept = NULL;
    ui->completes = false;
}

static enum script_answer complain(struct ui *ui, struct error *err)
{
    const struct script *script = script_top(&ui->scripts);
    fail_as(err, ERROR_FAILED, "%s:%d: %s", script->name, script->line, ui->complaint);
    if (script->replay)
        journal_part(ui->journal, script->text, script->taken, ui->snapshot);
    script_drop(&ui->scripts);
    return SCRIPT_FAILED;
}

/* A line of a journal goes to the engine, never to the commands of the prompt. */
static bool replay(struct ui *ui, const char *line, bool too_long)
{
    struct command command;
    struct error err;
    bool is_command = false;
    bool good = too_long
                    ? fail_as(&err, ERROR_INPUT, "is too long for a line of a journal")
                    : journal_read(ui->journal, line, ui->snapshot, &command, &is_command, &err);
    if (good && is_command && command.kind == COMMAND_DATA)
        ui_change_file(ui, (enum session_file)command.number, command.text);
    else if (good && is_command && !ui->post(ui->context, &command))
        good = fail_as(&err, ERROR_FAILED, "the engine takes no more commands");
    if (!good)
        ui_complain(ui, "%s", err.text);
    return good;
}

static void run(struct ui *ui, const char *line, bool too_long)
{
    struct scripts *scripts = &ui->scripts;
    scripts->ran = true;
    scripts->complaints = ui->complaints;
    scripts->failures = ui->snapshot->failures;
    if (script_replays(scripts)) {
        scripts->refused = !replay(ui, line, too_long);
        return;
    }
    if (too_long)
        ui_complain(ui, "a line is longer than %d bytes", SCRIPT_LINE - 1);
    else
        commands_line(ui, line);
    refuse_question(ui, line);
}

/* Did the line that ran last fail? In a replay complaints about files of its own do not count. */
static bool has_failed(const struct ui *ui)
{
    const struct scripts *scripts = &ui->scripts;
    if (!scripts->ran || scripts->n == 0)
        return false;
    if (script_replays(scripts))
        return scripts->refused || scripts->failures != ui->snapshot->failures;
    return scripts->complaints != ui->complaints;
}

/* The last script is at its end. */
static void finish(struct ui *ui)
{
    if (script_replays(&ui->scripts)) {
        journal_record(ui->journal);
        const char *path = script_top(&ui->scripts)->name, *slash = strrchr(path, '/');
        ui_say(ui,
            "resumed from %s; the examination of the layers is not kept: find (A) does it again",
            slash ? slash + 1 : path);
    }
    script_pop(&ui->scripts);
}

enum script_answer script_step(struct ui *ui, struct error *err)
{
    struct scripts *scripts = &ui->scripts;
    char line[SCRIPT_LINE];
    bool too_long;
    if (has_failed(ui))
        return complain(ui, err);
    scripts->ran = false;
    while (scripts->n > 0) {
        if (!script_take_line(script_top(scripts), line, &too_long)) {
            bool replay = script_replays(scripts);
            if (script_top(scripts)->open)
                return SCRIPT_WAITS;
            finish(ui);
            if (replay) /* it is told before anything else is */
                return SCRIPT_RAN;
        } else if (too_long || script_replays(scripts) || !is_blank(line)) {
            run(ui, line, too_long);
            return SCRIPT_RAN;
        }
    }
    return SCRIPT_ENDED;
}
