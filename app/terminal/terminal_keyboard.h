/* Reads what the terminal sends, for terminal.c alone. Owner: the terminal. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_TERMINAL_KEYBOARD_H
#define SECATEUR_APP_TERMINAL_TERMINAL_KEYBOARD_H

#include "app/terminal/input.h"

struct terminal_keyboard;

struct terminal_keyboard *terminal_keyboard_create(void); /* curses is open */
void terminal_keyboard_destroy(struct terminal_keyboard *keyboard);
bool terminal_keyboard_read(struct terminal_keyboard *keyboard, struct event *event);
int terminal_keyboard_patience(const struct terminal_keyboard *keyboard); /* ms, -1: no limit */
/* Asks for the background, and for graphics where nothing lies between, and waits for the answer,
 * but not for long: keys stay in order, and an answer that comes later is taken all the same. */
void terminal_keyboard_ask(struct terminal_keyboard *keyboard, bool background, bool graphics);
const struct graphics_answers *terminal_keyboard_graphics(const struct terminal_keyboard *keyboard);
bool terminal_keyboard_ground(const struct terminal_keyboard *keyboard, uint32_t *rgb);

#endif
