/* The real program in a pseudo-terminal, seen through libvterm: keys in, a grid of cells out.
 * Waiting is for what is seen, never for a time. Owner: the test. */
#ifndef SECATEUR_TESTS_SCREENS_HARNESS_H
#define SECATEUR_TESTS_SCREENS_HARNESS_H

#include "views/cells/cells.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { HARNESS_PATIENCE = 120000 }; /* milliseconds, for what takes long on a loaded machine */

struct harness;

struct harness_options {
    int columns, rows;
    const char *const *arguments;   /* of the program, NULL-terminated; may be NULL */
    const char *const *environment; /* "NAME=value" added, "NAME" removed; NULL-terminated */
    const char *folder;             /* where it runs; NULL: here */
};

/* Starts SECATEUR_BUILD/secateur with TERM=xterm-256color, COLORTERM=truecolor, C.UTF-8. */
struct harness *harness_start(const struct harness_options *options);
void harness_stop(struct harness *harness); /* kills what still runs */

void harness_keys(struct harness *harness, const char *bytes);
pid_t harness_child(const struct harness *harness);
void harness_resize(struct harness *harness, int columns, int rows);
void harness_signal(struct harness *harness, int number);

/* Until the text is (is no more) on the screen, in one row. False: not in time; says what is. */
bool harness_wait(struct harness *harness, const char *text);
bool harness_wait_gone(struct harness *harness, const char *text);
bool harness_sees(struct harness *harness, const char *text);
/* Until nothing came for so many milliseconds in which the program was not at work. */
void harness_settle(struct harness *harness, int quiet);
/* Until the screen tells a round with this number or a later one, which may go by unseen. */
bool harness_wait_round(struct harness *harness, int round);
/* Until the program ended; its status as waitpid says it, -1: it did not end. */
int harness_end(struct harness *harness);

/* One row as UTF-8 without trailing blanks; valid until the next call. */
const char *harness_row(struct harness *harness, int row);
struct cells harness_cells(struct harness *harness); /* cells_finish */
bool harness_on_alternate_screen(const struct harness *harness);
bool harness_shows_cursor(const struct harness *harness);
bool harness_is_cooked(const struct harness *harness); /* ECHO and ICANON are back */
/* All bytes the program wrote so far. */
const char *harness_bytes(const struct harness *harness, size_t *n);

#endif
