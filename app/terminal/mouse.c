/* What the button numbers of xterm's mouse reports mean. */
#include "app/terminal/mouse.h"

static const double click_holds = 0.4; /* seconds in which a second click makes a double one */

enum { SHIFT_ALT_CTRL = 4 | 8 | 16, LEFT_MOVED = 32, WHEEL_UP = 64, WHEEL_DOWN = 65 };

void mouse_init(struct mouse *mouse)
{
    *mouse = (struct mouse){.clicked = -1e9};
}

static int clicked(struct mouse *mouse, const struct event *event, double now)
{
    bool twice = now - mouse->clicked < click_holds && event->column == mouse->column &&
                 event->row == mouse->row;
    mouse->clicked = twice ? -1e9 : now;
    mouse->column = event->column;
    mouse->row = event->row;
    return twice ? PRESS_DOUBLE_CLICK : PRESS_CLICK;
}

void mouse_report(
    struct mouse *mouse, struct event *event, const int place[3], bool released, double now)
{
    int button = place[0] & ~SHIFT_ALT_CTRL;
    event->column = place[1] - 1;
    event->row = place[2] - 1;
    if (released) {
        event->key = mouse->dragged ? PRESS_RELEASE : PRESS_NONE;
        mouse->dragged = false;
    } else if (button == WHEEL_UP || button == WHEEL_DOWN) {
        event->key = button == WHEEL_UP ? PRESS_WHEEL_UP : PRESS_WHEEL_DOWN;
    } else if (button == LEFT_MOVED) {
        mouse->dragged = true;
        event->key = PRESS_DRAG;
    } else if (button == 0) {
        mouse->dragged = false;
        event->key = clicked(mouse, event, now);
    }
}
