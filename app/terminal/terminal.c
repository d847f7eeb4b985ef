/* The screen by curses: opening, showing cells, closing. */
#include "app/terminal/terminal.h"

#include "app/graphics/graphics.h"
#include "app/terminal/charset.h"
#include "app/terminal/colour.h"
#include "app/terminal/line.h"
#include "app/terminal/painter.h"
#include "app/terminal/sequences.h"
#include "app/terminal/signals.h"
#include "app/terminal/terminal_cells.h"
#include "app/terminal/terminal_entry.h"
#include "app/terminal/terminal_keyboard.h"
#include "engine/base/memory.h"
#include "terminfo_entry.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* Macros of term.h with the names of our members. */
#undef columns
#undef lines

struct terminal {
    SCREEN *screen;
    struct terminal_keyboard *keyboard;
    enum depth depth;
    int colors;
    bool modern; /* understands synchronised output, titles, clipboard */
    bool ansi;   /* private modes of DEC do no harm */
    bool guessed;
    bool ascii, mouse, repaint;
    struct cells shown;     /* what is on the screen */
    struct painter painter; /* of a modern one; else curses finds the bytes */
    struct graphics *graphics;
    char title[256];
};

/* What a crash must put back; written before and read by terminal_restore alone. */
static struct termios saved_termios;
static char restore_text[256];
static volatile bool restore_needed;

void terminal_restore(void)
{
    if (!restore_needed)
        return;
    restore_needed = false;
    ssize_t written = write(STDOUT_FILENO, restore_text, strlen(restore_text));
    tcsetattr(STDIN_FILENO, TCSANOW, &saved_termios);
    (void)written;
}

/* Appends a terminfo string without its padding. */
static void append(char *text, size_t size, const char *capability)
{
    size_t used = strlen(text);
    if (!capability || capability == (const char *)-1)
        return;
    for (const char *c = capability; *c && used + 1 < size; c++) {
        if (c[0] == '$' && c[1] == '<' && strchr(c, '>'))
            c = strchr(c, '>');
        else
            text[used++] = *c;
    }
    text[used] = '\0';
}

static void prepare_restore(const struct terminal *terminal)
{
    restore_text[0] = '\0';
    if (terminal->ansi)
        append(restore_text, sizeof restore_text, "\033[?2004l");
    if (terminal->modern)
        append(restore_text, sizeof restore_text, "\033[?1006;1002;1000l\033[?2026l");
    const char *names[] = {"sgr0", "cnorm", "rmcup", "rmkx"};
    for (int i = 0; i < 4; i++)
        append(restore_text, sizeof restore_text, tigetstr(names[i]));
    restore_needed = true;
}

/* A crash takes kitty's pictures away, too: they would lie over the shell. */
static void note_restore(enum graphics_kind kind)
{
    size_t used = strlen(restore_text);
    if (kind == GRAPHICS_KITTY && !strstr(restore_text, graphics_end(kind)))
        append(restore_text + used, sizeof restore_text - used, graphics_end(kind));
}

/* Curses finds the entry in the variable itself; programs started from here see the old one. */
static SCREEN *open_direct(void)
{
    char *old = memory_string(getenv("TERMINFO"));
    setenv("TERMINFO", TERMINFO_ENTRY, 1);
    SCREEN *screen = newterm(TERMINFO_NAME, stdout, stdin);
    if (old)
        setenv("TERMINFO", old, 1);
    else
        unsetenv("TERMINFO");
    free(old);
    return screen;
}

/* Raw enough for single keys; Ctrl-S, Ctrl-Q, Ctrl-V, Ctrl-C and Ctrl-Z are ours. */
static void set_modes(void)
{
    struct termios modes;
    cbreak();
    noecho();
    nonl();
    if (tcgetattr(STDIN_FILENO, &modes) == 0) {
        modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
        modes.c_lflag &= ~(tcflag_t)IEXTEN;
        modes.c_lflag |=
            ISIG; /* but no byte of a paste is a signal: the loop does Ctrl-C, Ctrl-Z */
        modes.c_cc[VINTR] = modes.c_cc[VQUIT] = modes.c_cc[VSUSP] = _POSIX_VDISABLE;
        tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    }
    def_prog_mode();
}

/* Pastes come between marks, see input.h. */
static void mark_pastes(const struct terminal *terminal, bool on)
{
    if (terminal->ansi)
        sequences_send(on ? "\033[?2004h" : "\033[?2004l");
}

static void set_up(struct terminal *terminal, bool mouse)
{
    set_modes();
    if (has_colors() && terminal->depth != DEPTH_MONO) {
        start_color();
        use_default_colors();
        terminal->colors = COLORS;
    } else {
        terminal->depth = DEPTH_MONO;
    }
    keypad(stdscr, TRUE);
    typeahead(-1);
    terminal->keyboard = terminal_keyboard_create();
    leaveok(stdscr, FALSE);
    curs_set(0);
    prepare_restore(terminal);
    cells_init(&terminal->shown, 0, 0);
    painter_init(&terminal->painter, terminal->depth, terminal->colors, terminal->ascii);
    terminal->graphics = graphics_create();
    terminal->repaint = true;
    terminal_mouse(terminal, mouse);
    mark_pastes(terminal, true);
}

struct terminal *terminal_create(const struct terminal_options *options, struct error *err)
{
    struct terminal_entry found = terminal_entry_find();
    const char *name = getenv("TERM");
    enum depth depth = terminal_entry_depth(options->color, found.colors);
    if (!found.places && depth != DEPTH_TRUE) {
        fail_as(
            err, ERROR_USAGE, "TERM=%s: this terminal cannot move the cursor", name ? name : "");
        return NULL;
    }
    tcgetattr(STDIN_FILENO, &saved_termios);
    set_escdelay(25);
    bool carried = depth == DEPTH_TRUE || !found.name;
    SCREEN *screen = carried ? open_direct() : newterm(found.name, stdout, stdin);
    if (!screen) {
        fail_as(err, ERROR_USAGE, "TERM=%s: this terminal cannot be opened", name ? name : "");
        return NULL;
    }
    struct terminal *terminal = memory_array(1, sizeof *terminal);
    terminal->screen = screen;
    terminal->depth = carried && depth != DEPTH_MONO ? DEPTH_TRUE : depth;
    terminal->ascii = charset_is_ascii();
    terminal->modern = carried || found.colors >= 256;
    terminal->ansi = carried || found.ansi;
    terminal->guessed = found.guessed;
    set_up(terminal, options->mouse);
    bool ground = options->ask_ground && terminal->depth != DEPTH_MONO;
    bool graphics = options->ask_graphics && terminal->ansi && !terminal->ascii;
    if (terminal->modern && (ground || graphics))
        terminal_keyboard_ask(terminal->keyboard, ground, graphics);
    return terminal;
}

bool terminal_is_guessed(const struct terminal *terminal)
{
    return terminal->guessed;
}

bool terminal_ground(const struct terminal *terminal, uint32_t *rgb)
{
    return terminal_keyboard_ground(terminal->keyboard, rgb) ||
           colour_of_fgbg(getenv("COLORFGBG"), rgb);
}

void terminal_destroy(struct terminal *terminal)
{
    if (!terminal)
        return;
    terminal_mouse(terminal, false);
    mark_pastes(terminal, false);
    sequences_send(graphics_end(graphics_used(terminal->graphics)));
    curs_set(1);
    endwin();
    restore_needed = false;
    graphics_destroy(terminal->graphics);
    terminal_keyboard_destroy(terminal->keyboard);
    delscreen(terminal->screen);
    cells_finish(&terminal->shown);
    painter_finish(&terminal->painter);
    free(terminal);
}

enum depth terminal_depth(const struct terminal *terminal)
{
    return terminal->depth;
}

void terminal_size(const struct terminal *terminal, int *columns, int *rows)
{
    (void)terminal;
    getmaxyx(stdscr, *rows, *columns);
}

static bool cursor_differs(const struct cells *shown, const struct cells *cells)
{
    return shown->cursor_column != cells->cursor_column || shown->cursor_row != cells->cursor_row;
}

/* Through curses. */
static void show_by_curses(struct terminal *terminal, const struct cells *cells)
{
    const struct curses_cells how = {terminal->depth, terminal->colors, terminal->ascii};
    struct cells *shown = &terminal->shown;
    bool changed = false, hides = cells->cursor_column < 0;
    if (!terminal_cells_put(&how, shown, cells, terminal->repaint, &changed)) {
        reset_color_pairs(); /* start over with an empty table of pairs */
        terminal_cells_put(&how, shown, cells, true, &changed);
        clearok(curscr, TRUE);
    }
    changed = changed || cursor_differs(shown, cells);
    if ((shown->cursor_column < 0) != hides || terminal->repaint)
        curs_set(!hides);
    move(hides ? 0 : cells->cursor_row, hides ? 0 : cells->cursor_column);
    if (changed)
        refresh();
}

/* In our own bytes, in one piece. */
static void show_by_painter(struct terminal *terminal, const struct cells *cells)
{
    struct cells *shown = &terminal->shown;
    char cursor[32] = "";
    if (terminal->repaint)
        refresh(); /* curses has nothing on its screen; it may have to come back to it */
    struct cells covered;
    cells_init(&covered, cells->columns, cells->rows);
    graphics_copy(&covered, cells);
    graphics_plan(terminal->graphics, &covered);
    painter_paint(&terminal->painter, shown, &covered, terminal->repaint);
    cells_finish(&covered);
    const char *pictures = graphics_bytes(terminal->graphics, terminal->repaint);
    if (cells->cursor_column >= 0)
        snprintf(cursor, sizeof cursor, "\033[%d;%dH%s", cells->cursor_row + 1,
            cells->cursor_column + 1, shown->cursor_column < 0 ? "\033[?25h" : "");
    else if (shown->cursor_column >= 0 || terminal->repaint)
        snprintf(cursor, sizeof cursor, "\033[?25l");
    if (terminal->painter.n == 0 && !cursor_differs(shown, cells) && !terminal->repaint &&
        !*pictures)
        return;
    char *bytes = memory_format("\033[?2026h%s%s%s\033[?2026l",
        terminal->painter.n > 0 ? terminal->painter.bytes : "", pictures, cursor);
    sequences_send(bytes);
    free(bytes);
}

bool terminal_pixels(
    struct terminal *terminal, enum graphics_wish wish, struct view_state *view_state)
{
    const struct graphics_situation situation = {.wish = wish,
        .plain = terminal->ascii || !terminal->modern || !terminal->ansi,
        .colourless = terminal->depth == DEPTH_MONO,
        .multiplexed = graphics_multiplexed(getenv("TERM"), getenv("TMUX"), getenv("STY")),
        .remote = line_is_remote()};
    struct graphics_answers answers = *terminal_keyboard_graphics(terminal->keyboard);
    struct winsize size;
    if (!graphics_cell_size(answers.cell_width, answers.cell_height) &&
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        answers.cell_width = size.ws_xpixel / size.ws_col;
        answers.cell_height = size.ws_ypixel / size.ws_row;
    }
    enum graphics_kind kind = graphics_choose(&situation, &answers);
    if (graphics_use(terminal->graphics, kind, answers.cell_width, answers.cell_height))
        terminal->repaint = true;
    note_restore(kind);
    bool pixels = kind != GRAPHICS_BLOCKS, changes = pixels != view_state->pixels;
    view_state->pixels = pixels;
    view_state->cell_width = answers.cell_width;
    view_state->cell_height = answers.cell_height;
    return changes;
}

void terminal_show(struct terminal *terminal, const struct cells *cells)
{
    struct cells *shown = &terminal->shown;
    if (shown->columns != cells->columns || shown->rows != cells->rows) {
        cells_finish(shown);
        cells_init(shown, cells->columns, cells->rows);
        terminal->repaint = true;
    }
    if (terminal->modern && terminal->ansi)
        show_by_painter(terminal, cells);
    else
        show_by_curses(terminal, cells);
    shown->cursor_column = cells->cursor_column;
    shown->cursor_row = cells->cursor_row;
    terminal->repaint = false;
}

void terminal_lean(struct terminal *terminal, bool lean)
{
    enum depth depth = lean && terminal->depth == DEPTH_TRUE ? DEPTH_256 : terminal->depth;
    terminal->repaint = terminal->repaint || depth != terminal->painter.depth;
    terminal->painter.depth = depth;
}

void terminal_repaint(struct terminal *terminal)
{
    clearok(curscr, TRUE);
    terminal->repaint = true;
}

void terminal_resize(struct terminal *terminal)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS)) {
        resizeterm(size.ws_row, size.ws_col);
        terminal->repaint = true;
    }
}

void terminal_suspend(struct terminal *terminal)
{
    bool mouse = terminal->mouse;
    terminal_mouse(terminal, false);
    mark_pastes(terminal, false);
    sequences_send(graphics_end(graphics_used(terminal->graphics)));
    curs_set(1);
    endwin();
    restore_needed = false;
    signals_suspend();
    restore_needed = true;
    terminal_resize(terminal);
    terminal_repaint(terminal);
    terminal->title[0] = '\0';
    terminal->shown.cursor_column = 0; /* so that the cursor is hidden anew */
    curs_set(0);
    terminal_mouse(terminal, mouse);
    mark_pastes(terminal, true);
}

bool terminal_read(struct terminal *terminal, struct event *event)
{
    return terminal_keyboard_read(terminal->keyboard, event);
}

int terminal_patience(const struct terminal *terminal)
{
    return terminal_keyboard_patience(terminal->keyboard);
}

void terminal_mouse(struct terminal *terminal, bool on)
{
    terminal->mouse = on;
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    if (terminal->modern) /* movements with the button held: curses does not ask for them */
        sequences_send(on ? "\033[?1002h" : "\033[?1002l");
}

void terminal_title(struct terminal *terminal, const char *title)
{
    if (!terminal->modern || strncmp(terminal->title, title, sizeof terminal->title - 1) == 0)
        return;
    snprintf(terminal->title, sizeof terminal->title, "%s", title);
    sequences_title(title);
}

bool terminal_copy(struct terminal *terminal, const char *text)
{
    if (terminal->modern)
        sequences_copy(text);
    return terminal->modern;
}
