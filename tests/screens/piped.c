/* Runs the program with pipes instead of a terminal. */
#include "tests/screens/piped.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void piped_init(struct piped *piped)
{
    *piped = (struct piped){.folder = "/tmp/secateur-test-XXXXXX"};
    if (!mkdtemp(piped->folder))
        abort();
}

void piped_finish(struct piped *piped)
{
    char *line = memory_format("rm -rf '%s'", piped->folder);
    if (system(line) != 0)
        perror(line);
    free(line);
    free(piped->out);
    free(piped->errors);
}

struct piped program;

int piped_set_up(void **state)
{
    (void)state;
    piped_init(&program);
    return 0;
}

int piped_tear_down(void **state)
{
    (void)state;
    piped_finish(&program);
    return 0;
}

void piped_file(struct piped *piped, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", piped->folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
    free(path);
}

char *piped_read(const struct piped *piped, const char *name)
{
    char *path = memory_format("%s/%s", piped->folder, name);
    FILE *file = fopen(path, "r");
    free(path);
    if (!file)
        return NULL;
    enum { ROOM = 1 << 20 };
    char *text = memory_array(ROOM + 1, 1);
    text[fread(text, 1, ROOM, file)] = '\0';
    fclose(file);
    return text;
}

int piped_run(struct piped *piped, const char *arguments, const char *input)
{
    const char *build = getenv("SECATEUR_BUILD");
    piped_file(piped, "input", input ? input : "");
    char *line = memory_format(
        "cd %s && HOME=%s XDG_STATE_HOME=%s/state XDG_CONFIG_HOME=%s/config '%s/secateur' %s "
        ">out 2>errors <input",
        piped->folder, piped->folder, piped->folder, piped->folder, build ? build : "build",
        arguments);
    int status = system(line);
    free(line);
    free(piped->out);
    free(piped->errors);
    piped->out = piped_read(piped, "out");
    piped->errors = piped_read(piped, "errors");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has(const char *where, const char *words, const char *text)
{
    if (words && strstr(words, text))
        return true;
    fprintf(stderr, "%s says '%s', not '%s'\n", where, words ? words : "", text);
    return false;
}

bool piped_says(const struct piped *piped, const char *text)
{
    return has("standard output", piped->out, text);
}

bool piped_errs(const struct piped *piped, const char *text)
{
    return has("standard error", piped->errors, text);
}
