/* A small document: headings, paragraphs, tables, figures, said once and written as a page, as
 * Markdown or as CSV. Text may come from files: control characters and broken UTF-8 are replaced
 * when it comes in, and each writer escapes. Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_APP_REPORT_DOCUMENT_H
#define SECATEUR_APP_REPORT_DOCUMENT_H

#include <stddef.h>

enum block_kind {
    BLOCK_HEADING,
    BLOCK_PARAGRAPH,
    BLOCK_VERDICT, /* a paragraph that stands out */
    BLOCK_CODE,
    BLOCK_TABLE,
    BLOCK_NUMBERS, /* a table of headline numbers; not among those of document_csv() */
    BLOCK_LIST,    /* cells are its lines */
    BLOCK_FIGURE
};

struct block {
    enum block_kind kind;
    char *text;             /* heading, paragraph, code, caption of a table or figure */
    int n_columns, n_cells; /* of tables; the first n_columns cells are the head */
    char **cells;           /* [n_cells] row by row */
    char *name;             /* of figures: the PNG or SVG file beside the document */
    unsigned char *bytes;   /* [size] that file */
    size_t size;
};

struct document {
    char *title;
    struct block *blocks;
    int n, n_case; /* the first n_case blocks are the case, which opens the page */
};

void document_init(struct document *document, const char *title); /* "": no title */
void document_finish(struct document *document);
void document_add(struct document *document, enum block_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* heading, paragraph, code */
/* What was added so far is the case: seen at once; chapters follow, with a list of contents. */
void document_end_case(struct document *document);
void document_numbers(struct document *document, const char *caption, const char *columns);
void document_list(struct document *document);
/* Columns: "layer|channels|silent"; cells follow row by row. */
void document_table(struct document *document, const char *caption, const char *columns);
void document_cell(struct document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes bytes[size], a PNG; or an SVG of our own, which becomes part of the page. */
void document_figure(struct document *document, const char *name, const char *caption,
    unsigned char *bytes, size_t size);

/* The whole document as text, malloc'd. */
char *document_html(const struct document *document);
char *document_markdown(const struct document *document);
char *document_columns(const struct document *document);                  /* tables alone */
char *document_csv(const struct document *document);                      /* tables alone */
char *document_latex(const struct document *document, const char *label); /* the same */

#endif
