/* Writing a results table as CSV, Markdown and LaTeX. */
#include "app/report/tables.h"

#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"
#include "views/files/csv.h"
#include "views/files/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ENTRY(name) extern const struct table table_##name;
#include "app/report/tables.def"
#undef ENTRY

#define ENTRY(name) &table_##name,
static const struct table *const all[] = {
#include "app/report/tables.def"
};
static const char *const endings[] = {"csv", "md", "tex"};
enum { N_ENDINGS = sizeof endings / sizeof *endings };

const struct table *tables_at(int index)
{
    int n = sizeof all / sizeof *all;
    return index >= 0 && index < n ? all[index] : NULL;
}

const struct table *tables_find(const char *name)
{
    for (int i = 0; tables_at(i); i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

/* Where the numbers came from, as comments in front of a text. */
static char *with_notes(const struct metadata *notes, const char *mark, const char *text)
{
    char *whole = memory_string("");
    for (int i = 0; i <= notes->n; i++) {
        char *longer = i < notes->n ? memory_format("%s%s %s: %s\n", whole, mark,
                                          notes->entry[i].key, notes->entry[i].text)
                                    : memory_format("%s%s", whole, text);
        free(whole);
        whole = longer;
    }
    return whole;
}

/* The first line of a table in CSV is its caption, which the notes have. */
static char *as_csv(const struct document *exact, const struct metadata *notes)
{
    char *table = document_csv(exact), *first = strchr(table, '\n');
    char *text = with_notes(notes, "#", first ? first + 1 : table);
    free(table);
    return text;
}

/* The notes as a list below the table: a table in a text is often copied without its files. */
static char *as_markdown(const struct document *rounded, const struct metadata *notes)
{
    char *text = document_markdown(rounded);
    for (int i = 0; i < notes->n; i++) {
        const char *key = notes->entry[i].key, *said = notes->entry[i].text;
        const char *code = strchr(said, '`') ? "" : "`";
        if (strcmp(key, "what") == 0) /* the caption above says it */
            continue;
        char *longer = memory_format("%s- %s: %s%s%s\n", text, key, code, said, code);
        free(text);
        text = longer;
    }
    return text;
}

static char *as_latex(
    const struct document *rounded, const struct metadata *notes, const char *label)
{
    char *table = document_latex(rounded, label), *text = with_notes(notes, "%", table);
    free(table);
    return text;
}

static bool make(const struct table *table, const struct export_request *request, const char *label,
    char *text[N_ENDINGS], struct error *err)
{
    struct document exact, rounded;
    struct metadata notes;
    document_init(&exact, "");
    document_init(&rounded, "");
    bool good = table->fill(&exact, request->snapshot, true, err) &&
                table->fill(&rounded, request->snapshot, false, err);
    if (good) {
        metadata_fill(&notes, request, rounded.blocks[0].text);
        text[0] = as_csv(&exact, &notes);
        text[1] = as_markdown(&rounded, &notes);
        text[2] = as_latex(&rounded, &notes, label);
    }
    document_finish(&exact);
    document_finish(&rounded);
    return good;
}

/* Is the ending asked for? All are, where there is no path. */
static bool wanted(const struct export_request *request, int ending)
{
    const char *dot = request->path ? strrchr(request->path, '.') : NULL;
    return !request->path || (dot && strcasecmp(dot + 1, endings[ending]) == 0);
}

static bool write(const struct export_request *request, const char *stem,
    char *const text[N_ENDINGS], char *path, struct error *err)
{
    char paths[N_ENDINGS][EXPORT_PATH];
    int first = -1;
    for (int i = N_ENDINGS - 1; i >= 0; i--) {
        if (!wanted(request, i))
            continue;
        first = i;
        if (!file_path(request, stem, endings[i], path, err))
            return false;
        memcpy(paths[i], path, EXPORT_PATH);
    }
    if (first < 0)
        return fail_as(err, ERROR_USAGE, "%s: tables are .csv, .md or .tex", request->path);
    for (int i = 0; i < N_ENDINGS; i++)
        if (wanted(request, i) &&
            !atomic_write(paths[i], text[i], strlen(text[i]), request->force, err))
            return false;
    return true;
}

bool tables_write(
    const struct table *table, const struct export_request *request, char *path, struct error *err)
{
    char *text[N_ENDINGS] = {NULL};
    const char *stem = request->stem ? request->stem : table->name;
    *path = '\0';
    bool good = make(table, request, stem, text, err) && write(request, stem, text, path, err);
    for (int i = 0; i < N_ENDINGS; i++)
        free(text[i]);
    return good;
}
