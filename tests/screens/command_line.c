/* Runs the program through a shell, with a pipe and a file for what it says. */
#include "tests/screens/command_line.h"

#include "engine/base/memory.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

char command_line_folder[] = "/tmp/secateur-test-XXXXXX";

int command_line_run(const char *arguments, char **out)
{
    const char *build = getenv("SECATEUR_BUILD");
    char *line = memory_format("cd %s && '%s/secateur' %s 2>errors </dev/null", command_line_folder,
        build ? build : "build", arguments);
    FILE *pipe = popen(line, "r");
    size_t n = 0, room = 1 << 20;
    char *text = memory_array(room + 1, 1);
    assert_non_null(pipe);
    for (size_t got; n < room && (got = fread(text + n, 1, room - n, pipe)) > 0;)
        n += got;
    int status = pclose(pipe);
    if (out)
        *out = text;
    else
        free(text);
    free(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

json_t *command_line_json(const char *arguments)
{
    char *out;
    json_error_t why;
    assert_int_equal(command_line_run(arguments, &out), 0);
    json_t *object = json_loads(out, 0, &why);
    assert_non_null(object);
    free(out);
    return object;
}

bool command_line_errors_say(const char *text)
{
    char line[1024] = "";
    char *path = memory_format("%s/errors", command_line_folder);
    FILE *file = fopen(path, "r");
    bool found = file && fgets(line, sizeof line, file) && strstr(line, text);
    if (!found)
        print_message("standard error says '%s', not '%s'\n", line, text);
    if (file)
        fclose(file);
    free(path);
    return found;
}

bool command_line_exists(const char *name)
{
    char *path = memory_format("%s/%s", command_line_folder, name);
    bool found = access(path, F_OK) == 0;
    free(path);
    return found;
}

int command_line_make_folder(void **state)
{
    (void)state;
    return mkdtemp(command_line_folder) ? 0 : 1;
}

int command_line_remove_folder(void **state)
{
    (void)state;
    char *line = memory_format("rm -rf '%s'", command_line_folder);
    int status = system(line);
    free(line);
    return status;
}
