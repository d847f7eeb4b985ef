/* Runs the built program in a folder of its own and reads what it printed, wrote and returned.
 * Thread: the test's. */
#ifndef SECATEUR_TESTS_SCREENS_COMMAND_LINE_H
#define SECATEUR_TESTS_SCREENS_COMMAND_LINE_H

#include <jansson.h>
#include <stdbool.h>

extern char command_line_folder[];

/* Runs the program in that folder; standard output is malloc'd into *out (may be NULL).
 */
int command_line_run(const char *arguments, char **out);

/* That prints JSON and ends with status 0. */
json_t *command_line_json(const char *arguments);

/* Is the text in the first line of standard error? */
bool command_line_errors_say(const char *text);

bool command_line_exists(const char *name);

/* For a group of tests. */
int command_line_make_folder(void **state);
int command_line_remove_folder(void **state);

#endif
