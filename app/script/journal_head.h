/* The head of a journal: what it was begun with. Finds journals, and sweeps old ones away.
 * Thread: any. */
#ifndef SECATEUR_APP_SCRIPT_JOURNAL_HEAD_H
#define SECATEUR_APP_SCRIPT_JOURNAL_HEAD_H

#include "app/options/arguments.h"
#include "engine/base/error.h"

#define JOURNAL_ENDING ".journal"

enum { JOURNALS_KEPT = 20 }; /* when a new one begins, older ones are removed */

struct journal_head {
    char *text;        /* of the whole file, malloc'd */
    size_t begin, end; /* of the commands: behind the head, behind the last whole one */
    int lines;         /* of the head */
};

/* malloc'd; NULL with err: an input cannot be read any more. */
char *journal_head_text(const struct arguments *arguments, struct error *err);
/* Opens, locks and reads the journal that arguments->resume names, "": the newest that nobody
 * writes and that began with arguments' net, if they name one. */
bool journal_head_find(const struct arguments *arguments, char **path, int *fd,
    struct journal_head *head, struct error *err);
/* Takes its settings over into the arguments, and compares the inputs. Fails where arguments say
 * otherwise already and where an input is not what it was. */
bool journal_head_apply(const struct journal_head *head, const char *path,
    struct arguments *arguments, struct error *err);
/* Removes all but the newest; a file that somebody writes stays. */
void journal_heads_prune(const char *folder);

#endif
