/* Lines typed after ':', in a file of the state folder. */
#include "app/commands/command_history.h"

#include "app/options/xdg.h"
#include "app/screen/edit.h"
#include "engine/base/atomic_write.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 4 * TYPED_LINES }; /* lines after which the file is made short again */

static void remember(struct command_history *typed, const char *line)
{
    if (!*line || (typed->n > 0 && strcmp(typed->line[typed->n - 1], line) == 0))
        return;
    if (typed->n == TYPED_LINES) {
        free(typed->line[0]);
        memmove(typed->line, typed->line + 1, sizeof *typed->line * (size_t)--typed->n);
    }
    typed->line[typed->n++] = memory_string(line);
}

static void shorten(const struct command_history *typed)
{
    char *text = memory_string("");
    for (int i = 0; i < typed->n; i++) {
        char *longer = memory_format("%s%s\n", text, typed->line[i]);
        free(text);
        text = longer;
    }
    atomic_write(typed->path, text, strlen(text), true, NULL); /* else it stays long */
    free(text);
}

void command_history_open(struct command_history *typed)
{
    char line[EDIT_TEXT], *folder = xdg_state();
    int n = 0;
    if (!folder || !folder_make_all(folder, 0700, NULL)) {
        free(folder);
        return;
    }
    typed->path = memory_format("%s/history", folder);
    free(folder);
    FILE *file = fopen(typed->path, "re");
    if (!file)
        return;
    for (; fgets(line, sizeof line, file); n++) {
        line[strcspn(line, "\n")] = '\0';
        remember(typed, line);
    }
    fclose(file);
    if (n > LONGEST)
        shorten(typed);
}

/* Appended in one piece, so that several programs may do it. */
void command_history_add(struct command_history *typed, const char *line)
{
    bool again = typed->n > 0 && strcmp(typed->line[typed->n - 1], line) == 0;
    remember(typed, line);
    if (!typed->path || !*line || again)
        return;
    int fd = open(typed->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    char *text = memory_format("%s\n", line);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) {
        free(typed->path); /* no more of it */
        typed->path = NULL;
    }
    if (fd >= 0)
        close(fd);
    free(text);
}

void command_history_finish(struct command_history *typed)
{
    for (int i = 0; i < typed->n; i++)
        free(typed->line[i]);
    free(typed->path);
    *typed = (struct command_history){0};
}
