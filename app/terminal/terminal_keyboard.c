/* Bytes from standard input to the decoder; the keys that the terminfo entry names. */
#include "app/terminal/terminal_keyboard.h"

#include "app/terminal/sequences.h"
#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* Seconds in which nearly all terminals answer; the first picture waits so long at most. */
static const double patience = 0.15;

enum { EARLY = 32 };

struct terminal_keyboard {
    struct input *input;
    struct event early[EARLY]; /* pressed while the answer was waited for */
    int n_early, next_early;
};

/* What this terminal sends for keys, where it is not the common sequence. */
static void define_keys(struct input *input)
{
    static const struct {
        const char *capability;
        int key;
    } keys[] = {{"kcub1", PRESS_LEFT}, {"kcuf1", PRESS_RIGHT}, {"kcuu1", PRESS_UP},
        {"kcud1", PRESS_DOWN}, {"khome", PRESS_HOME}, {"kend", PRESS_END}, {"kpp", PRESS_PAGE_UP},
        {"knp", PRESS_PAGE_DOWN}, {"kcbt", PRESS_BACK_TAB}, {"kbs", PRESS_BACKSPACE},
        {"kdch1", PRESS_DELETE}, {"kent", PRESS_ENTER}, {"kf1", PRESS_F1}, {"kf2", PRESS_F1 + 1},
        {"kf3", PRESS_F1 + 2}, {"kf4", PRESS_F1 + 3}, {"kf5", PRESS_F1 + 4}, {"kf6", PRESS_F1 + 5},
        {"kf7", PRESS_F1 + 6}, {"kf8", PRESS_F1 + 7}, {"kf9", PRESS_F1 + 8}, {"kf10", PRESS_F1 + 9},
        {"kf11", PRESS_F1 + 10}, {"kf12", PRESS_F12}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *sequence = tigetstr(keys[i].capability);
        if (sequence && sequence != (const char *)-1)
            input_define(input, sequence, keys[i].key);
    }
}

struct terminal_keyboard *terminal_keyboard_create(void)
{
    struct terminal_keyboard *keyboard = memory_array(1, sizeof *keyboard);
    keyboard->input = input_create();
    define_keys(keyboard->input);
    return keyboard;
}

void terminal_keyboard_destroy(struct terminal_keyboard *keyboard)
{
    input_destroy(keyboard->input);
    free(keyboard);
}

/* What is there now, at most one piece of it; false: nothing is. */
static bool read_piece(struct terminal_keyboard *keyboard, int milliseconds)
{
    char bytes[4096];
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&fd, 1, milliseconds) <= 0 || !(fd.revents & POLLIN))
        return false;
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n > 0)
        input_feed(keyboard->input, bytes, (size_t)n, clock_seconds());
    return n > 0;
}

bool terminal_keyboard_read(struct terminal_keyboard *keyboard, struct event *event)
{
    if (keyboard->next_early < keyboard->n_early) {
        *event = keyboard->early[keyboard->next_early++];
        return true;
    }
    do
        if (input_next(keyboard->input, event, clock_seconds()))
            return true;
    while (read_piece(keyboard, 0));
    return false;
}

int terminal_keyboard_patience(const struct terminal_keyboard *keyboard)
{
    if (keyboard->next_early < keyboard->n_early)
        return 0;
    double seconds = input_patience(keyboard->input, clock_seconds());
    return seconds < 0 ? -1 : (int)(seconds * 1000) + 1;
}

/* The background's colour; whether a picture of one pixel could be shown, by kitty's protocol; the
 * size of a cell; then what every terminal answers. A multiplexer would take the picture for a
 * title: it is asked for the last alone. */
static void send_questions(bool background, bool graphics)
{
    bool between = graphics_multiplexed(getenv("TERM"), getenv("TMUX"), getenv("STY"));
    const char *program = getenv("TERM_PROGRAM");
    bool shows = program && strcmp(program, "Apple_Terminal") == 0; /* APC as text */
    if (background)
        sequences_send("\033]11;?\033\\");
    if (graphics && !between && !shows)
        sequences_send("\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\");
    if (graphics)
        sequences_send("\033[16t");
    sequences_send("\033[c");
}

void terminal_keyboard_ask(struct terminal_keyboard *keyboard, bool background, bool graphics)
{
    double begun = clock_seconds(), now = begun;
    bool room = true;
    input_asked(keyboard->input, begun);
    send_questions(background, graphics);
    for (; room && !input_answered(keyboard->input) && now - begun < patience;
         now = clock_seconds()) {
        struct event event;
        read_piece(keyboard, (int)((begun + patience - now) * 1000) + 1);
        while (room && input_next(keyboard->input, &event, clock_seconds())) {
            keyboard->early[keyboard->n_early++] = event;
            room = keyboard->n_early < EARLY && event.key != PRESS_PASTE;
        }
    }
}

const struct graphics_answers *terminal_keyboard_graphics(const struct terminal_keyboard *keyboard)
{
    return input_graphics(keyboard->input);
}

bool terminal_keyboard_ground(const struct terminal_keyboard *keyboard, uint32_t *rgb)
{
    return input_ground(keyboard->input, rgb);
}
