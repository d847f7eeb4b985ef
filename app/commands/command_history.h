/* What was typed behind ':', kept from one start to the next in the state folder. Owner: struct
 * ui. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMAND_HISTORY_H
#define SECATEUR_APP_COMMANDS_COMMAND_HISTORY_H

enum { TYPED_LINES = 100 };

struct command_history {
    int n;
    char *line[TYPED_LINES]; /* oldest first */
    char *path;              /* of the file, NULL: none is kept */
};

/* Reads what earlier starts left, and keeps what comes. Without a place for it nothing is kept. */
void command_history_open(struct command_history *typed);
void command_history_add(struct command_history *typed, const char *line);
void command_history_finish(struct command_history *typed);

#endif
