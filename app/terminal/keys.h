/* Keys as small numbers and as the words that tables, help and hints use: "s", "Space",
 * "Ctrl-R", "Left". Thread: any. */
#ifndef SECATEUR_APP_TERMINAL_KEYS_H
#define SECATEUR_APP_TERMINAL_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* Characters are their code points, Ctrl-A is 1. Others are above Unicode. */
enum key {
    PRESS_NONE = 0,
    PRESS_TAB = 9,
    PRESS_ENTER = 13,
    PRESS_ESCAPE = 27,
    PRESS_LEFT = 0x110000,
    PRESS_RIGHT,
    PRESS_UP,
    PRESS_DOWN,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_BACK_TAB,
    PRESS_BACKSPACE,
    PRESS_DELETE,
    PRESS_F1, /* … F12 */
    PRESS_F12 = PRESS_F1 + 11,
    /* the mouse: where is in the event */
    PRESS_CLICK,
    PRESS_DOUBLE_CLICK,
    PRESS_WHEEL_UP,
    PRESS_WHEEL_DOWN,
    PRESS_DRAG,    /* moved with the button held */
    PRESS_RELEASE, /* after that */
    PRESS_PASTE,   /* text between the terminal's marks of a paste */
};

struct event {
    int key;
    int column, row;  /* of the mouse */
    bool burst;       /* came at once with many others, as a paste does where it is not marked */
    const char *text; /* of a paste: its first bytes, a string; valid until the next event */
    size_t size;      /* of a paste: all its bytes */
};

/* The number of a key's word; PRESS_NONE: there is no such key. */
int keys_number(const char *word, int length);
const char *keys_word(int key); /* "Space", "F5", "Ctrl-R"; "" for a plain character */
/* Is the key among the words of a list such as "s ." or "Ctrl-R"? */
bool keys_listed(const char *list, int key);
/* Copies the first word of a list. */
void keys_first(const char *list, char *word, int size);
bool keys_is_mouse(int key);

#endif
