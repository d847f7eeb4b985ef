/* Changes in the text of a finished SVG: stable ids, title and description. */
#include "views/files/svg.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_LENGTH = 32 };

/* Ids as cairo gave them, in the order in which they are defined. */
struct ids {
    int n;
    char (*id)[ID_LENGTH];
};

static size_t id_length(const char *text)
{
    return strcspn(text, "\"')");
}

static void find_ids(struct ids *ids, const char *text)
{
    static const char key[] = " id=\"";
    for (const char *at = strstr(text, key); at; at = strstr(at, key)) {
        at += sizeof key - 1;
        ids->id = memory_grow(ids->id, (size_t)ids->n + 1, sizeof *ids->id);
        snprintf(ids->id[ids->n++], ID_LENGTH, "%.*s", (int)id_length(at), at);
    }
}

static int place_of(const struct ids *ids, const char *text)
{
    size_t length = id_length(text);
    for (int i = 0; i < ids->n; i++)
        if (strlen(ids->id[i]) == length && strncmp(ids->id[i], text, length) == 0)
            return i;
    return -1;
}

/* FNV-1a of what is drawn; ids of surfaces count through the process, so digits are left out
 * where an id is. */
static uint32_t fingerprint(const struct ids *ids, const char *text)
{
    uint32_t hash = 2166136261u;
    for (const char *c = text; *c; c++) {
        bool names = strncmp(c, " id=\"", 5) == 0 || *c == '#';
        const char *id = c + (*c == '#' ? 1 : 5);
        hash = (hash ^ (uint8_t)*c) * 16777619u;
        if (names && place_of(ids, id) >= 0)
            c = id + id_length(id) - 1;
    }
    return hash;
}

static void write_notes(FILE *out, const struct metadata *metadata)
{
    if (metadata->n == 0)
        return;
    fputs("\n<title>", out);
    escape_xml(out, metadata->entry[0].text);
    fputs("</title>\n<desc>", out);
    for (int i = 0; i < metadata->n; i++) {
        fprintf(out, "%s%s: ", i ? "; " : "", metadata->entry[i].key);
        escape_xml(out, metadata->entry[i].text);
    }
    fputs("</desc>", out);
}

static void write_values(FILE *out, const char *values)
{
    if (values)
        fprintf(out, "\n<metadata>%s</metadata>", values);
}

void svg_settle(uint8_t **bytes, size_t *size, const struct metadata *metadata, const char *values)
{
    struct ids ids = {0};
    char *text = memory_format("%.*s", (int)*size, (const char *)*bytes), *settled = NULL;
    size_t length = 0;
    find_ids(&ids, text);
    uint32_t prefix = fingerprint(&ids, text);
    FILE *out = open_memstream(&settled, &length);
    if (!out)
        memory_run_out();
    bool told = false;
    for (const char *c = text; *c; c++) {
        bool defines = strncmp(c, " id=\"", 5) == 0, refers = *c == '#';
        const char *id = c + (refers ? 1 : 5);
        int place = defines || refers ? place_of(&ids, id) : -1;
        if (place < 0) {
            putc(*c, out);
        } else {
            fprintf(out, "%.*sf%08x-%d", (int)(id - c), c, prefix, place);
            c = id + id_length(id) - 1;
        }
        if (!told && *c == '>' && strstr(text, "<svg") < c) {
            write_notes(out, metadata);
            write_values(out, values);
            told = true;
        }
    }
    if (fclose(out) != 0)
        memory_run_out();
    free(ids.id);
    free(text);
    free(*bytes);
    *bytes = (uint8_t *)settled;
    *size = length;
}
