/* The program as tests start it, wait for it and end it, each step asserted (cmocka). */
#ifndef SECATEUR_TESTS_SCREENS_PROGRAM_H
#define SECATEUR_TESTS_SCREENS_PROGRAM_H

#include "tests/screens/harness.h"

/* Arguments: the first images of the demo, enough for a screen, in a quarter of the time. */
extern const char *const program_few[];

/* With the embedded demo. Owner: the test, until it quits. */
struct harness *program_start(int columns, int rows, const char *const *environment);
/* Started, opened and waiting for keys. */
struct harness *program_open(int columns, int rows);
/* The terminal is as it was before. */
void program_assert_restored(struct harness *harness);
/* Nothing was pruned, so nothing is asked. */
void program_quit(struct harness *harness);
/* Something was pruned and is not saved. */
void program_quit_unsaved(struct harness *harness);

#endif
