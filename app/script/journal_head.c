/* The head of a journal: reading, comparing with the inputs, removing old ones. */
#include "app/script/journal_head.h"

#include "app/options/options.h"
#include "app/options/xdg.h"
#include "engine/base/memory.h"
#include "engine/io/files/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char first_line[] = "secateur journal 2\n", last_line[] = "begin\n";

static char *append(char *text, const char *format, const char *a, const char *b, const char *c)
{
    char *piece = memory_format(format, a, b, c);
    char *longer = memory_format("%s%s", text, piece);
    free(piece);
    free(text);
    return longer;
}

/* "set NAME VALUE" for what was said, "file SHA NAME PATH" where that is a file. */
char *journal_head_text(const struct arguments *arguments, struct error *err)
{
    char *text = memory_string(first_line), sha[DIGEST_TEXT];
    bool good = true;
    for (int i = 0; options_at(i) && good; i++) {
        const struct flag *flag = options_at(i);
        const char *value = arguments->said[i];
        if (!value || !options_is_of_session(flag))
            continue;
        char *path = options_is_file(flag, value) ? realpath(value, NULL) : NULL;
        if (strchr(path ? path : value, '\n'))
            good = fail_as(err, ERROR_INPUT, "--%s: the name has more than one line", flag->name);
        else if (path && (good = digest_file(path, sha, err)))
            text = append(text, "file %s %s %s\n", sha, flag->name, path);
        else if (!path)
            text = append(text, "set %s %s\n%s", flag->name, value, "");
        free(path);
    }
    text = append(text, "%s%s%s", last_line, "", "");
    if (good)
        return text;
    free(text);
    return NULL;
}

static bool read_text(int fd, const char *path, struct journal_head *head, struct error *err)
{
    size_t size = 0, room = 0;
    ssize_t n = 0;
    do {
        room += 1 << 16;
        head->text = memory_grow(head->text, room + 1, 1);
        while (size < room && (n = read(fd, head->text + size, room - size)) > 0)
            size += (size_t)n;
    } while (size == room);
    head->text[size] = '\0';
    if (n < 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(errno));
    return true;
}

/* Finds where the head ends, and where the last outcome that was written whole does. */
static bool measure(struct journal_head *head, const char *path, struct error *err)
{
    const char *text = head->text, *at = text;
    const char *begin = strstr(text, "\nbegin\n");
    if (strncmp(text, first_line, strlen(first_line)) != 0 || !begin)
        return fail_as(err, ERROR_INPUT, "%s: not a journal of this program", path);
    head->begin = head->end = (size_t)(begin + 1 + strlen(last_line) - text);
    for (; at < text + head->begin; at++)
        head->lines += *at == '\n';
    while ((begin = strchr(at, '\n'))) {
        if (*at == '=')
            head->end = (size_t)(begin + 1 - text);
        at = begin + 1;
    }
    return true;
}

static bool open_head(const char *path, int *fd, struct journal_head *head, struct error *err)
{
    *head = (struct journal_head){0};
    *fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", path, strerror(errno));
    bool good = flock(*fd, LOCK_EX | LOCK_NB) == 0 ||
                fail_as(err, ERROR_INPUT, "%s: in use by another secateur", path);
    if (good && read_text(*fd, path, head, err) && measure(head, path, err))
        return true;
    close(*fd);
    *fd = -1;
    free(head->text);
    head->text = NULL;
    return false;
}

static int is_journal(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name), ending = strlen(JOURNAL_ENDING);
    return length > ending && strcmp(entry->d_name + length - ending, JOURNAL_ENDING) == 0;
}

/* The next line of the head: copied, its end cut off; false behind the last. */
static bool next_line(const struct journal_head *head, size_t *at, char **line)
{
    const char *text = head->text + *at;
    size_t length = strcspn(text, "\n");
    if (*at + strlen(last_line) >= head->begin)
        return false;
    *line = memory_format("%.*s", (int)length, text);
    *at += length + 1;
    return true;
}

/* Did it begin with this net? */
static bool is_of(const struct journal_head *head, const char *sha)
{
    char *wanted = memory_format("\nfile %s model ", sha);
    const char *found = strstr(head->text, wanted);
    bool same = found && (size_t)(found - head->text) < head->begin;
    free(wanted);
    return same;
}

static bool find_newest(const struct arguments *arguments, char **path, int *fd,
    struct journal_head *head, struct error *err)
{
    struct dirent **names = NULL;
    char sha[DIGEST_TEXT] = "", *folder = xdg_state();
    const char *model = arguments->options.model;
    if (model && !digest_file(model, sha, err)) {
        free(folder);
        return false;
    }
    int n = folder ? scandir(folder, &names, is_journal, alphasort) : 0;
    for (int i = n - 1; i >= 0; i--) {
        char *candidate = memory_format("%s/%s", folder, names[i]->d_name);
        free(names[i]);
        if (!*path && open_head(candidate, fd, head, NULL)) {
            if (!model || is_of(head, sha)) {
                *path = candidate;
                continue;
            }
            close(*fd);
            *fd = -1;
            free(head->text);
        }
        free(candidate);
    }
    free(names);
    bool good = *path || fail_as(err, ERROR_INPUT, "--resume: %s%s%s", folder ? folder : "no home",
                             " has no journal", model ? " of this net" : "");
    free(folder);
    return good;
}

bool journal_head_find(const struct arguments *arguments, char **path, int *fd,
    struct journal_head *head, struct error *err)
{
    if (!*arguments->resume)
        return find_newest(arguments, path, fd, head, err);
    *path = memory_string(arguments->resume);
    return open_head(*path, fd, head, err);
}

/* A file may lie elsewhere now, but must be the same. */
static bool apply_file(const char *rest, const char *path, struct arguments *arguments,
    bool *mentioned, struct error *err)
{
    char sha[DIGEST_TEXT], name[64], now[DIGEST_TEXT];
    int used = 0;
    if (sscanf(rest, "%64s %63s %n", sha, name, &used) != 2 || !used)
        return fail_as(err, ERROR_INPUT, "%s: a line of its head is incomplete", path);
    int index = options_index(name);
    if (index < 0)
        return fail_as(err, ERROR_INPUT, "%s: there is no option --%s", path, name);
    const char *file = arguments->said[index] ? arguments->said[index] : rest + used;
    mentioned[index] = true;
    if (!digest_file(file, now, err))
        return false;
    if (strcmp(sha, now) != 0)
        return fail_as(err, ERROR_INPUT, "%s: is not the file that %s began with", file, path);
    return options_set(arguments, index, file, err);
}

static bool apply_setting(const char *rest, const char *path, struct arguments *arguments,
    bool *mentioned, struct error *err)
{
    char name[64];
    int used = 0;
    if (sscanf(rest, "%63s%n", name, &used) != 1)
        return fail_as(err, ERROR_INPUT, "%s: a line of its head is incomplete", path);
    const char *value = rest[used] ? rest + used + 1 : "";
    int index = options_index(name);
    if (index < 0)
        return fail_as(err, ERROR_INPUT, "%s: there is no option --%s", path, name);
    mentioned[index] = true;
    const char *said = arguments->said[index];
    if (said && strcmp(said, value) != 0)
        return fail_as(err, ERROR_INPUT, "%s: began with --%s %s, not %s", path, name, value, said);
    return options_set(arguments, index, value, err);
}

bool journal_head_apply(const struct journal_head *head, const char *path,
    struct arguments *arguments, struct error *err)
{
    bool mentioned[ARGUMENTS_FLAGS_MAX] = {false}, good = true;
    char *line;
    size_t at = strlen(first_line);
    while (good && next_line(head, &at, &line)) {
        if (strncmp(line, "file ", 5) == 0)
            good = apply_file(line + 5, path, arguments, mentioned, err);
        else if (strncmp(line, "set ", 4) == 0)
            good = apply_setting(line + 4, path, arguments, mentioned, err);
        else
            good = fail_as(err, ERROR_INPUT, "%s: unknown line '%s'", path, line);
        free(line);
    }
    for (int i = 0; options_at(i) && good; i++)
        if (options_is_of_session(options_at(i)) && arguments->said[i] && !mentioned[i])
            good = fail_as(err, ERROR_INPUT, "%s: began without --%s", path, options_at(i)->name);
    return good;
}

void journal_heads_prune(const char *folder)
{
    struct dirent **names = NULL;
    int n = scandir(folder, &names, is_journal, alphasort);
    for (int i = 0; i < n; i++) {
        char *path = memory_format("%s/%s", folder, names[i]->d_name);
        int fd = i < n - (JOURNALS_KEPT - 1) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlink(path);
        if (fd >= 0)
            close(fd);
        free(path);
        free(names[i]);
    }
    free(names);
}
