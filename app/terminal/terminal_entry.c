/* Terminfo entries by name, looked up through curses. */
#include "app/terminal/terminal_entry.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

static const char spare_term[] = "xterm-256color"; /* what nearly all terminals are like */

static bool look_up(struct terminal_entry *found, const char *name)
{
    int status;
    if (!name || !*name || setupterm(name, STDOUT_FILENO, &status) != OK)
        return false;
    const char *cup = tigetstr("cup");
    found->name = name;
    found->places = cup && cup != (const char *)-1;
    found->ansi = found->places && strncmp(cup, "\033[", 2) == 0;
    found->colors = tigetnum("colors");
    del_curterm(cur_term);
    return true;
}

struct terminal_entry terminal_entry_find(void)
{
    struct terminal_entry found = {.colors = 256, .places = true, .ansi = true};
    if (look_up(&found, getenv("TERM")))
        return found;
    found.guessed = true;
    look_up(&found, spare_term);
    return found;
}

enum depth terminal_entry_depth(const char *color, int colors)
{
    struct colour_environment environment = {
        .color = color,
        .no_color = getenv("NO_COLOR"),
        .colorterm = getenv("COLORTERM"),
        .term = getenv("TERM"),
        .terminfo_colors = colors,
        .inside_tmux = getenv("TMUX") != NULL,
    };
    return colour_depth(&environment);
}
