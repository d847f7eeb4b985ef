/* Text lists of pictures: a line `path label` for each, apart by blanks, a tab or a comma. */
#include "engine/io/files/set_files.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LIST_MAX_BYTES = 256 << 20, LABEL_MAX = 1000000 };

struct list {
    const char *path;
    char *folder; /* that the list lies in */
    int line;
    struct set_files *set;
};

/* The first line may name its columns. */
static bool is_heading(const struct list *list, const char *label)
{
    static const char *const words[] = {"label", "labels", "class", "target", "y", NULL};
    for (int i = 0; list->line == 1 && words[i]; i++)
        if (strcasecmp(label, words[i]) == 0)
            return true;
    return false;
}

/* Cuts blanks, quotes and one comma off both ends. */
static char *trimmed(char *text)
{
    static const char blanks[] = " \t\r,\"";
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool add_picture(const struct list *list, const char *name, int32_t label, struct error *err)
{
    bool picture = false;
    bool whole = *name == '/' || strcmp(list->folder, ".") == 0;
    char *path = whole ? memory_string(name) : memory_format("%s/%s", list->folder, name);
    if (!set_files_is_picture(path, &picture, err) ||
        !set_files_check_inside(list->folder, path, err)) {
        free(path);
        return false;
    }
    if (!picture) {
        free(path);
        return fail(
            err, "%s: line %d: %s is no picture (PNG or JPEG)", list->path, list->line, name);
    }
    set_files_add(list->set, path, label);
    return list->set->n <= SET_PICTURES_MAX ||
           fail(err, "%s: names more than %d pictures", list->path, SET_PICTURES_MAX);
}

static bool read_line(const struct list *list, char *line, struct error *err)
{
    char *text = trimmed(line), *end;
    if (!*text || *text == '#')
        return true;
    char *label = text + strlen(text);
    while (label > text && !strchr(" \t,", label[-1]))
        label--;
    if (label == text)
        return fail(err, "%s: line %d: expected a path and a label, as `dog/1.png 3`", list->path,
            list->line);
    label[-1] = '\0';
    if (*label == '"')
        label++;
    if (is_heading(list, label))
        return true;
    long class = strtol(label, &end, 10);
    if (end == label || *end || class < 0 || class > LABEL_MAX)
        return fail(err, "%s: line %d: label %.40s is not the number of a class", list->path,
            list->line, label);
    return add_picture(list, trimmed(text), (int32_t) class, err);
}

bool set_files_of_list(const char *path, struct set_files *set, struct error *err)
{
    size_t size = 0;
    const char *slash = strrchr(path, '/');
    char *bytes = input_read_all(path, LIST_MAX_BYTES, &size, err);
    if (!bytes)
        return false;
    size_t length = slash ? (size_t)(slash - path) + (slash == path) : 0;
    struct list list = {
        path, length ? memory_format("%.*s", (int)length, path) : memory_string("."), 0, set};
    bool good = strlen(bytes) == size || fail(err, "%s: is not a text list", path);
    for (char *at = bytes; good && at < bytes + size;) {
        char *end = at + strcspn(at, "\n");
        list.line++;
        *end = '\0';
        good = read_line(&list, at, err);
        at = end + 1;
    }
    if (good && set->n == 0)
        good = fail(err, "%s: names no pictures", path);
    if (good)
        set->said = memory_format("%d pictures of a list", set->n);
    free(list.folder);
    free(bytes);
    return good;
}
