/* Foreign text (names in files, words of a command line) as a medium takes it: what the medium
 * would read as an order is written so that it is read as text. One function a medium; JSON is
 * written by jansson. All show characters that are not plain as text.h says. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_ESCAPE_H
#define SECATEUR_ENGINE_BASE_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* Within a line of a terminal. */
void escape_terminal(FILE *out, const char *text);
/* A line of its own, formatted, with its end. */
void escape_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A field: quoted where it holds what parts fields, or a quote. Where a spreadsheet would begin a
 * formula (= + - @ in front, and not a number; behind a comma or semicolon too, as countries
 * part fields otherwise), a ' stands before it. */
void escape_csv(FILE *out, const char *text);
/* A comment in front of a table, which a spreadsheet parts into fields too: the same '. */
void escape_csv_note(FILE *out, const char *text);
/* Content of an element, or the value of an attribute between quotes. Lines stay lines. */
void escape_html(FILE *out, const char *text);
/* Content of an element of XML (SVG): quotes stay. Lines stay lines. */
void escape_xml(FILE *out, const char *text);
/* For any engine, signs of mathematics included. */
void escape_latex(FILE *out, const char *text);
/* Inside a paragraph or a cell of a table, as GitHub reads it. */
void escape_markdown(FILE *out, const char *text);
/* One word of a shell, exactly, on one plain line that no spreadsheet takes for a formula: as it is
 * where it has nothing but letters, digits and -_./:=, else between single quotes or, where
 * characters have to be numbers, as $'\033' (POSIX 2024, bash, zsh). */
void escape_shell(FILE *out, const char *text);
/* The same for a path; one that begins with a dash, an option's sign, begins with ./ then. */
void escape_shell_path(FILE *out, const char *path);

/* What one of them writes, as text; malloc'd. */
char *escape_text(void (*escape)(FILE *out, const char *text), const char *text);

#endif
