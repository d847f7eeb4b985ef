/* What is open: one engine with its journal, and perhaps another net that is being opened beside
 * it. Nothing changes until that one is measured: then it takes the place of the first, whose
 * journal stays. One that cannot be opened, or is cancelled, leaves no trace. Beside the tour the
 * first waits with all it has, and comes back. Owner: verb_app. Thread: the UI's. */
#ifndef SECATEUR_APP_SHELL_WORKSPACE_H
#define SECATEUR_APP_SHELL_WORKSPACE_H

#include "app/commands/ui.h"
#include "engine/api/engine.h"

struct workspace;

/* Begins with what ui->arguments say, and ui->journal; ui has its first snapshot then, and its
 * commands go to that engine. `wake`: as of engine_create, for any engine. */
struct workspace *workspace_create(struct ui *ui, void (*wake)(void *context), void *context);
void workspace_destroy(struct workspace *workspace);

struct engine *workspace_engine(const struct workspace *workspace);
bool workspace_rests(struct workspace *workspace); /* the engine does, and nothing is opened */

/* Begins to open what a command asked for (ui->wanted), goes on with it, and says how far it is; or
 * has the one that waits come back (ui->comes_back). True: ui shows another session now. */
bool workspace_turn(struct workspace *workspace);
/* Gives up what is being opened; false: nothing is. */
bool workspace_cancel(struct workspace *workspace);

#endif
