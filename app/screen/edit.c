/* Editing a line of UTF-8. */
#include "app/screen/edit.h"

#include "app/terminal/keys.h"
#include "views/cells/cells.h"

#include <stdio.h>
#include <string.h>

void edit_set(struct edit *edit, const char *text)
{
    snprintf(edit->text, sizeof edit->text, "%s", text);
    edit->length = edit->cursor = (int)strlen(edit->text);
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static int before(const struct edit *edit, int at)
{
    if (at > 0)
        at--;
    while (at > 0 && continues(edit->text[at]))
        at--;
    return at;
}

static int behind(const struct edit *edit, int at)
{
    if (at < edit->length)
        at++;
    while (at < edit->length && continues(edit->text[at]))
        at++;
    return at;
}

/* Cuts the bytes from..to, where the cursor then is. */
static void cut(struct edit *edit, int from, int to)
{
    memmove(edit->text + from, edit->text + to, (size_t)(edit->length - to) + 1);
    edit->length -= to - from;
    edit->cursor = from;
}

static int word_start(const struct edit *edit)
{
    int at = edit->cursor;
    while (at > 0 && edit->text[at - 1] == ' ')
        at--;
    while (at > 0 && edit->text[at - 1] != ' ' && edit->text[at - 1] != '/')
        at--;
    return at;
}

static int encode(int character, char *bytes)
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    int n = character < 0x10000 ? 3 : 4;
    bytes[0] = (char)((n == 3 ? 0xe0 : 0xf0) | character >> (6 * (n - 1)));
    for (int i = 1; i < n; i++)
        bytes[i] = (char)(0x80 | (character >> (6 * (n - 1 - i)) & 0x3f));
    return n;
}

static bool insert(struct edit *edit, int character)
{
    char bytes[4];
    int n = encode(character, bytes);
    if (edit->length + n >= EDIT_TEXT)
        return true;
    memmove(edit->text + edit->cursor + n, edit->text + edit->cursor,
        (size_t)(edit->length - edit->cursor) + 1);
    memcpy(edit->text + edit->cursor, bytes, (size_t)n);
    edit->length += n;
    edit->cursor += n;
    return true;
}

static bool is_break(char byte)
{
    return byte == '\n' || byte == '\r' || byte == '\t';
}

enum edit_pasted edit_paste(struct edit *edit, const char *text)
{
    enum edit_pasted how = EDIT_WHOLE;
    while (*text) {
        uint32_t glyph;
        const char *at = text;
        text = cells_decode(text, &glyph);
        if (is_break(*at)) {
            text = at + strspn(at, "\n\r\t");
            how = how == EDIT_WHOLE ? EDIT_CLEANED : how;
            glyph = *text ? ' ' : 0;
        } else if (glyph == '?' && *at != '?') {
            how = how == EDIT_WHOLE ? EDIT_CLEANED : how;
            glyph = 0;
        }
        int before = edit->length;
        if (glyph != 0)
            insert(edit, (int)glyph);
        if (glyph != 0 && edit->length == before)
            return EDIT_CUT;
    }
    return how;
}

enum {
    CTRL_A = 1,
    CTRL_B = 2,
    CTRL_D = 4,
    CTRL_E = 5,
    CTRL_F = 6,
    CTRL_K = 11,
    CTRL_U = 21,
    CTRL_W = 23
};

bool edit_key(struct edit *edit, int key)
{
    switch (key) {
    case PRESS_LEFT:
    case CTRL_B:
        edit->cursor = before(edit, edit->cursor);
        return true;
    case PRESS_RIGHT:
    case CTRL_F:
        edit->cursor = behind(edit, edit->cursor);
        return true;
    case PRESS_HOME:
    case CTRL_A:
        edit->cursor = 0;
        return true;
    case PRESS_END:
    case CTRL_E:
        edit->cursor = edit->length;
        return true;
    case PRESS_BACKSPACE:
        cut(edit, before(edit, edit->cursor), edit->cursor);
        return true;
    case PRESS_DELETE:
    case CTRL_D:
        cut(edit, edit->cursor, behind(edit, edit->cursor));
        return true;
    case CTRL_U:
        cut(edit, 0, edit->cursor);
        return true;
    case CTRL_K:
        cut(edit, edit->cursor, edit->length);
        return true;
    case CTRL_W:
        cut(edit, word_start(edit), edit->cursor);
        return true;
    default:
        return key >= ' ' && key < PRESS_LEFT && key != 127 && insert(edit, key);
    }
}

int edit_column(const struct edit *edit)
{
    char before[EDIT_TEXT];
    snprintf(before, sizeof before, "%.*s", edit->cursor, edit->text);
    return cells_width(before);
}
