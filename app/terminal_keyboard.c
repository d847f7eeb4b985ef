#include "app/terminal_keyboard.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <curses.h>
#include <stdlib.h>

struct terminal_keyboard {
    WINDOW *pad;    /* never drawn: reading from it refreshes nothing */
    double clicked; /* time and place of the last click */
    int column, row;
};

/* Forms of keys that some terminals send instead of what the entry says. */
static void define_keys(void)
{
    static const struct {
        const char *sequence;
        int code;
    } keys[] = {{"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[H", KEY_HOME},
        {"\033[F", KEY_END}, {"\033OH", KEY_HOME}, {"\033OF", KEY_END}, {"\033[7~", KEY_HOME},
        {"\033[8~", KEY_END}, {"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT},
        {"\033[D", KEY_LEFT}, {"\033[1;2A", KEY_PPAGE}, {"\033[1;2B", KEY_NPAGE},
        {"\033[1;2C", KEY_RIGHT}, {"\033[1;2D", KEY_LEFT}, {"\033[1;5C", KEY_END},
        {"\033[1;5D", KEY_HOME}, {"\033[11~", KEY_F(1)}, {"\033OP", KEY_F(1)}, {"\033OQ", KEY_F(2)},
        {"\033[12~", KEY_F(2)}, {"\033OR", KEY_F(3)}, {"\033[13~", KEY_F(3)}, {"\033OS", KEY_F(4)},
        {"\033[14~", KEY_F(4)}, {"\033[15~", KEY_F(5)}, {"\033[17~", KEY_F(6)},
        {"\033[18~", KEY_F(7)}, {"\033[19~", KEY_F(8)}, {"\033[20~", KEY_F(9)},
        {"\033[21~", KEY_F(10)}, {"\033[23~", KEY_F(11)}, {"\033[24~", KEY_F(12)},
        {"\033[Z", KEY_BTAB}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        define_key(keys[i].sequence, keys[i].code);
}

struct terminal_keyboard *terminal_keyboard_create(void)
{
    struct terminal_keyboard *keyboard = memory_array(1, sizeof *keyboard);
    keyboard->pad = newpad(1, 1);
    keypad(keyboard->pad, TRUE);
    nodelay(keyboard->pad, TRUE);
    define_keys();
    return keyboard;
}

void terminal_keyboard_destroy(struct terminal_keyboard *keyboard)
{
    delwin(keyboard->pad);
    free(keyboard);
}

static int special_key(int code)
{
    static const struct {
        int code, key;
    } table[] = {
        {KEY_LEFT, PRESS_LEFT},
        {KEY_RIGHT, PRESS_RIGHT},
        {KEY_UP, PRESS_UP},
        {KEY_DOWN, PRESS_DOWN},
        {KEY_HOME, PRESS_HOME},
        {KEY_END, PRESS_END},
        {KEY_PPAGE, PRESS_PAGE_UP},
        {KEY_NPAGE, PRESS_PAGE_DOWN},
        {KEY_BTAB, PRESS_BACK_TAB},
        {KEY_BACKSPACE, PRESS_BACKSPACE},
        {KEY_DC, PRESS_DELETE},
        {KEY_ENTER, PRESS_ENTER},
    };
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return PRESS_F1 + code - KEY_F(1);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].code == code)
            return table[i].key;
    return PRESS_NONE;
}

static int plain_key(wint_t character)
{
    if (character == '\n')
        return PRESS_ENTER;
    return character == 127 || character == 8 ? PRESS_BACKSPACE : (int)character;
}

/* Two presses on one place within 0.4 s. */
static int click_key(struct terminal_keyboard *keyboard, int column, int row)
{
    double now = clock_seconds();
    bool twice =
        now - keyboard->clicked < 0.4 && column == keyboard->column && row == keyboard->row;
    keyboard->clicked = twice ? 0 : now;
    keyboard->column = column;
    keyboard->row = row;
    return twice ? PRESS_DOUBLE_CLICK : PRESS_CLICK;
}

static void read_mouse(struct terminal_keyboard *keyboard, struct event *event)
{
    MEVENT mouse;
    event->key = PRESS_NONE;
    if (getmouse(&mouse) != OK)
        return;
    event->column = mouse.x;
    event->row = mouse.y;
    if (mouse.bstate & BUTTON1_PRESSED)
        event->key = click_key(keyboard, mouse.x, mouse.y);
    else if (mouse.bstate & BUTTON4_PRESSED)
        event->key = PRESS_WHEEL_UP;
    else if (mouse.bstate & BUTTON5_PRESSED)
        event->key = PRESS_WHEEL_DOWN;
}

bool terminal_keyboard_read(struct terminal_keyboard *keyboard, struct event *event)
{
    wint_t character;
    *event = (struct event){0};
    int status = wget_wch(keyboard->pad, &character);
    if (status == ERR)
        return false;
    if (status != KEY_CODE_YES)
        event->key = plain_key(character);
    else if (character == KEY_MOUSE)
        read_mouse(keyboard, event);
    else
        event->key = special_key((int)character);
    return true;
}
