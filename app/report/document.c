/* Building a document: blocks of clean text. */
#include "app/report/document.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is seen of a text, which it frees; without `lines` it is one. */
static char *clean(char *text, bool lines)
{
    for (char *c = text; !lines && (c = strpbrk(c, "\n\t"));)
        *c = ' ';
    char *shown = lines ? text_shown_lines(text) : text_shown(text);
    free(text);
    return shown;
}

static char *format_clean(const char *format, va_list arguments, bool lines)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        memory_run_out();
    return clean(text, lines);
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
    *document = (struct document){.title = clean(memory_string(title), false)};
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
    block->text = clean(memory_string(caption), false);
    for (const char *c = columns; *c; c += *c == '|') {
        int length = (int)strcspn(c, "|");
        add_cell(block, memory_format("%.*s", length, c));
        block->n_columns++;
        c += length;
    }
}

void document_numbers(struct document *document, const char *caption, const char *columns)
{
    document_table(document, caption, columns);
    document->blocks[document->n - 1].kind = BLOCK_NUMBERS;
}

void document_list(struct document *document)
{
    struct block *block = add(document, BLOCK_LIST);
    block->text = memory_string("");
    block->n_columns = 1;
}

void document_end_case(struct document *document)
{
    document->n_case = document->n;
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
    block->text = clean(memory_string(caption), false);
    block->bytes = bytes;
    block->size = size;
}
