/* Tables as text that grows. */
#include "views/files/csv.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void csv_init(struct csv *csv, const struct metadata *metadata)
{
    *csv = (struct csv){0};
    for (int i = 0; i < metadata->n; i++) {
        char *note = escape_text(escape_csv_note, metadata->entry[i].text);
        csv_printf(csv, "# %s: %s\n", metadata->entry[i].key, note);
        free(note);
    }
}

void csv_finish(struct csv *csv)
{
    free(csv->text);
}

static void append(struct csv *csv, const char *text, size_t size)
{
    csv->text = memory_grow(csv->text, csv->size + size + 1, 1);
    memcpy(csv->text + csv->size, text, size);
    csv->size += size;
    csv->text[csv->size] = '\0';
}

void csv_printf(struct csv *csv, const char *format, ...)
{
    char *line = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (length < 0)
        memory_run_out();
    append(csv, line, (size_t)length);
    free(line);
}

void csv_text(struct csv *csv, const char *text)
{
    char *field = escape_text(escape_csv, text);
    append(csv, field, strlen(field));
    free(field);
}
