/* Folders of one's own, as the XDG base directory specification says. Thread: any. */
#ifndef SECATEUR_APP_OPTIONS_PLACES_H
#define SECATEUR_APP_OPTIONS_PLACES_H

#include "engine/base/error.h"

/* "$XDG_STATE_HOME/secateur", "~/.local/state/secateur"; malloc'd, NULL: there is no home. */
char *places_state(void);
/* "$XDG_CONFIG_HOME/secateur", "~/.config/secateur"; the same. */
char *places_config(void);
/* Makes a folder and those above it, for its owner alone. */
bool places_make(const char *folder, struct error *err);

#endif
