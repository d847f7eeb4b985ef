/* Which protocol for pixels a terminal is spoken to in. Pure. Thread: any. */
#ifndef SECATEUR_APP_GRAPHICS_GRAPHICS_CHOICE_H
#define SECATEUR_APP_GRAPHICS_GRAPHICS_CHOICE_H

#include <stdbool.h>

enum graphics_kind { GRAPHICS_BLOCKS, GRAPHICS_KITTY, GRAPHICS_SIXEL };
/* What a person wants; the words of --graphics in this order. */
enum graphics_wish { WISH_AUTO, WISH_KITTY, WISH_SIXEL, WISH_BLOCKS, N_GRAPHICS_WISHES };

/* What the terminal has said of itself so far. */
struct graphics_answers {
    bool kitty, sixel;
    int cell_width, cell_height; /* pixels, 0: not known */
};

struct graphics_situation {
    enum graphics_wish wish;
    bool plain;       /* only ASCII, or its sequences are not known: never pixels */
    bool colourless;  /* none are wanted */
    bool multiplexed; /* by tmux or screen: what is sent to the terminal behind them has no place */
    bool remote;      /* at the other end of a network line */
};

/* Kitty only where nothing lies between; in tmux only what tmux itself answers that it draws. Sixel
 * needs the size of a cell, and is left out over a line unless it is asked for: it takes ten times
 * the bytes. */
enum graphics_kind graphics_choose(
    const struct graphics_situation *situation, const struct graphics_answers *answers);

/* Takes TERM, TMUX and STY; NULL where a variable is not set. */
bool graphics_multiplexed(const char *term, const char *tmux, const char *sty);
/* A cell's size as a terminal tells it, checked: a liar's is no size. */
bool graphics_cell_size(int width, int height);

#endif
