/* The verbs of the command line. A new verb is a file verb_<name>.c with its entry and its name in
 * the list of meson.build. Thread: the UI's. */
#ifndef SECATEUR_APP_VERBS_VERBS_H
#define SECATEUR_APP_VERBS_VERBS_H

#include "app/options/verb.h"

extern const struct verb *const verbs[]; /* ends with NULL; the first is the application */

#endif
