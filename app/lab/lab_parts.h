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
/* The net that the case is about: the suggested repair, else the last B'; NULL: none. */
const struct lab_net *lab_shown_net(const struct lab *lab);
/* The curve and the faces of the case. */
bool lab_case_figures(struct lab *lab, struct document *document, struct error *err);
/* The case in one screen: verdict, headline numbers, what remains unknown, the figures. */
bool lab_case(struct lab *lab, struct document *document, struct error *err);
/* Parts of both reports. */
void lab_cite(const struct lab *lab, struct document *document);
void lab_inputs(const struct lab *lab, struct document *document);

#endif
