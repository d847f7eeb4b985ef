/* What was typed behind ':', kept from one start to the next in the state folder. Owner: struct
 * ui. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_TYPED_H
#define SECATEUR_APP_COMMANDS_TYPED_H

enum { TYPED_LINES = 100 };

struct typed {
    int n;
    char *line[TYPED_LINES]; /* oldest first */
    char *path;              /* of the file, NULL: none is kept */
};

/* Reads what earlier starts left, and keeps what comes. Without a place for it nothing is kept. */
void typed_open(struct typed *typed);
void typed_add(struct typed *typed, const char *line);
void typed_finish(struct typed *typed);

#endif
