/* Keys, the mouse, pastes and answers out of the bytes that a terminal sends. Pure: needs no
 * terminal; times are seconds of any clock that never goes back. Owner: the caller. Thread: any. */
#ifndef SECATEUR_APP_TERMINAL_INPUT_H
#define SECATEUR_APP_TERMINAL_INPUT_H

#include "app/graphics/graphics_choice.h"
#include "app/terminal/keys.h"

#include <stdint.h>

enum {
    INPUT_PASTE = 2048, /* bytes of a paste that are kept */
    INPUT_BURST = 24,   /* bytes at once that nobody presses one by one */
};

struct input;

struct input *input_create(void);
void input_destroy(struct input *input); /* accepts NULL */
/* A key of this terminal besides the common ones, as its terminfo entry says. */
void input_define(struct input *input, const char *sequence, int key);

/* bytes[n] as one read gave them. */
void input_feed(struct input *input, const char *bytes, size_t n, double now);
/* The next event; false: nothing more, or what is there may go on. Never PRESS_NONE. */
bool input_next(struct input *input, struct event *event, double now);
/* Seconds until what is held back becomes an event or goes; below 0: nothing is held back. */
double input_patience(const struct input *input, double now);

/* It was asked for the background (OSC 11), graphics, and then DA1: a lone ESC waits longer for its
 * answer. */
void input_asked(struct input *input, double now);
bool input_answered(const struct input *input); /* to either question */
/* The background that was answered, 0xRRGGBB; false: none was, so far. */
bool input_ground(const struct input *input, uint32_t *rgb);
/* What was answered about graphics (kitty's query 31, DA1, CSI 16 t), so far. */
const struct graphics_answers *input_graphics(const struct input *input);

#endif
