/* Nets that were opened, with their images, in a file of the state folder that is the user's alone:
 * lines as they are typed behind `:open`. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_OPENING_RECENT_H
#define SECATEUR_APP_OPENING_RECENT_H

#include "engine/api/options.h"

enum { RECENT_MOST = 20, RECENT_LINE = 4096 };

struct recent {
    int n;
    char *line[RECENT_MOST]; /* the newest first */
};

/* Empty where there is no file, or it is not the user's alone. */
void recent_read(struct recent *recent);
void recent_finish(struct recent *recent);
/* Puts what the options open in front. What cannot be written is left. */
void recent_note(const struct options *options);
/* The line of this net among them, NULL: there is none. */
const char *recent_find(const struct recent *recent, const char *model);

#endif
