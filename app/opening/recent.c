/* The list of nets that were opened: read whole, written whole. */
#include "app/opening/recent.h"

#include "app/opening/words.h"
#include "app/options/xdg.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *place(void)
{
    char *folder = xdg_state();
    char *path = folder ? memory_format("%s/recent", folder) : NULL;
    free(folder);
    return path;
}

static void add(struct recent *recent, const char *line)
{
    for (int i = 0; i < recent->n; i++)
        if (strcmp(recent->line[i], line) == 0)
            return;
    if (recent->n < RECENT_MOST && *line)
        recent->line[recent->n++] = memory_string(line);
}

/* A regular file, no link, the user's, that nobody else may write. */
static FILE *open_own(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool own = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
               status.st_uid == geteuid() && !(status.st_mode & (S_IWGRP | S_IWOTH));
    FILE *file = own ? fdopen(fd, "r") : NULL;
    if (!file && fd >= 0)
        close(fd);
    return file;
}

void recent_read(struct recent *recent)
{
    char line[RECENT_LINE], *path = place();
    *recent = (struct recent){0};
    FILE *file = path ? open_own(path) : NULL;
    bool whole = true;
    while (file && fgets(line, sizeof line, file)) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (whole && end)
            add(recent, line);
        whole = end; /* what is too long is left out to its end */
    }
    if (file)
        fclose(file);
    free(path);
}

void recent_finish(struct recent *recent)
{
    for (int i = 0; i < recent->n; i++)
        free(recent->line[i]);
    *recent = (struct recent){0};
}

static char *append(char *line, const char *option, const char *file)
{
    if (!file)
        return line;
    char *path = realpath(file, NULL), *word = words_quoted(path ? path : file);
    char *longer = memory_format("%s%s%s", line, option, word);
    free(path);
    free(word);
    free(line);
    return longer;
}

static char *append_size(char *line, const struct image_size *size)
{
    if (!size->height)
        return line;
    char *longer = memory_format("%s --input-size %dx%d", line, size->height, size->width);
    free(line);
    return longer;
}

/* "NET --clean FILE …"; NULL: no line can hold it. */
static char *line_of(const struct options *options)
{
    char *line = append(memory_string(""), "", options->model);
    line = append(line, " --clean ", options->clean);
    line = append(line, " --poisoned ", options->poisoned);
    line = append(line, " --test-clean ", options->test_clean);
    line = append(line, " --test-poisoned ", options->test_poisoned);
    line = append(line, " --architecture ", options->architecture);
    line = append(line, " --external-data ", options->external_data);
    line = append_size(line, &options->input_size);
    if (!strchr(line, '\n') && strlen(line) + 2 <= RECENT_LINE)
        return line;
    free(line);
    return NULL;
}

/* Beside it, and then in its place; nobody else may read the names. */
static void write_own(const char *path, const char *text)
{
    char *beside = memory_format("%s.%ld", path, (long)getpid());
    ssize_t n = (ssize_t)strlen(text);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, text, (size_t)n) == n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && (!good || rename(beside, path) != 0))
        unlink(beside);
    free(beside);
}

void recent_note(const struct options *options)
{
    struct recent before, after = {0};
    char *path = place(), *line = options->model && options->clean ? line_of(options) : NULL;
    char *folder = xdg_state(), *text = memory_string("");
    if (!path || !line || !folder_make_all(folder, 0700, NULL))
        goto out;
    recent_read(&before);
    add(&after, line);
    for (int i = 0; i < before.n; i++)
        add(&after, before.line[i]);
    for (int i = 0; i < after.n; i++) {
        char *longer = memory_format("%s%s\n", text, after.line[i]);
        free(text);
        text = longer;
    }
    write_own(path, text);
    recent_finish(&before);
    recent_finish(&after);
out:
    free(folder);
    free(path);
    free(line);
    free(text);
}

const char *recent_find(const struct recent *recent, const char *model)
{
    char *path = realpath(model, NULL), *word = words_quoted(path ? path : model);
    const char *found = NULL;
    size_t n = strlen(word);
    for (int i = 0; i < recent->n && !found; i++)
        if (strncmp(recent->line[i], word, n) == 0 && recent->line[i][n] == ' ')
            found = recent->line[i];
    free(path);
    free(word);
    return found;
}
