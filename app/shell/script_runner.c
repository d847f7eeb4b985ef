/* Runs the lines of scripts as if they were typed. */
#include "app/shell/script_runner.h"

#include "app/commands/command_line.h"
#include "app/script/journal.h"

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
    ui_complain(ui, "%.*s asks a question here: give the answer as its argument",
        (int)strcspn(line + strspn(line, " :"), " "), line + strspn(line, " :"));
    overlay_close(&ui->overlay);
    ui->accept = NULL;
    ui->completes = false;
}

static enum script_answer complain(struct ui *ui, struct error *err)
{
    const struct script *script = script_top(&ui->scripts);
    fail_as(err, ERROR_FAILED, "%s:%d: %s", script->name, script->line, ui->complaint);
    script_drop(&ui->scripts);
    return SCRIPT_FAILED;
}

static void run(struct ui *ui, const char *line, bool too_long)
{
    struct scripts *scripts = &ui->scripts;
    scripts->ran = true;
    scripts->complaints = ui->complaints;
    scripts->compared = *line == '=' && script_replays(scripts);
    if (scripts->compared) {
        if (!journal_agrees(line, ui->snapshot))
            ui_complain(ui, "the replay differs from the journal here");
        return;
    }
    if (too_long)
        ui_complain(ui, "a line is longer than %d bytes", SCRIPT_LINE - 1);
    else
        commands_line(ui, line);
    refuse_question(ui, line);
}

/* The last script is at its end. */
static void finish(struct ui *ui)
{
    if (script_replays(&ui->scripts)) {
        journal_record(ui->journal);
        ui_say(ui, "resumed from %s", script_top(&ui->scripts)->name);
    }
    script_pop(&ui->scripts);
}

enum script_answer script_step(struct ui *ui, struct error *err)
{
    struct scripts *scripts = &ui->scripts;
    char line[SCRIPT_LINE];
    bool too_long;
    bool counts = !script_replays(scripts) || scripts->compared;
    if (scripts->ran && counts && scripts->complaints != ui->complaints)
        return complain(ui, err);
    scripts->ran = false;
    while (scripts->n > 0) {
        if (!script_take_line(script_top(scripts), line, &too_long)) {
            if (script_top(scripts)->open)
                return SCRIPT_WAITS;
            finish(ui);
        } else if (too_long || !is_blank(line)) {
            run(ui, line, too_long);
            return SCRIPT_RAN;
        }
    }
    return SCRIPT_ENDED;
}
