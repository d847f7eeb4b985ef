/* Keys and the mouse out of curses, for terminal.c alone. Owner: the terminal. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_KEYBOARD_H
#define SECATEUR_APP_TERMINAL_KEYBOARD_H

#include "app/keys.h"

struct terminal_keyboard;

struct terminal_keyboard *terminal_keyboard_create(void); /* curses is open */
void terminal_keyboard_destroy(struct terminal_keyboard *keyboard);
bool terminal_keyboard_read(struct terminal_keyboard *keyboard, struct event *event);

#endif
