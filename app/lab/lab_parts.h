/* What both exercises are made of: with poisoned images (lab.h) and without (defender.h).
 * Thread: the UI's. */
#ifndef SECATEUR_APP_LAB_LAB_PARTS_H
#define SECATEUR_APP_LAB_LAB_PARTS_H

#include "app/headless/headless.h"
#include "app/lab/lab.h"
#include "views/cells/view_state.h"

/* A command with a text; the newest snapshot, counted. */
bool lab_run(struct headless *headless, enum command_kind kind, int number, const char *text,
    struct error *err);
const struct snapshot *lab_keep(struct headless *headless);
/* Makes DIR/<stem>.<format> with its table and .tex, and puts the picture into the document. */
bool lab_figure(struct lab *lab, struct document *document, const char *export, const char *format,
    const struct snapshot *snapshot, const struct view_state *view_state, const char *stem,
    const char *caption, struct error *err);
/* Parts of both reports. */
void lab_inputs(const struct lab *lab, struct document *document);

#endif
