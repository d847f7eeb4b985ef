#include "views/files/csv.h"

#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void csv_init(struct csv *csv, const struct notes *notes)
{
    *csv = (struct csv){0};
    for (int i = 0; i < notes->n; i++)
        csv_printf(csv, "# %s: %s\n", notes->note[i].key, notes->note[i].text);
}

void csv_finish(struct csv *csv)
{
    free(csv->text);
}

void csv_printf(struct csv *csv, const char *format, ...)
{
    char line[2 * NOTES_TEXT];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t used = length < (int)sizeof line ? (size_t)length : sizeof line - 1;
    csv->text = memory_grow(csv->text, csv->size + used + 1, 1);
    memcpy(csv->text + csv->size, line, used + 1);
    csv->size += used;
}

void csv_text(struct csv *csv, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        csv_printf(csv, "%s", text);
        return;
    }
    csv_printf(csv, "\"");
    for (; *text; text++)
        csv_printf(csv, *text == '"' ? "\"\"" : "%c", *text);
    csv_printf(csv, "\"");
}
