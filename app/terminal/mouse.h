/* Clicks, drags and the wheel out of what a terminal reports of its mouse. Pure.
 * Owner: struct input. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_MOUSE_H
#define SECATEUR_APP_TERMINAL_MOUSE_H

#include "app/terminal/keys.h"

struct mouse {
    double clicked; /* time and place of the last click */
    int column, row;
    bool dragged; /* moved with the button held, which is not let go yet */
};

void mouse_init(struct mouse *mouse);
/* place: button, column, row as reported, from 1; now: seconds. The event stays as it is where
 * nothing that counts was done. */
void mouse_report(
    struct mouse *mouse, struct event *event, const int place[3], bool released, double now);

#endif
