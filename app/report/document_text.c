/* The document as Markdown (GitHub's tables), and its tables as CSV and in columns. */
#include "app/report/document.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void table(FILE *out, const struct block *block)
{
    escape_markdown(out, block->text);
    fputs("\n\n", out);
    for (int i = 0; i < block->n_cells; i++) {
        bool last = i % block->n_columns == block->n_columns - 1;
        fputs("| ", out);
        escape_markdown(out, block->cells[i]);
        fputs(last ? " |\n" : " ", out);
        for (int j = 0; i == block->n_columns - 1 && j < block->n_columns; j++)
            fputs(j == block->n_columns - 1 ? "|---|\n" : "|---", out);
    }
    putc('\n', out);
}

static void list(FILE *out, const struct block *block)
{
    for (int i = 0; i < block->n_cells; i++) {
        fputs("- ", out);
        escape_markdown(out, block->cells[i]);
        putc('\n', out);
    }
    putc('\n', out);
}

static void code(FILE *out, const char *text)
{
    fputs("    ", out);
    for (; *text; text++) {
        putc(*text, out);
        if (*text == '\n' && text[1])
            fputs("    ", out);
    }
    fputs("\n\n", out);
}

static void write_block(FILE *out, const struct block *block)
{
    switch (block->kind) {
    case BLOCK_HEADING:
        fputs("## ", out);
        escape_markdown(out, block->text);
        fputs("\n\n", out);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_VERDICT:
        escape_markdown(out, block->text);
        fputs("\n\n", out);
        break;
    case BLOCK_CODE:
        code(out, block->text);
        break;
    case BLOCK_TABLE:
    case BLOCK_NUMBERS:
        table(out, block);
        break;
    case BLOCK_LIST:
        list(out, block);
        break;
    case BLOCK_FIGURE:
        fputs("![", out);
        escape_markdown(out, block->text);
        fprintf(out, "](%s)\n\n", block->name);
        break;
    }
}

char *document_markdown(const struct document *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    if (*document->title) {
        fputs("# ", out);
        escape_markdown(out, document->title);
        fputs("\n\n", out);
    }
    for (int i = 0; i < document->n; i++)
        write_block(out, &document->blocks[i]);
    if (fclose(out) != 0)
        memory_run_out();
    return text;
}

char *document_csv(const struct document *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    for (int i = 0; i < document->n; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind != BLOCK_TABLE)
            continue;
        fprintf(out, "# %s\n", block->text);
        for (int j = 0; j < block->n_cells; j++) {
            escape_csv(out, block->cells[j]);
            putc(j % block->n_columns == block->n_columns - 1 ? '\n' : ',', out);
        }
    }
    if (fclose(out) != 0)
        memory_run_out();
    return text;
}

static int width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void columns(FILE *out, const struct block *block)
{
    int *widest = memory_array((size_t)block->n_columns, sizeof *widest);
    for (int i = 0; i < block->n_cells; i++) {
        int *most = &widest[i % block->n_columns];
        *most = width(block->cells[i]) > *most ? width(block->cells[i]) : *most;
    }
    for (int i = 0; i < block->n_cells; i++) {
        int column = i % block->n_columns, last = column == block->n_columns - 1;
        int pad = last ? 0 : widest[column] - width(block->cells[i]) + 2;
        fprintf(out, "%s%*s%s", block->cells[i], pad, "", last ? "\n" : "");
    }
    free(widest);
}

char *document_columns(const struct document *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    for (int i = 0; i < document->n; i++)
        if (document->blocks[i].kind == BLOCK_TABLE)
            columns(out, &document->blocks[i]);
    if (fclose(out) != 0)
        memory_run_out();
    return text;
}
