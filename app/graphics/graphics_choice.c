/* The choice between protocols. */
#include "app/graphics/graphics_choice.h"

#include <string.h>

enum { CELL_LEAST = 3, CELL_MOST = 128 };

enum graphics_kind graphics_choose(
    const struct graphics_situation *situation, const struct graphics_answers *answers)
{
    bool sized = graphics_cell_size(answers->cell_width, answers->cell_height);
    bool clear = !situation->multiplexed;
    if (situation->plain || situation->wish == WISH_BLOCKS)
        return GRAPHICS_BLOCKS;
    if (situation->wish == WISH_KITTY)
        return clear ? GRAPHICS_KITTY : GRAPHICS_BLOCKS;
    if (situation->wish == WISH_SIXEL)
        return sized ? GRAPHICS_SIXEL : GRAPHICS_BLOCKS;
    if (situation->colourless)
        return GRAPHICS_BLOCKS;
    if (answers->kitty && clear)
        return GRAPHICS_KITTY;
    return answers->sixel && sized && !situation->remote ? GRAPHICS_SIXEL : GRAPHICS_BLOCKS;
}

bool graphics_multiplexed(const char *term, const char *tmux, const char *sty)
{
    bool named = term && (strncmp(term, "tmux", 4) == 0 || strncmp(term, "screen", 6) == 0);
    return named || (tmux && *tmux) || (sty && *sty);
}

bool graphics_cell_size(int width, int height)
{
    return width >= CELL_LEAST && width <= CELL_MOST && height >= CELL_LEAST && height <= CELL_MOST;
}
