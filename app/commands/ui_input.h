/* What the application remembers of keys that are not done yet. Owner: struct ui. Thread: the UI's.
 */
#ifndef SECATEUR_APP_COMMANDS_UI_INPUT_H
#define SECATEUR_APP_COMMANDS_UI_INPUT_H

#include "app/opening/listing.h"
#include "app/opening/recent.h"
#include "app/script/script.h"
#include "engine/api/command.h"
#include "engine/api/session_file.h"

#include <stdbool.h>

/* Digits choose a panel at once, and are a count if a key that takes one follows soon: then the
 * focus goes back. */
struct counting {
    int number; /* 0: none */
    double typed;
    int focus; /* as it was before */
    bool zoomed, detail;
};

/* Characters that came at once, see paste.h. */
struct burst {
    int dropped;
};

/* Where the net stood when it rested last, on a slow line. */
struct calm {
    bool known;
    int branch, position;
};

/* A file in place of another, or beside it, until the engine has taken or refused it. */
struct changing {
    bool any;
    enum session_file file;
    char path[COMMAND_TEXT]; /* "": none any more */
};

/* A journal that a session goes on with, and its lines, until the session is open. */
struct resuming {
    struct journal *journal; /* NULL: none */
    struct scripts scripts;
};

/* Files that are being chosen. */
struct picking {
    int what; /* they are for, see app/picker/file_picker.c */
    struct listing listing;
    struct recent recent;
    char *net, *clean; /* that were chosen; NULL: not yet */
};

/* How much may be sent to the terminal. */
enum link { LINK_AUTO, LINK_FAST, LINK_SLOW, N_LINKS };

/* The command that said last on which round it would act, and the round that was seen then. */
struct warned {
    const struct action *action; /* NULL: none */
    int seen;
};

#endif
