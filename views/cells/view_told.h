/* Texts that the application hands to views. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CELLS_VIEW_TOLD_H
#define SECATEUR_VIEWS_CELLS_VIEW_TOLD_H

#include "views/cells/theme.h"

/* A line of the help view, handed over by the application from its table of commands. */
#define HELP_WORDS "words" /* the group of terms: key is the term, there is no command */

struct help_line {
    const char *group;   /* "run"; lines of a group stand together */
    const char *key;     /* "Space", "Ctrl-R"; "" when there is none */
    const char *command; /* "run [N]", as typed after ':'; "" when there is none */
    const char *help;
};

enum { WELCOME_TEXT = 80 };

/* A line that is told on the empty curve: in whole where there is room, else in brief; lines of
 * high rank go first where there are few rows. */
struct welcome_line {
    enum role role;
    int rank;
    char text[WELCOME_TEXT], brief[WELCOME_TEXT];
};

#endif
