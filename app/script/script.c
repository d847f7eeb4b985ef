#include "app/commands/commands.h"
#include "app/script/journal.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_SCRIPT = 4 << 20 };

static struct script *top(struct scripts *scripts)
{
    return &scripts->script[scripts->n - 1];
}

static void append(struct script *script, const char *bytes, size_t n)
{
    script->text = memory_grow(script->text, script->size + n + 1, 1);
    memcpy(script->text + script->size, bytes, n);
    script->size += n;
    script->text[script->size] = '\0';
}

static void push(struct scripts *scripts, const char *name, bool open)
{
    scripts->script[scripts->n++] = (struct script){.name = memory_string(name), .open = open};
    append(top(scripts), "", 0);
}

static void pop(struct scripts *scripts)
{
    struct script *script = top(scripts);
    free(script->name);
    free(script->text);
    scripts->n--;
}

static bool read_all(struct script *script, int fd, struct error *err)
{
    char bytes[4096];
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_as(err, ERROR_INPUT, "%s: %s", script->name, strerror(errno));
        if (script->size + (size_t)n > SIZE_MAX_SCRIPT)
            return fail_as(err, ERROR_INPUT, "%s: too large for a script", script->name);
        append(script, bytes, (size_t)n);
    }
    return true;
}

bool script_open(struct scripts *scripts, const char *path, struct error *err)
{
    bool input = strcmp(path, "-") == 0;
    if (scripts->n == SCRIPTS_DEPTH)
        return fail_as(err, ERROR_INPUT, "%s: scripts run scripts too deep", path);
    int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(errno));
    push(scripts, input ? "standard input" : path, false);
    bool good = read_all(top(scripts), fd, err);
    if (!input)
        close(fd);
    if (!good)
        pop(scripts);
    return good;
}

void script_stream(struct scripts *scripts, const char *name)
{
    push(scripts, name, true);
}

void script_feed(struct scripts *scripts, const char *bytes, size_t n)
{
    struct script *script = &scripts->script[0]; /* nothing lies below a stream */
    memmove(script->text, script->text + script->at, script->size - script->at + 1);
    script->size -= script->at;
    script->at = 0;
    append(script, bytes, n);
}

void script_close(struct scripts *scripts)
{
    if (scripts->n > 0)
        scripts->script[0].open = false;
}

bool script_is_fed(const struct scripts *scripts)
{
    return scripts->n > 0 && scripts->script[0].open;
}

void script_replay(
    struct scripts *scripts, const char *name, const char *text, size_t size, int line)
{
    push(scripts, name, false);
    append(top(scripts), text, size);
    top(scripts)->replay = true;
    top(scripts)->line = line;
}

bool script_replays(const struct scripts *scripts)
{
    return scripts->n > 0 && scripts->script[scripts->n - 1].replay;
}

bool script_runs(const struct scripts *scripts)
{
    return scripts->n > 0;
}

void script_drop(struct scripts *scripts)
{
    while (scripts->n > 0)
        pop(scripts);
    scripts->ran = scripts->kept_out = false;
}

/* Takes the next line out; false: there is no whole one. */
static bool take_line(struct script *script, char line[EDIT_TEXT], bool *too_long)
{
    const char *text = script->text + script->at;
    const char *end = memchr(text, '\n', script->size - script->at);
    if (!end && (script->open || !*text))
        return false;
    size_t length = end ? (size_t)(end - text) : strlen(text);
    *too_long = length >= EDIT_TEXT;
    snprintf(line, EDIT_TEXT, "%.*s", (int)length, text);
    line[strcspn(line, "\r")] = '\0';
    script->at += length + (end != NULL);
    script->line++;
    return true;
}

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
    ui_complain(ui, "%.*s waits for an answer: say it behind the command",
        (int)strcspn(line + strspn(line, " :"), " "), line + strspn(line, " :"));
    overlay_close(&ui->overlay);
    ui->accept = NULL;
    ui->completes = false;
}

static enum script_answer complain(struct ui *ui, struct error *err)
{
    const struct script *script = top(&ui->scripts);
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
            ui_complain(ui, "the net does not become what it was here");
        return;
    }
    if (too_long)
        ui_complain(ui, "a line of more than %d bytes", EDIT_TEXT - 1);
    else
        commands_line(ui, line);
    refuse_question(ui, line);
}

/* The last script is at its end. */
static void finish(struct ui *ui)
{
    if (script_replays(&ui->scripts)) {
        journal_record(ui->journal);
        ui_say(ui, "resumed from %s", top(&ui->scripts)->name);
    }
    pop(&ui->scripts);
}

enum script_answer script_step(struct ui *ui, struct error *err)
{
    struct scripts *scripts = &ui->scripts;
    char line[EDIT_TEXT];
    bool too_long;
    bool counts = !script_replays(scripts) || scripts->compared;
    if (scripts->ran && counts && scripts->complaints != ui->complaints)
        return complain(ui, err);
    scripts->ran = false;
    while (scripts->n > 0) {
        if (!take_line(top(scripts), line, &too_long)) {
            if (top(scripts)->open)
                return SCRIPT_WAITS;
            finish(ui);
        } else if (too_long || !is_blank(line)) {
            run(ui, line, too_long);
            return SCRIPT_RAN;
        }
    }
    return SCRIPT_ENDED;
}
