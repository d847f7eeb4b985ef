/* The terminal: cells out, keys in. The only owner of curses; one at a time, since curses is.
 * Restored on every way out, crashes included. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_TERMINAL_H
#define SECATEUR_APP_TERMINAL_TERMINAL_H

#include "app/graphics/graphics_choice.h"
#include "app/terminal/keys.h"
#include "engine/base/error.h"
#include "views/cells/cells.h"
#include "views/cells/view_state.h"

struct terminal;

struct terminal_options {
    const char *color; /* below */
    bool mouse;
    bool ask_ground, ask_graphics; /* of the terminal itself */
};

/* color: "auto", "truecolor", "256", "16", "mono", "never". Fails
 * (ERROR_USAGE) where the terminal cannot place text. A TERM that nobody knows is taken for
 * xterm-256color. charset_init() and signals_open(terminal_restore) come first. */
struct terminal *terminal_create(const struct terminal_options *options, struct error *err);
void terminal_destroy(struct terminal *terminal); /* accepts NULL */
void terminal_restore(void);                      /* async-signal-safe, for crashes */

enum depth terminal_depth(const struct terminal *terminal);
/* TERM was not known, and is taken for another one. */
bool terminal_is_guessed(const struct terminal *terminal);
/* The background, 0xRRGGBB, as the terminal or COLORFGBG says; it may be told late. False: not. */
bool terminal_ground(const struct terminal *terminal, uint32_t *rgb);
/* Chooses how pictures are shown, by what the terminal has answered by now: sets whether in pixels,
 * and the size of a cell, as told. True: in pixels or not has changed. */
bool terminal_pixels(
    struct terminal *terminal, enum graphics_wish wish, struct view_state *view_state);
void terminal_size(const struct terminal *terminal, int *columns, int *rows);

/* Sends what differs from the last time, in one piece. */
void terminal_show(struct terminal *terminal, const struct cells *cells);
/* Fewer colours, where the line is slow. */
void terminal_lean(struct terminal *terminal, bool lean);
void terminal_repaint(struct terminal *terminal); /* the next time everything is sent */
void terminal_resize(struct terminal *terminal);  /* after SIGWINCH and SIGCONT */
void terminal_suspend(struct terminal *terminal); /* gives the terminal back until continued */

bool terminal_read(struct terminal *terminal, struct event *event); /* false: nothing more */
int terminal_patience(const struct terminal *terminal); /* ms to read again in, -1: no limit */
void terminal_mouse(struct terminal *terminal, bool on);
void terminal_title(struct terminal *terminal, const char *title);
/* Into the clipboard by OSC 52; false: this terminal has no such thing. */
bool terminal_copy(struct terminal *terminal, const char *text);

#endif
