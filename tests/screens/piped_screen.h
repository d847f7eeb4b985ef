/* The real program on a terminal, in the folder of a piped program, which is its home too.
 * Owner: the test (harness_stop). */
#ifndef SECATEUR_TESTS_SCREENS_PIPED_SCREEN_H
#define SECATEUR_TESTS_SCREENS_PIPED_SCREEN_H

#include "tests/screens/harness.h"
#include "tests/screens/piped.h"

struct harness *piped_screen(const struct piped *piped, const char *const *arguments);

#endif
