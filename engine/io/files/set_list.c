/* Text lists of pictures: a line `path label` for each, apart by blanks, a tab, a comma or a
 * semicolon; or columns that the first line names. */
#include "engine/io/files/set_files.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { LIST_MAX_BYTES = 256 << 20, LABEL_MAX = 1000000, COLUMNS_MAX = 64 };

struct list {
    const char *path;
    char *folder; /* that the list lies in */
    int line;
    char between; /* what parts the columns, where the first line names them; 0: `path label` */
    int path_column, label_column; /* … which of them are wanted */
    struct set_files *set;
};

static const char blanks[] = " \t\r";

/* Lines ---------------------------------------------------------------------------------- */

static char *trimmed(char *text)
{
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* Takes quotes off: "a ""b"".png" is a "b".png. */
static char *unquoted(char *text)
{
    char quote = *text, *to = text;
    size_t length = strlen(text);
    if ((quote != '"' && quote != '\'') || length < 2 || text[length - 1] != quote)
        return text;
    text[length - 1] = '\0';
    for (const char *from = text + 1; *from; from++) {
        from += from[0] == quote && from[1] == quote;
        *to++ = *from;
    }
    *to = '\0';
    return text;
}

/* Behind the quote that closes the one at text; NULL: there is none. */
static char *quote_end(char *text)
{
    char quote = *text;
    if (quote != '"' && quote != '\'')
        return NULL;
    for (char *at = text + 1; *at; at++)
        if (*at == quote && at[1] == quote)
            at++;
        else if (*at == quote)
            return at + 1;
    return NULL;
}

/* The end of a column: what parts it from the next, outside quotes around all of it. */
static char *column_end(char *at, const char *between)
{
    char *begin = at + strspn(at, blanks), *end = quote_end(begin);
    return end ? end + strcspn(end, between) : at + strcspn(at, between);
}

static int split(char *line, const char *between, char *columns[COLUMNS_MAX])
{
    int n = 0;
    for (char *at = line; at && n < COLUMNS_MAX;) {
        char *end = column_end(at, between), *next = *end ? end + 1 : NULL;
        *end = '\0';
        columns[n++] = unquoted(trimmed(at));
        at = next;
    }
    return n;
}

/* A path in quotes ends with them, another where the last column begins; what stands behind a label
 * and a # is a remark. */
static bool split_pair(char *text, char **path, char **label)
{
    static const char between[] = " \t,;";
    char *end = text;
    if (quote_end(text)) {
        end = column_end(text, between);
        char *remark = strstr(end, " #");
        if (remark)
            *remark = '\0';
    } else {
        end = text + strlen(text);
        while (end > text && !strchr(between, end[-1]))
            end--;
        end -= end > text;
    }
    if (end == text || !*end)
        return false;
    *end++ = '\0';
    while (*end && strchr(between, *end))
        end++;
    *label = unquoted(trimmed(end));
    size_t length = strlen(text);
    while (length > 0 && strchr(between, text[length - 1]))
        text[--length] = '\0';
    *path = unquoted(text);
    return **path && **label;
}

/* Pictures ------------------------------------------------------------------------------- */

static bool read_label(const struct list *list, const char *text, int32_t *label, struct error *err)
{
    char *end;
    long class = strtol(text, &end, 10);
    *label = (int32_t) class;
    return (end > text && !*end && class >= 0 && class <= LABEL_MAX) ||
           fail(err,
               "%s: line %d: label %.40s is not the number of a class: number the classes from 0, "
               "or name a folder with a folder for each",
               list->path, list->line, text);
}

/* The path from the list's folder on; of Windows, where that is how it is found. */
static char *path_of(const struct list *list, const char *name)
{
    bool whole = *name == '/' || strcmp(list->folder, ".") == 0;
    char *path = whole ? memory_string(name) : memory_format("%s/%s", list->folder, name);
    size_t from = strlen(path) - strlen(name);
    if (strchr(name, '\\') && access(path, F_OK) != 0)
        for (char *at = path + from; *at; at++)
            *at = *at == '\\' ? '/' : *at;
    return path;
}

static bool add_picture(struct list *list, const char *name, const char *label, struct error *err)
{
    bool picture = false;
    int32_t class = 0;
    if (!read_label(list, label, &class, err))
        return false;
    char *path = path_of(list, name);
    bool good = access(path, F_OK) == 0 ||
                fail(err, "%s: line %d: %s: %s", list->path, list->line, path, strerror(errno));
    good = good && set_files_is_picture(path, &picture, err) &&
           set_files_check_inside(list->folder, path, err);
    if (good && !picture)
        good =
            fail(err, "%s: line %d: %s is no picture (PNG or JPEG)", list->path, list->line, name);
    if (!good) {
        free(path);
        return false;
    }
    set_files_add(list->set, path, class);
    return list->set->n <= SET_PICTURES_MAX ||
           fail(err, "%s: names more than %d pictures", list->path, SET_PICTURES_MAX);
}

static int column_named(char *const *columns, int n, const char *const *words)
{
    for (; *words; words++)
        for (int i = 0; i < n; i++)
            if (strcasecmp(columns[i], *words) == 0)
                return i;
    return -1;
}

/* The first line may name its columns; two of them are wanted. */
static bool is_heading(struct list *list, const char *line)
{
    static const char *const labels[] = {
        "label", "labels", "class", "classid", "class_id", "target", "y", NULL};
    static const char *const paths[] = {
        "path", "file", "filename", "file_name", "filepath", "image", "img", "name", "x", NULL};
    static const char between[] = ",;\t ";
    char *columns[COLUMNS_MAX];
    for (const char *kind = between; *kind && list->line == 1; kind++) {
        char *copy = memory_string(line);
        int n = split(copy, (char[]){*kind, '\0'}, columns);
        list->label_column = column_named(columns, n, labels);
        list->path_column = column_named(columns, n, paths);
        bool found = n > 1 && list->label_column >= 0;
        bool pair = found && n == 2 && list->path_column < 0; /* the other is the path */
        if (pair)
            list->path_column = 1 - list->label_column;
        free(copy);
        if (!found || list->path_column < 0)
            continue;
        bool usual = n == 2 && list->path_column == 0;
        list->between = *kind == ' ' || usual ? 0 : *kind;
        return true;
    }
    return false;
}

static bool read_columns(struct list *list, char *text, struct error *err)
{
    char *columns[COLUMNS_MAX];
    int n = split(text, (char[]){list->between, '\0'}, columns);
    int last = list->path_column > list->label_column ? list->path_column : list->label_column;
    if (n <= last || !*columns[list->path_column] || !*columns[list->label_column])
        return fail(err, "%s: line %d: has %d columns, but its path and label are wanted",
            list->path, list->line, n);
    return add_picture(list, columns[list->path_column], columns[list->label_column], err);
}

static bool is_number(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && n < 8 && strspn(text, "0123456789") == n;
}

static bool read_line(struct list *list, char *line, struct error *err)
{
    char *text = trimmed(line), *path = NULL, *label = NULL;
    if (!*text || *text == '#' || is_heading(list, text))
        return true;
    if (list->between)
        return read_columns(list, text, err);
    char *copy = memory_string(text), *remark = strstr(copy, " #");
    bool good = split_pair(text, &path, &label);
    if (remark && !(good && is_number(label))) { /* it may as well be part of a name */
        *remark = '\0';
        text = trimmed(copy);
        good = split_pair(text, &path, &label);
    }
    good = good ? add_picture(list, path, label, err)
                : fail(err, "%s: line %d: expected a path and a label, as `dog/1.png 3`",
                      list->path, list->line);
    free(copy);
    return good;
}

/* All of it ------------------------------------------------------------------------------ */

static bool read_lines(struct list *list, char *bytes, size_t size, struct error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that Windows begins texts with */
    bool good = true, marked = strncmp(bytes, mark, strlen(mark)) == 0;
    for (char *at = bytes + (marked ? strlen(mark) : 0); good && at < bytes + size;) {
        char *end = at + strcspn(at, "\n");
        list->line++;
        *end = '\0';
        good = read_line(list, at, err);
        at = end + 1;
    }
    return good && (list->set->n > 0 || fail(err, "%s: names no pictures", list->path));
}

bool set_files_of_list(const char *path, struct set_files *set, struct error *err)
{
    size_t size = 0;
    const char *slash = strrchr(path, '/');
    char *bytes = input_read_all(path, LIST_MAX_BYTES, &size, err);
    if (!bytes)
        return false;
    size_t length = slash ? (size_t)(slash - path) + (slash == path) : 0;
    struct list list = {.path = path,
        .folder = length ? memory_format("%.*s", (int)length, path) : memory_string("."),
        .set = set};
    bool good = (strlen(bytes) == size || fail(err, "%s: is not a text list", path)) &&
                read_lines(&list, bytes, size, err);
    if (good)
        set->said = memory_format("%d pictures of a list", set->n);
    free(list.folder);
    free(bytes);
    return good;
}
