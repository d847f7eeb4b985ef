/* A line of text being typed: UTF-8, with a cursor. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_SCREEN_EDIT_H
#define SECATEUR_APP_SCREEN_EDIT_H

#include <stdbool.h>

enum { EDIT_TEXT = 512 };

struct edit {
    char text[EDIT_TEXT];
    int length, cursor; /* bytes */
};

void edit_set(struct edit *edit, const char *text); /* cursor at its end */
bool edit_key(struct edit *edit, int key);          /* false: not a key of editing */
/* Types what was pasted at the cursor: runs of line breaks and tabs become a space, none at the
 * end; other control and direction characters and broken UTF-8 are left out. */
enum edit_pasted { EDIT_WHOLE, EDIT_CLEANED, EDIT_CUT };
enum edit_pasted edit_paste(struct edit *edit, const char *text);
int edit_column(const struct edit *edit); /* cells before the cursor */

#endif
