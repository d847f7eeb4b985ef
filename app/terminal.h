/* The terminal: cells out, keys in. The only owner of curses; one at a time, since curses is.
 * Restored on every way out, crashes included. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_H
#define SECATEUR_APP_TERMINAL_H

#include "app/keys.h"
#include "engine/base/error.h"
#include "views/cells.h"
#include "views/look.h"

struct terminal;

/* color: "auto", "truecolor", "256", "16", "mono", "never". Fails (ERROR_USAGE) where the terminal
 * cannot place text. charset_init() and signals_open(terminal_restore) come first. */
struct terminal *terminal_create(const char *color, bool mouse, struct error *err);
void terminal_destroy(struct terminal *terminal); /* accepts NULL */
void terminal_restore(void);                      /* async-signal-safe, for crashes */

enum depth terminal_depth(const struct terminal *terminal);
void terminal_size(const struct terminal *terminal, int *columns, int *rows);

/* Sends what differs from the last time, in one piece. */
void terminal_show(struct terminal *terminal, const struct cells *cells);
void terminal_repaint(struct terminal *terminal); /* the next time everything is sent */
void terminal_resize(struct terminal *terminal);  /* after SIGWINCH and SIGCONT */
void terminal_suspend(struct terminal *terminal); /* gives the terminal back until continued */

bool terminal_read(struct terminal *terminal, struct event *event); /* false: nothing more */
void terminal_mouse(struct terminal *terminal, bool on);
void terminal_title(struct terminal *terminal, const char *title);
/* Into the clipboard by OSC 52; false: this terminal has no such thing. */
bool terminal_copy(struct terminal *terminal, const char *text);

#endif
