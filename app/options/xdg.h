/* Folders of one's own, as the XDG base directory specification says. Thread: any. */
#ifndef SECATEUR_APP_OPTIONS_XDG_H
#define SECATEUR_APP_OPTIONS_XDG_H

/* "$XDG_STATE_HOME/secateur", "~/.local/state/secateur"; malloc'd, NULL: there is no home. */
char *xdg_state(void);
/* "$XDG_CONFIG_HOME/secateur", "~/.config/secateur"; the same. */
char *xdg_config(void);

#endif
