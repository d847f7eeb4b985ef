/* The head of a journal: reading, comparing with the inputs, finding the right one. */
#include "app/script/journal_head.h"

#include "app/options/options.h"
#include "app/options/xdg.h"
#include "app/script/journal_file.h"
#include "engine/base/memory.h"
#include "engine/io/files/digest.h"
#include "engine/io/files/set_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VERSION = 3 };
static const char first_line[] = "secateur journal 3\n", last_line[] = "begin\n";

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
        bool is_file = options_is_file(flag, value);
        char *path = is_file ? set_files_whole_name(value) : NULL;
        if (strchr(path ? path : value, '\n'))
            good = fail_as(err, ERROR_INPUT, "--%s: the name has more than one line", flag->name);
        else if (!is_file)
            text = append(text, "set %s %s\n%s", flag->name, value, "");
        else if ((good = digest_file(path ? path : value, sha, err)))
            text = append(text, "file %s %s %s\n", sha, flag->name, path ? path : value);
        free(path);
    }
    if (good)
        return text;
    free(text);
    return NULL;
}

char *journal_head_file(int number, const char *file, struct error *err)
{
    char sha[DIGEST_TEXT], *path = set_files_whole_name(file), *text = NULL;
    const char *name = path ? path : file;
    if (strchr(name, '\n'))
        fail_as(err, ERROR_INPUT, "a name of a file has more than one line");
    else if (digest_file(name, sha, err))
        text = memory_format("data %s %d %s\n", sha, number, name);
    free(path);
    return text;
}

/* Finds where the head ends, and where the last outcome that was written whole does. */
static bool measure(struct journal_head *head, const char *path, struct error *err)
{
    const char *text = head->text, *at = text;
    const char *begin = strstr(text, "\nbegin\n");
    int version = 0;
    if (sscanf(text, "secateur journal %9d", &version) == 1 && version != VERSION)
        return fail_as(err, ERROR_INPUT,
            "%s: a journal of version %d, this secateur reads version %d; resume it with the "
            "secateur that wrote it, or start without --resume",
            path, version, VERSION);
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
    *fd = journal_file_open(path, &head->text, &head->size, err);
    if (*fd < 0)
        return false;
    if (measure(head, path, err))
        return true;
    close(*fd);
    *fd = -1;
    free(head->text);
    head->text = NULL;
    return false;
}

/* The next line of the head: copied, without its end; false behind the last. */
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

/* The newest of the folder; *why: why the newest that could not be taken was not. */
static char *find_in(
    const char *folder, const char *sha, int *fd, struct journal_head *head, struct error *why)
{
    int n;
    char **names = journal_file_names(folder, &n), *found = NULL;
    for (int i = n - 1; i >= 0; i--) {
        bool open = !found && open_head(names[i], fd, head, *why->text ? NULL : why);
        if (open && (!*sha || is_of(head, sha))) {
            found = names[i];
            continue;
        }
        if (open) {
            close(*fd);
            *fd = -1;
            free(head->text);
            head->text = NULL;
        }
        free(names[i]);
    }
    free(names);
    return found;
}

static bool find_newest(const struct arguments *arguments, char **path, int *fd,
    struct journal_head *head, struct error *err)
{
    char sha[DIGEST_TEXT] = "", *folder = xdg_state();
    const char *model = arguments->options.model;
    struct error why = {0};
    bool good = !model || digest_file(model, sha, err);
    *path = good && folder ? find_in(folder, sha, fd, head, &why) : NULL;
    if (good && !*path)
        good = fail_as(err, ERROR_INPUT, "--resume: %s has no journal%s%s%s",
            folder ? folder : "no home", model ? " of this net" : "", *why.text ? "; " : "",
            why.text);
    free(folder);
    return good;
}

size_t journal_head_own(const struct journal_head *head)
{
    const char *data = strstr(head->text, "\ndata ");
    size_t end = head->begin - strlen(last_line);
    return data && (size_t)(data + 1 - head->text) < end ? (size_t)(data + 1 - head->text) : end;
}

bool journal_head_find(const struct arguments *arguments, char **path, int *fd,
    struct journal_head *head, struct error *err)
{
    if (!*arguments->resume)
        return find_newest(arguments, path, fd, head, err);
    *path = memory_string(arguments->resume);
    return open_head(*path, fd, head, err);
}

/* Where the net stood last: of the last outcome, 0 where there is none. */
static int last_round(const struct journal_head *head)
{
    int round = 0;
    for (const char *at = head->text + head->begin; at < head->text + head->end;
         at += strcspn(at, "\n") + 1)
        sscanf(at, "= %*d %d", &round);
    return round;
}

char *journal_head_about(const char *path)
{
    struct journal_head head;
    struct error err;
    char sha[DIGEST_TEXT], *line, *net = NULL;
    int fd, used;
    if (!open_head(path, &fd, &head, &err))
        return NULL;
    for (size_t at = strlen(first_line); next_line(&head, &at, &line); free(line)) {
        used = 0;
        if (sscanf(line, "file %64s model %n", sha, &used) != 1 || used == 0 || net)
            continue;
        const char *slash = strrchr(line + used, '/');
        net = memory_string(slash ? slash + 1 : line + used);
    }
    char *about = memory_format("%s, round %d", net ? net : "demo", last_round(&head));
    close(fd);
    free(net);
    free(head.text);
    return about;
}

/* Where a line of the head stands, for what is said of it. */
struct place {
    const char *path;
    int line;
};

/* The option that a line names, -1 with err: no journal has it, or it stands twice. */
static int take_option(const char *name, bool is_file, const char *value, const struct place *at,
    bool *mentioned, struct error *err)
{
    int index = options_index(name);
    const struct flag *flag = index >= 0 ? options_at(index) : NULL;
    if (!flag || !options_is_of_session(flag) || options_is_file(flag, value) != is_file) {
        fail_as(
            err, ERROR_INPUT, "%s:%d: --%s is no option of a journal", at->path, at->line, name);
        return -1;
    }
    if (mentioned[index]) {
        fail_as(err, ERROR_INPUT, "%s:%d: --%s stands twice", at->path, at->line, name);
        return -1;
    }
    mentioned[index] = true;
    return index;
}

/* "SHA NAME PATH". A file may lie elsewhere now, but must be the same. */
static bool apply_file(const char *rest, const struct place *at, struct arguments *arguments,
    bool *mentioned, char **inputs, struct error *err)
{
    char sha[DIGEST_TEXT], name[64], now[DIGEST_TEXT];
    int used = 0;
    if (sscanf(rest, "%64s %63s %n", sha, name, &used) != 2 || rest[used] != '/')
        return fail_as(err, ERROR_INPUT, "%s:%d: is no line of a file", at->path, at->line);
    int index = take_option(name, true, rest + used, at, mentioned, err);
    if (index < 0)
        return false;
    const char *file = arguments->said[index] ? arguments->said[index] : rest + used;
    if (!digest_file(file, now, err))
        return false;
    if (strcmp(sha, now) != 0)
        return fail_as(err, ERROR_INPUT, "%s: is not the file that %s began with", file, at->path);
    *inputs = append(*inputs, "%s%s %s", **inputs ? ", " : "", name, file);
    return options_set(arguments, index, file, err);
}

/* "NAME VALUE" */
static bool apply_setting(const char *rest, const struct place *at, struct arguments *arguments,
    bool *mentioned, struct error *err)
{
    char name[64];
    int used = 0;
    if (sscanf(rest, "%63s%n", name, &used) != 1)
        return fail_as(err, ERROR_INPUT, "%s:%d: is no line of an option", at->path, at->line);
    const char *value = rest[used] ? rest + used + 1 : "";
    int index = take_option(name, false, value, at, mentioned, err);
    if (index < 0)
        return false;
    const char *said = arguments->said[index];
    if (said && strcmp(said, value) != 0)
        return fail_as(
            err, ERROR_INPUT, "%s: began with --%s %s, not %s", at->path, name, value, said);
    return options_set(arguments, index, value, err);
}

/* "SHA NUMBER PATH" of a file that comes later. */
static bool apply_data(
    const char *rest, const struct place *at, struct journal_head *head, struct error *err)
{
    char sha[DIGEST_TEXT], now[DIGEST_TEXT];
    int used = 0, number = 0;
    if (sscanf(rest, "%64s %9d %n", sha, &number, &used) != 2 || rest[used] != '/' ||
        number != head->n_files + 1)
        return fail_as(err, ERROR_INPUT, "%s:%d: is no line of a file", at->path, at->line);
    if (!digest_file(rest + used, now, err))
        return false;
    if (strcmp(sha, now) != 0)
        return fail_as(
            err, ERROR_INPUT, "%s: is not the file that %s goes on with", rest + used, at->path);
    head->files = memory_grow(head->files, (size_t)number, sizeof *head->files);
    head->files[head->n_files++] = memory_string(rest + used);
    return true;
}

bool journal_head_apply(struct journal_head *head, const char *path, struct arguments *arguments,
    char **inputs, struct error *err)
{
    bool mentioned[ARGUMENTS_FLAGS_MAX] = {false}, good = true;
    struct place place = {.path = path, .line = 1};
    char *line;
    size_t at = strlen(first_line);
    *inputs = memory_string("");
    while (good && next_line(head, &at, &line)) {
        place.line++;
        if (strncmp(line, "data ", 5) == 0)
            good = apply_data(line + 5, &place, head, err);
        else if (strncmp(line, "file ", 5) == 0)
            good = apply_file(line + 5, &place, arguments, mentioned, inputs, err);
        else if (strncmp(line, "set ", 4) == 0)
            good = apply_setting(line + 4, &place, arguments, mentioned, err);
        else
            good = fail_as(err, ERROR_INPUT, "%s:%d: unknown line '%s'", path, place.line, line);
        free(line);
    }
    for (int i = 0; options_at(i) && good; i++)
        if (options_is_of_session(options_at(i)) && arguments->said[i] && !mentioned[i])
            good = fail_as(err, ERROR_INPUT, "%s: began without --%s", path, options_at(i)->name);
    return good;
}
