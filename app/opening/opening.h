/* What is to be opened in place of what is open: a command line of its own. Owner: who made it
 * (opening_destroy), as long as an engine works with its arguments. Thread: the UI's. */
#ifndef SECATEUR_APP_OPENING_OPENING_H
#define SECATEUR_APP_OPENING_OPENING_H

#include "app/options/arguments.h"
#include "engine/base/error.h"

struct opening {
    struct arguments arguments;
    int n;
    char **words; /* [n] that the arguments were read from, and borrow */
    bool aside;   /* the session that is open waits meanwhile, and comes back */
    bool alike;   /* its images are those of the net that was open */
};

/* `line`: "NET --clean FILE …", options as behind `secateur`; "demo": the built-in one. Options
 * that say how the program works stay as they are in `now`; those of net, images, layer and order
 * go. Without --clean the images of `like` are taken (NULL: none). NULL with err. */
struct opening *opening_create(
    const char *line, const struct arguments *now, const struct options *like, struct error *err);
/* The same for the session of a journal ("": the newest), whose options are none of these. */
struct opening *opening_resume(const char *file, const struct arguments *now, struct error *err);
void opening_destroy(struct opening *opening); /* accepts NULL */

#endif
