/* What a file says about where its numbers came from: metadata of figures, the head of a CSV.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FILES_NOTES_H
#define SECATEUR_VIEWS_FILES_NOTES_H

#include "views/files/export.h"

enum { NOTES_MAX = 40, NOTES_TEXT = 1024 };

struct notes {
    int n;
    struct {
        char key[24];
        char text[NOTES_TEXT]; /* one line of UTF-8 */
    } note[NOTES_MAX];
};

/* Program, model, layer, criterion, order, round, sets with their sizes, files with their digests,
 * command line; `what` comes first. */
void notes_fill(struct notes *notes, const struct export_request *request, const char *what);
/* What all that is shown was chosen with: the round looked at, else every round there is. */
struct knowledge notes_known(const struct snapshot *snapshot, const struct view_state *look);
void notes_add(struct notes *notes, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Net, layer, criterion, order and images in a sentence, for a caption; malloc'd. */
char *notes_sentence(const struct notes *notes);

#endif
