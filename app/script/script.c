/* The queue of command lines: files, a stream, a journal, the last begun on top. */
#include "app/script/script.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_SCRIPT = 4 << 20 };

struct script *script_top(struct scripts *scripts)
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
    append(script_top(scripts), "", 0);
}

void script_pop(struct scripts *scripts)
{
    struct script *script = script_top(scripts);
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
        return fail_as(err, ERROR_INPUT, "%s: scripts are nested too deep", path);
    int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(errno));
    push(scripts, input ? "standard input" : path, false);
    bool good = read_all(script_top(scripts), fd, err);
    if (!input)
        close(fd);
    if (!good)
        script_pop(scripts);
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
    append(script_top(scripts), text, size);
    script_top(scripts)->replay = true;
    script_top(scripts)->line = line;
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
        script_pop(scripts);
    scripts->ran = scripts->kept_out = false;
}

bool script_take_line(struct script *script, char line[SCRIPT_LINE], bool *too_long)
{
    const char *text = script->text + script->at;
    const char *end = memchr(text, '\n', script->size - script->at);
    if (!end && (script->open || !*text))
        return false;
    size_t length = end ? (size_t)(end - text) : strlen(text);
    *too_long = length >= SCRIPT_LINE;
    snprintf(line, SCRIPT_LINE, "%.*s", (int)length, text);
    line[strcspn(line, "\r")] = '\0';
    script->taken = script->at;
    script->at += length + (end != NULL);
    script->line++;
    return true;
}
