/* Writing a results table to files, one in each format that is asked for. */
#include "app/report/tables.h"

#include "app/report/document_results.h"
#include "app/tables/table_json.h"
#include "engine/base/atomic_write.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "views/files/file.h"
#include "views/files/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CAPTION = 1024 };

/* What a format is written from. */
struct source {
    const struct results_table *table;
    const void *rows; /* the snapshot */
    int n_rows;
    const struct document *rounded; /* the table alone */
    const struct metadata *notes;
    const char *label;
};

const struct results_table *tables_at(int index)
{
    const struct results_table *table;
    for (int i = 0; (table = results_table_at(i)); i++)
        if (table->view && index-- == 0)
            return table;
    return NULL;
}

const struct results_table *tables_find(const char *name)
{
    int i = 0;
    while (tables_at(i) && strcmp(tables_at(i)->name, name) != 0)
        i++;
    return tables_at(i);
}

/* Where the numbers came from, as comments in front of a text. */
static char *with_notes(const struct metadata *notes, const char *mark, const char *text)
{
    char *whole = memory_string("");
    for (int i = 0; i <= notes->n; i++) {
        char *note =
            i < notes->n ? escape_text(escape_csv_note, notes->entry[i].text) : memory_string(text);
        char *longer = i < notes->n
                           ? memory_format("%s%s %s: %s\n", whole, mark, notes->entry[i].key, note)
                           : memory_format("%s%s", whole, note);
        free(note);
        free(whole);
        whole = longer;
    }
    return whole;
}

static char *as_csv(const struct source *source)
{
    char *table = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&table, &size);
    if (!out)
        memory_run_out();
    table_csv_head(out, source->table, IN_FILE, &((const struct snapshot *)source->rows)->attacked);
    for (int i = 0; i < source->n_rows; i++)
        table_csv_row(out, source->table, source->rows, i, IN_FILE);
    if (fclose(out) != 0)
        memory_run_out();
    char *text = with_notes(source->notes, "#", table);
    free(table);
    return text;
}

/* The notes as a list below the table: a table in a text is often copied without its files. */
static char *as_markdown(const struct source *source)
{
    char *text = document_markdown(source->rounded);
    for (int i = 0; i < source->notes->n; i++) {
        const char *key = source->notes->entry[i].key, *said = source->notes->entry[i].text;
        bool code = !strchr(said, '`'); /* else it would end within */
        if (strcmp(key, "what") == 0)   /* the caption above says it */
            continue;
        char *words = code ? memory_format("`%s`", said) : escape_text(escape_markdown, said);
        char *longer = memory_format("%s- %s: %s\n", text, key, words);
        free(words);
        free(text);
        text = longer;
    }
    return text;
}

static char *as_latex(const struct source *source)
{
    char *table = document_latex(source->rounded, source->label);
    char *text = with_notes(source->notes, "%", table);
    free(table);
    return text;
}

/* A page of its own: the name as its title, the notes as a second table. */
static char *as_html(const struct source *source)
{
    const struct metadata *notes = source->notes;
    struct document page;
    document_init(&page, source->table->name);
    document_results(&page, source->table, source->rows, source->n_rows, IN_PAPER,
        source->rounded->blocks[0].text);
    document_table(&page, "Where the numbers came from.", "what|where from");
    for (int i = 1; i < notes->n; i++) { /* the first is the caption */
        document_cell(&page, "%s", notes->entry[i].key);
        document_cell(&page, "%s", notes->entry[i].text);
    }
    char *text = document_html(&page);
    document_finish(&page);
    return text;
}

static char *as_text(const struct source *source)
{
    char *table = document_columns(source->rounded);
    char *text = with_notes(source->notes, "#", table);
    free(table);
    return text;
}

static char *as_json(const struct source *source)
{
    return table_json_file(source->table, source->rows, source->n_rows, source->notes,
        &((const struct snapshot *)source->rows)->attacked);
}

static const struct format {
    const char *ending;
    bool usual; /* written where no path says the ending */
    char *(*write)(const struct source *source);
} formats[] = {{"csv", true, as_csv}, {"md", true, as_markdown}, {"tex", true, as_latex},
    {"json", false, as_json}, {"html", false, as_html}, {"txt", false, as_text}};
enum { N_FORMATS = sizeof formats / sizeof *formats };

/* Is the format asked for? */
static bool wanted(const struct export_request *request, int format)
{
    const char *dot = request->path ? strrchr(request->path, '.') : NULL;
    return request->path ? dot && strcasecmp(dot + 1, formats[format].ending) == 0
                         : formats[format].usual;
}

static bool make(const struct results_table *table, const struct export_request *request,
    const char *label, char *text[N_FORMATS], struct error *err)
{
    struct document rounded;
    struct metadata notes;
    struct source source = {table, request->snapshot, 0, &rounded, &notes, label};
    char caption[CAPTION];
    if (!table->rows(source.rows, &source.n_rows, err))
        return false;
    table->caption(source.rows, caption, sizeof caption);
    document_init(&rounded, "");
    document_results(&rounded, table, source.rows, source.n_rows, IN_PAPER, caption);
    metadata_fill(&notes, request, rounded.blocks[0].text);
    for (int i = 0; i < N_FORMATS; i++)
        if (wanted(request, i))
            text[i] = formats[i].write(&source);
    document_finish(&rounded);
    return true;
}

static bool write(const struct export_request *request, const char *stem,
    char *const text[N_FORMATS], char *path, struct error *err)
{
    char paths[N_FORMATS][EXPORT_PATH];
    int first = -1;
    for (int i = N_FORMATS - 1; i >= 0; i--) {
        if (!wanted(request, i))
            continue;
        first = i;
        if (!file_path(request, stem, formats[i].ending, path, err))
            return false;
        memcpy(paths[i], path, EXPORT_PATH);
    }
    if (first < 0)
        return fail_as(err, ERROR_USAGE, "%s: tables are .csv, .md, .tex, .json, .html or .txt",
            request->path);
    for (int i = 0; i < N_FORMATS; i++)
        if (wanted(request, i) &&
            !atomic_write(paths[i], text[i], strlen(text[i]), request->force, err))
            return false;
    return true;
}

bool tables_write(const struct results_table *table, const struct export_request *request,
    char *path, struct error *err)
{
    char *text[N_FORMATS] = {NULL};
    const char *stem = request->stem ? request->stem : table->name;
    *path = '\0';
    bool good = make(table, request, stem, text, err) && write(request, stem, text, path, err);
    for (int i = 0; i < N_FORMATS; i++)
        free(text[i]);
    return good;
}
