/* The table of views: a new one is a file view_<name>.c and a name in meson.build.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_PANELS_VIEWS_H
#define SECATEUR_VIEWS_PANELS_VIEWS_H

#include "views/cells/view.h"

const struct view *views_at(int index); /* NULL behind the last; in the order of keys 1, 2, … */
const struct view *views_find(const char *name); /* the help too; NULL: there is none */
const struct view *views_help(void);             /* not among the numbered ones */

/* Is a message of the log cut at the right edge of this area? */
bool views_log_cuts(const struct view_input *input, struct area inside);

#endif
