/* Text from strangers: names in files and of files. What is seen of it is plain: one line of UTF-8
 * in which nothing acts on a terminal, turns the direction of text or hides. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_TEXT_H
#define SECATEUR_ENGINE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_BROKEN UINT32_C(0xffffffff) /* a byte that belongs to no character */

/* The first character of a text that is not at its end; returns what is behind it. */
const char *text_next(const char *utf8, uint32_t *character);
/* Seen as itself, and nothing else: no control character, no turn of direction, not invisible. */
bool text_is_plain(uint32_t character);

/* The text with what is not plain written as \x1b (bytes) or \u202e; so are marks that have no
 * letter to stand on, or stand in heaps. Plain text stays as it is, so twice is as once. malloc'd.
 */
char *text_shown(const char *text);
/* The same, but lines stay lines. */
char *text_shown_lines(const char *text);
/* The same as text_shown into out[size], size >= 8; what has no room is left out of the middle,
 * for "…". Takes no memory. Returns out. */
char *text_fit(char *out, size_t size, const char *text);

/* The name of a file within its folder, made of names: slashes become '-', what is not plain,
 * backslashes, and a dot or dash in front '_'; at most 200 bytes, as text_fit. malloc'd. */
char *text_file_name(const char *name);

/* As keyboards have it: ' for the marks of print, as in B′. malloc'd. */
char *text_typed(const char *text);

#endif
