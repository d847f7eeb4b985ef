/* The head of a journal: what it was begun with. Only options that decide which nets and sets are
 * opened, and how they are read; never what is written, where, or whether over another file.
 * Thread: any. */
#ifndef SECATEUR_APP_SCRIPT_JOURNAL_HEAD_H
#define SECATEUR_APP_SCRIPT_JOURNAL_HEAD_H

#include "app/options/arguments.h"
#include "engine/base/error.h"

#include <stddef.h>

struct journal_head {
    char *text;              /* of the whole file, malloc'd */
    size_t size, begin, end; /* of the commands: behind the head, behind the last whole one */
    int lines;               /* of the head */
    int n_files;             /* that came later */
    char **files;            /* [n_files], malloc'd */
};

/* Without its last line. malloc'd; NULL with err: an input cannot be read any more. */
char *journal_head_text(const struct arguments *arguments, struct error *err);
/* A line for a file that came while the session ran, its number-th. The same. */
char *journal_head_file(int number, const char *file, struct error *err);
/* Bytes of the head in front of the lines of later files. */
size_t journal_head_own(const struct journal_head *head);
/* Opens, locks and reads the journal that arguments->resume names, "": the newest that nobody
 * writes and that began with arguments' net, if they name one. */
bool journal_head_find(const struct arguments *arguments, char **path, int *fd,
    struct journal_head *head, struct error *err);
/* What a journal is told from others by: "bd_net.h5, round 12"; "demo" where it names no net.
 * malloc'd; NULL: it cannot be read, or is none. */
char *journal_head_about(const char *path);
/* Takes its options over into the arguments, and compares the inputs. Fails (ERROR_INPUT) at an
 * option that no journal has, where arguments say otherwise already and where an input is not what
 * it was. *inputs: which files it names, malloc'd, "": none. */
bool journal_head_apply(struct journal_head *head, const char *path, struct arguments *arguments,
    char **inputs, struct error *err);

#endif
