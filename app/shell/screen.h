/* Draws the whole application into cells: status, panels, hints, what lies over them. Pure.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_SCREEN_H
#define SECATEUR_APP_SHELL_SCREEN_H

#include "app/commands/ui.h"
#include "app/screen/tabs.h"

void screen_draw(const struct ui *ui, struct cells *cells);
void screen_tabs_keys(const struct ui *ui, struct tabs_keys *keys); /* the person's */
void screen_title(const struct ui *ui, char *text, int size);       /* of the window */

#endif
