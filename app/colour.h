/* Colours a terminal has, for those a theme wants. Thread: any. */
#ifndef SECATEUR_APP_COLOUR_H
#define SECATEUR_APP_COLOUR_H

#include "views/look.h"

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

#endif
