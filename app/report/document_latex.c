/* The document's tables for LaTeX, ruled by booktabs. */
#include "app/report/document.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of numbers stand at the right; what is missing says nothing of its column. */
static bool numbers(const struct block *block, int column)
{
    for (int i = block->n_columns + column; i < block->n_cells; i += block->n_columns) {
        const char *cell = block->cells[i];
        if (!isdigit((unsigned char)*cell) && *cell && strcmp(cell, "—") != 0)
            return false;
    }
    return true;
}

static void table(FILE *out, const struct block *block, const char *label)
{
    fprintf(out, "\\begin{table}\n  \\centering\\%s\n  \\setlength{\\tabcolsep}{3pt}\n  \\caption{",
        block->n_columns > 7 ? "footnotesize" : "small");
    escape_latex(out, block->text);
    fprintf(out, "}\n  \\label{tab:%s}\n  \\begin{tabular}{", label);
    for (int i = 0; i < block->n_columns; i++)
        putc(numbers(block, i) ? 'r' : 'l', out);
    fputs("}\n    \\toprule\n", out);
    for (int i = 0; i < block->n_cells; i++) {
        bool last = i % block->n_columns == block->n_columns - 1;
        fputs(i % block->n_columns == 0 ? "    " : "", out);
        escape_latex(out, block->cells[i]);
        fputs(last ? " \\\\\n" : " & ", out);
        if (i == block->n_columns - 1)
            fputs("    \\midrule\n", out);
    }
    fputs("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n", out);
}

char *document_latex(const struct document *document, const char *label)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    fputs("% wants \\usepackage{booktabs}\n", out);
    for (int i = 0; i < document->n; i++)
        if (document->blocks[i].kind == BLOCK_TABLE)
            table(out, &document->blocks[i], label);
    if (fclose(out) != 0)
        memory_run_out();
    return text;
}
