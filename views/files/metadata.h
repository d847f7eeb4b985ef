/* What a file says about where its numbers came from: metadata of figures, the head of a CSV.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FILES_METADATA_H
#define SECATEUR_VIEWS_FILES_METADATA_H

#include "views/files/export.h"

enum { METADATA_MAX = 40, METADATA_TEXT = 1024 };

struct metadata {
    int n;
    struct {
        char key[24];
        char text[METADATA_TEXT]; /* one line of UTF-8 */
    } entry[METADATA_MAX];
};

/* Program, model, layer, criterion, order, round, sets with their sizes, files with their digests,
 * command line; `what` comes first. */
void metadata_fill(
    struct metadata *metadata, const struct export_request *request, const char *what);
/* What all that is shown was chosen with: the round looked at, else every round there is. */
struct knowledge metadata_known(
    const struct snapshot *snapshot, const struct view_state *view_state);
void metadata_add(struct metadata *metadata, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Net, layer, criterion, order and images in a sentence, for a caption; malloc'd. */
char *metadata_sentence(const struct metadata *metadata);

#endif
