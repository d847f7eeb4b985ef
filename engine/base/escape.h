/* Foreign text (names in files, words of a command line) as a medium takes it: what the medium
 * would read as an order is written so that it is read as text. One function a medium; JSON is
 * written by jansson. Text is UTF-8 and ends with a zero. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_ESCAPE_H
#define SECATEUR_ENGINE_BASE_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* Control characters as \x1b: none of a file's reaches the terminal. */
void escape_terminal(FILE *out, const char *text);
/* The same into out[size], cut where it is full. */
void escape_terminal_copy(char *out, size_t size, const char *text);
/* A field: quoted where it holds a comma, a quote or a line's end. One that a spreadsheet would
 * take for a formula (= + - @, tab or return in front, and not a number) gets a ' in front. */
void escape_csv(FILE *out, const char *text);
/* A comment in front of a table, which a spreadsheet parts into fields too: the same '. */
void escape_csv_note(FILE *out, const char *text);
/* Content of an element, or the value of an attribute between quotes. */
void escape_html(FILE *out, const char *text);
/* Content of an element of XML (SVG): quotes stay. */
void escape_xml(FILE *out, const char *text);
/* For any engine, signs of mathematics included. */
void escape_latex(FILE *out, const char *text);
/* Inside a paragraph or a cell of a table, as GitHub reads it. */
void escape_markdown(FILE *out, const char *text);
/* One word of a POSIX shell, between single quotes. */
void escape_shell(FILE *out, const char *text);

/* What one of them writes, as text; malloc'd. */
char *escape_text(void (*escape)(FILE *out, const char *text), const char *text);
/* In place: each control character becomes `by`. */
void escape_controls(char *text, char by);

#endif
