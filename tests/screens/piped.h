/* The real program without a terminal: a command line in, what it prints and returns out, in a
 * folder of its own that is its home, too. Owner: the test. */
#ifndef SECATEUR_TESTS_SCREENS_PIPED_H
#define SECATEUR_TESTS_SCREENS_PIPED_H

#include <stdbool.h>

/* Plain text on the demo's first images: enough for what is asked, in a quarter of the time. */
#define PLAIN "--plain --limit 240"

struct piped {
    char folder[64]; /* made by piped_init, removed by piped_finish */
    char *out, *errors;
};

void piped_init(struct piped *piped);
void piped_finish(struct piped *piped);

/* The one of a test that needs no other, as fixtures of its group. */
extern struct piped program;
int piped_set_up(void **state);
int piped_tear_down(void **state);

/* Writes a file into the folder. */
void piped_file(struct piped *piped, const char *name, const char *text);
/* The text of a file in the folder, malloc'd; NULL: it is not there. */
char *piped_read(const struct piped *piped, const char *name);
/* Runs `secateur ARGUMENTS` with the input on standard input; out and errors are renewed. Returns
 * the exit status, -1: ended by a signal. */
int piped_run(struct piped *piped, const char *arguments, const char *input);
/* Do what was printed, and the errors, have the text? Says so when not. */
bool piped_says(const struct piped *piped, const char *text);
bool piped_errs(const struct piped *piped, const char *text);

#endif
