/* One interactive command: what runs it, what it is called, and where its key is hinted at.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMAND_H
#define SECATEUR_APP_COMMANDS_COMMAND_H

#include <stdbool.h>

#define COMMANDS_RUN "run"
#define COMMANDS_CHOOSE "choose"
#define COMMANDS_MOVE "move"
#define COMMANDS_LOOK "look"
#define COMMANDS_SAVE "save"
#define COMMANDS_PROGRAM "program"

enum { COMMANDS_HELP_COLUMNS = 38 }; /* room for .help in the help of 80 columns */

struct ui;

struct action {
    const char *name;     /* "goto" */
    const char *argument; /* "ROUND"; in brackets when it may be left out; NULL: takes none */
    const char *instead;  /* what to type when it is given one: "run drop 10"; NULL: its name */
    const char *keys;     /* "Space", "s ."; "" for none */
    const char *group;    /* heading in the help */
    const char *help;
    void (*run)(struct ui *ui, const char *argument);
    /* Offers arguments for completion: calls overlay_add for each. May be NULL. */
    void (*offer)(struct ui *ui, const struct action *action);

    const char *view;  /* its keys work in this panel only; NULL: in every one */
    const char *hint;  /* its word in the hint bar, NULL: not there */
    const char *where; /* the hint is for these panels only, or "zoomed", or "dashboard" */
    const char *key;   /* shown in the hint instead of the first of keys */
    bool (*when)(const struct ui *ui); /* the hint is shown while this holds; NULL: always */
    int rank;                          /* of the hint: where there is little room the lowest stay */

    bool counts;     /* digits typed before its key are its argument */
    bool acts;       /* on the net as it stands, which a round seen earlier is not */
    bool pauses;     /* acts too, but only pauses while the engine works */
    bool screen;     /* has no meaning without a screen */
    bool opens_line; /* text may be typed or pasted afterwards */
};

#endif
