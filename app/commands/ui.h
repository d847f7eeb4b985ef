/* The terminal application without a terminal: keys and snapshots in, cells out. Commands change
 * it; the loop carries out what it asks of the terminal. Owner: verb_app. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_UI_H
#define SECATEUR_APP_COMMANDS_UI_H

#include "app/commands/ui_state.h"

#include <stdint.h>

/* Without a snapshot: it comes with the engine, whoever sets it gives a count of it away. */
void ui_init(struct ui *ui, struct arguments *arguments);
void ui_finish(struct ui *ui);
/* Another session takes over: its snapshot (taken over, nothing is measured in it) and arguments.
 * How things are looked at stays, cursors do not. */
void ui_take_session(struct ui *ui, struct arguments *arguments, const struct snapshot *snapshot);

void ui_resize(struct ui *ui, int columns, int rows);
/* The terminal's background is known; true: what is seen changes. */
bool ui_ground(struct ui *ui, uint32_t rgb);
/* Dark or light, as the background is, from now on. */
void ui_follow_ground(struct ui *ui);

/* For commands. */
void ui_post(struct ui *ui, enum command_kind kind, int number, double value, const char *text);
/* COMMAND_DATA, and the arguments once it is done. value: the file's number in a journal. */
void ui_change_file(struct ui *ui, enum session_file file, const char *path);
void ui_file_changed(struct ui *ui);   /* the engine has taken it */
void ui_remember(const struct ui *ui); /* what is open, among recent nets */
/* The same for what acts on the net: panels show the net's own round again, not one seen earlier.
 */
void ui_act(struct ui *ui, enum command_kind kind, int number);
void ui_act_text(struct ui *ui, enum command_kind kind, int number, const char *text);
void ui_say(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ui_complain(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ui_focus(struct ui *ui, int view, bool zoomed);
void ui_inspect(struct ui *ui);        /* the channel that is seen large, when the engine rests */
bool ui_attended(const struct ui *ui); /* somebody is there to answer questions */
bool ui_working(const struct ui *ui);  /* on what a pause ends: not on opening files */
bool ui_ready(struct ui *ui);          /* rounds can be asked for; else says why not */
int ui_round(const struct ui *ui);     /* the one panels show */

#endif
