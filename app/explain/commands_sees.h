/* What a channel sees and why an image is read so: asked of the engine for what is on the screen.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_EXPLAIN_COMMANDS_SEES_H
#define SECATEUR_APP_EXPLAIN_COMMANDS_SEES_H

struct ui;

/* After each event and snapshot: asks for what the screen shows and is not known, while the engine
 * rests; never twice for the same. */
void commands_sees_follow(struct ui *ui);

#endif
