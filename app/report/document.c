/* Building a document: blocks of clean text. */
#include "app/report/document.h"

#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the well-formed, printable character at c, 0: there is none. */
static int character(const unsigned char *c)
{
    if (*c >= 0x20 && *c < 0x7f)
        return 1;
    int length = *c >= 0xc2 && *c < 0xe0   ? 2
                 : *c >= 0xe0 && *c < 0xf0 ? 3
                 : *c >= 0xf0 && *c < 0xf5 ? 4
                                           : 0;
    for (int i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    bool control = length == 2 && c[0] == 0xc2 && c[1] < 0xa0;
    bool surrogate = length == 3 && c[0] == 0xed && c[1] >= 0xa0;
    bool overlong = (length == 3 && c[0] == 0xe0 && c[1] < 0xa0) ||
                    (length == 4 && c[0] == 0xf0 && c[1] < 0x90) ||
                    (length == 4 && c[0] == 0xf4 && c[1] >= 0x90);
    /* marks that turn the direction of text hide what is written */
    bool turns = length == 3 && c[0] == 0xe2 &&
                 ((c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae) ||
                     (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
    return control || surrogate || overlong || turns ? 0 : length;
}

static void clean(char *text, bool lines)
{
    unsigned char *c = (unsigned char *)text;
    while (*c) {
        int length = character(c);
        if (length == 0 && !(lines && *c == '\n'))
            *c = *c == '\n' || *c == '\t' ? ' ' : '?';
        c += length ? length : 1;
    }
}

static char *format_clean(const char *format, va_list arguments, bool lines)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    clean(text, lines);
    return text;
}

static struct block *add(struct document *document, enum block_kind kind)
{
    document->blocks =
        memory_grow(document->blocks, (size_t)document->n + 1, sizeof *document->blocks);
    struct block *block = &document->blocks[document->n++];
    *block = (struct block){.kind = kind};
    return block;
}

void document_init(struct document *document, const char *title)
{
    *document = (struct document){.title = memory_string(title)};
    clean(document->title, false);
}

void document_finish(struct document *document)
{
    for (int i = 0; i < document->n; i++) {
        struct block *block = &document->blocks[i];
        for (int j = 0; j < block->n_cells; j++)
            free(block->cells[j]);
        free(block->cells);
        free(block->text);
        free(block->name);
        free(block->bytes);
    }
    free(document->blocks);
    free(document->title);
}

void document_add(struct document *document, enum block_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(document, kind)->text = format_clean(format, arguments, kind == BLOCK_CODE);
    va_end(arguments);
}

static void add_cell(struct block *block, char *text)
{
    block->cells = memory_grow(block->cells, (size_t)block->n_cells + 1, sizeof *block->cells);
    block->cells[block->n_cells++] = text;
}

void document_table(struct document *document, const char *caption, const char *columns)
{
    struct block *block = add(document, BLOCK_TABLE);
    block->text = memory_string(caption);
    clean(block->text, false);
    for (const char *c = columns; *c; c += *c == '|') {
        int length = (int)strcspn(c, "|");
        add_cell(block, memory_format("%.*s", length, c));
        block->n_columns++;
        c += length;
    }
}

void document_cell(struct document *document, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_cell(&document->blocks[document->n - 1], format_clean(format, arguments, false));
    va_end(arguments);
}

void document_figure(struct document *document, const char *name, const char *caption,
    unsigned char *bytes, size_t size)
{
    struct block *block = add(document, BLOCK_FIGURE);
    block->name = memory_string(name);
    block->text = memory_string(caption);
    clean(block->text, false);
    block->bytes = bytes;
    block->size = size;
}
