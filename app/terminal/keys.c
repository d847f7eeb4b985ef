/* Names of keys, for bindings and hints. */
#include "app/terminal/keys.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    int key;
} table[] = {
    {"Space", ' '},
    {"Tab", PRESS_TAB},
    {"Shift-Tab", PRESS_BACK_TAB},
    {"Enter", PRESS_ENTER},
    {"Esc", PRESS_ESCAPE},
    {"Left", PRESS_LEFT},
    {"Right", PRESS_RIGHT},
    {"Up", PRESS_UP},
    {"Down", PRESS_DOWN},
    {"Home", PRESS_HOME},
    {"End", PRESS_END},
    {"PgUp", PRESS_PAGE_UP},
    {"PgDn", PRESS_PAGE_DOWN},
    {"Backspace", PRESS_BACKSPACE},
    {"Del", PRESS_DELETE},
};

int keys_number(const char *word, int length)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((int)strlen(table[i].word) == length && strncmp(table[i].word, word, length) == 0)
            return table[i].key;
    if (length > 1 && length < 4 && word[0] == 'F' && atoi(word + 1) >= 1 && atoi(word + 1) <= 12)
        return PRESS_F1 + atoi(word + 1) - 1;
    if (length == 6 && strncmp(word, "Ctrl-", 5) == 0 && word[5] >= '@' && word[5] <= '_')
        return word[5] - '@';
    return length == 1 ? (unsigned char)word[0] : PRESS_NONE;
}

const char *keys_word(int key)
{
    static const char *const functions[] = {
        "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"};
    static const char *const controls[] = {"Ctrl-@", "Ctrl-A", "Ctrl-B", "Ctrl-C", "Ctrl-D",
        "Ctrl-E", "Ctrl-F", "Ctrl-G", "Ctrl-H", "Ctrl-I", "Ctrl-J", "Ctrl-K", "Ctrl-L", "Ctrl-M",
        "Ctrl-N", "Ctrl-O", "Ctrl-P", "Ctrl-Q", "Ctrl-R", "Ctrl-S", "Ctrl-T", "Ctrl-U", "Ctrl-V",
        "Ctrl-W", "Ctrl-X", "Ctrl-Y", "Ctrl-Z"};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].key == key)
            return table[i].word;
    if (key >= PRESS_F1 && key <= PRESS_F12)
        return functions[key - PRESS_F1];
    return key > 0 && key <= 26 ? controls[key] : "";
}

bool keys_listed(const char *list, int key)
{
    while (list && *list) {
        int length = (int)strcspn(list, " ");
        if (length > 0 && keys_number(list, length) == key)
            return true;
        list += length + (list[length] == ' ');
    }
    return false;
}

void keys_first(const char *list, char *word, int size)
{
    snprintf(word, (size_t)size, "%.*s", (int)strcspn(list, " "), list);
}

bool keys_is_mouse(int key)
{
    return key >= PRESS_CLICK && key <= PRESS_RELEASE;
}
