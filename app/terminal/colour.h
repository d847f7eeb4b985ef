/* Colours a terminal has, for those a theme wants. Thread: any. */
#ifndef SECATEUR_APP_TERMINAL_COLOUR_H
#define SECATEUR_APP_TERMINAL_COLOUR_H

#include "views/cells/view_state.h"

#include <stdbool.h>
#include <stdint.h>

/* What to choose from the environment; pure. NULL where a variable is not set. */
struct colour_environment {
    const char *color; /* of the command line: "auto" … */
    const char *no_color, *colorterm, *term;
    int terminfo_colors; /* what the terminal's own entry has */
    bool inside_tmux;
};

enum depth colour_depth(const struct colour_environment *environment);

/* The number of the nearest colour: of the xterm palette for 256, of ANSI for 16 and 8,
 * 0xRRGGBB itself for true colour; -1 for CELL_DEFAULT. */
int colour_number(enum depth depth, int colors, uint32_t rgb);

/* A colour as terminals answer it: "rgb:ffff/ffff/ffff", "rgb:f/f/f", "#ffffff". */
bool colour_read(const char *text, uint32_t *rgb);
/* The background that COLORFGBG tells ("15;0", "0;default;15"); false: it tells none. */
bool colour_of_fgbg(const char *text, uint32_t *rgb);
/* Does black read better on it than white? */
bool colour_is_light(uint32_t rgb);

#endif
