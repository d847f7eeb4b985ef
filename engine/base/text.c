/* What may be seen of foreign text. Leans on the table of characters without width (wide.h). */
#include "engine/base/text.h"

#include "engine/base/memory_out.h"
#include "engine/base/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 12, HEAP = 8, NAME_BYTES = 200 };

static const char gap[] = "…";

const char *text_next(const char *utf8, uint32_t *character)
{
    const unsigned char *s = (const unsigned char *)utf8;
    static const unsigned char mask[] = {0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    int more = s[0] < 0x80                   ? 0
               : s[0] >= 0xc2 && s[0] < 0xe0 ? 1
               : s[0] >= 0xe0 && s[0] < 0xf0 ? 2
               : s[0] >= 0xf0 && s[0] < 0xf5 ? 3
                                             : -1;
    uint32_t value = more >= 0 ? s[0] & mask[more] : 0;
    *character = TEXT_BROKEN;
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return utf8 + 1;
        value = value << 6 | (s[i] & 0x3f);
    }
    bool surrogate = value >= 0xd800 && value < 0xe000;
    if (more < 0 || value < least[more] || surrogate || value > 0x10ffff)
        return utf8 + 1;
    *character = value;
    return utf8 + more + 1;
}

bool text_is_plain(uint32_t character)
{
    bool none = character == TEXT_BROKEN || (character & 0xfffe) == 0xfffe ||
                (character >= 0xfdd0 && character < 0xfdf0);
    return character >= 0x20 && (character < 0x7f || character >= 0xa0) && !none &&
           !wide_is_control(character) && character != 0x200c && character != 0x200d;
}

/* Not memory.h's, which leans on errors, and they on this. */
static char *room(size_t size)
{
    char *text = calloc(size, 1);
    if (!text)
        memory_run_out();
    return text;
}

/* Goes through a text. */
struct reader {
    const char *next;
    bool lines;  /* they stay */
    bool stands; /* there is a letter for marks */
    int marks;   /* on it */
};

/* The next character as it is shown; returns the bytes of it, 0 at the end. */
static size_t read_piece(struct reader *reader, char shown[PIECE])
{
    const char *from = reader->next;
    uint32_t character;
    if (!*from)
        return 0;
    reader->next = text_next(from, &character);
    bool line = reader->lines && character == '\n';
    bool plain = line || text_is_plain(character);
    bool mark = plain && !line && wide_cells(character) == 0;
    reader->marks = mark ? reader->marks + 1 : 0;
    if (mark && (!reader->stands || reader->marks > HEAP))
        plain = false;
    if (!mark)
        reader->stands = plain && !line;
    if (plain)
        return (size_t)snprintf(shown, PIECE, "%.*s", (int)(reader->next - from), from);
    if (character == TEXT_BROKEN || character < 0x80)
        return (size_t)snprintf(shown, PIECE, "\\x%02x", (unsigned char)*from);
    return (size_t)snprintf(shown, PIECE, character < 0x10000 ? "\\u%04x" : "\\U%08x", character);
}

static char *show(const char *text, bool lines)
{
    struct reader reader = {.next = text, .lines = lines};
    char piece[PIECE], *shown = room(4 * strlen(text) + PIECE);
    size_t used = 0;
    for (size_t n; (n = read_piece(&reader, piece)) > 0; used += n)
        memcpy(shown + used, piece, n);
    shown[used] = '\0';
    return shown;
}

char *text_shown(const char *text)
{
    return show(text, false);
}

char *text_shown_lines(const char *text)
{
    return show(text, true);
}

static size_t shown_size(const char *text)
{
    struct reader reader = {.next = text};
    char piece[PIECE];
    size_t size = 0;
    for (size_t n; (n = read_piece(&reader, piece)) > 0;)
        size += n;
    return size;
}

char *text_fit(char *out, size_t size, const char *text)
{
    struct reader reader = {.next = text};
    char piece[PIECE];
    size_t left = shown_size(text), used = 0, marked = sizeof gap - 1;
    bool whole = left < size, cut = false;
    size_t tail = (size - 1 - marked) / 2, head = size - 1 - marked - tail;
    for (size_t n; (n = read_piece(&reader, piece)) > 0; left -= n) {
        if (whole || (!cut && used + n <= head) || (cut && left <= tail)) {
            memcpy(out + used, piece, n);
            used += n;
        } else if (!cut) {
            memcpy(out + used, gap, marked);
            used += marked;
            cut = true;
        }
    }
    out[used] = '\0';
    return out;
}

char *text_file_name(const char *name)
{
    char *file = text_fit(room(NAME_BYTES + 1), NAME_BYTES + 1, name);
    for (char *at = file; *at; at++) {
        if (*at == '/')
            *at = '-';
        if (*at == '\\' || (at == file && (*at == '.' || *at == '-')))
            *at = '_';
    }
    return file;
}

char *text_typed(const char *text)
{
    static const char *const primes[] = {"′", "’"};
    char *plain = strcpy(room(strlen(text) + 1), text);
    for (size_t i = 0; i < sizeof primes / sizeof *primes; i++)
        for (char *at = plain; (at = strstr(at, primes[i]));) {
            size_t length = strlen(primes[i]);
            *at++ = '\'';
            memmove(at, at + length - 1, strlen(at + length - 1) + 1);
        }
    return plain;
}
