/* Journals as files: only one's own are opened, and each by one process at a time. Thread: any. */
#ifndef SECATEUR_APP_SCRIPT_JOURNAL_FILE_H
#define SECATEUR_APP_SCRIPT_JOURNAL_FILE_H

#include "engine/base/error.h"

#include <stddef.h>

#define JOURNAL_ENDING ".journal"

enum {
    JOURNALS_MOST = 20,           /* in the folder, after a new one began */
    JOURNAL_SIZE_MOST = 64 << 20, /* bytes of one that is read */
};

/* A file that nobody else may have written: a regular one, no link, the user's, and not writable by
 * others. Opened without waiting, locked, read to its end. -1 with err (ERROR_INPUT); else *text is
 * malloc'd and has no zero byte but its last. */
int journal_file_open(const char *path, char **text, size_t *size, struct error *err);
/* A new one, the user's alone, locked. -1 with err (ERROR_OUTPUT). */
int journal_file_make(const char *path, struct error *err);
/* Names of journals in the folder, the oldest first, malloc'd; n of them. */
char **journal_file_names(const char *folder, int *n);
/* Removes all but the newest; a file that somebody writes stays. */
void journal_file_sweep(const char *folder);

#endif
