/* The whole screen, as the program would draw it, of a made-up snapshot: no terminal, no engine,
 * no clock. Owner: the caller. */
#ifndef SECATEUR_TESTS_SCREENS_WHOLE_H
#define SECATEUR_TESTS_SCREENS_WHOLE_H

#include "app/commands/ui.h"

/* Commands go nowhere. The snapshot outlives the screen. */
void whole_init(struct ui *ui, const struct snapshot *snapshot);
void whole_finish(struct ui *ui);
/* Keys by their words, separated by blanks: "2 z Down"; "@faces" has that panel large. */
void whole_press(struct ui *ui, const char *keys);
/* Draws at that size; cells_finish. */
struct cells whole_draw(struct ui *ui, int columns, int rows);

#endif
