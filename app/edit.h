/* A line of text being typed: UTF-8, with a cursor. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_EDIT_H
#define SECATEUR_APP_EDIT_H

#include <stdbool.h>

enum { EDIT_TEXT = 512 };

struct edit {
    char text[EDIT_TEXT];
    int length, cursor; /* bytes */
};

void edit_set(struct edit *edit, const char *text); /* cursor at its end */
bool edit_key(struct edit *edit, int key);          /* false: not a key of editing */
int edit_column(const struct edit *edit);           /* characters before the cursor */

#endif
