/* Which terminfo entry fits the terminal. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_TERMINAL_ENTRY_H
#define SECATEUR_APP_TERMINAL_TERMINAL_ENTRY_H

#include "app/terminal/colour.h"

#include <stdbool.h>

struct terminal_entry {
    const char *name; /* for curses; NULL: none of the system's, the carried one is left */
    int colors;
    bool places, ansi; /* can place text; its sequences begin with ESC [ */
    bool guessed;
};

/* TERM's entry, else that of xterm, else the one that the program carries. */
struct terminal_entry terminal_entry_find(void);
/* Colours to draw in: what --color asks for, else what environment and entry promise. */
enum depth terminal_entry_depth(const char *color, int colors);

#endif
