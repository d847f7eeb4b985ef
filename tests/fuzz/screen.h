/* A program without terminal and engine, on a made-up snapshot, for targets that it reads lines of.
 */
#ifndef SECATEUR_TESTS_FUZZ_SCREEN_H
#define SECATEUR_TESTS_FUZZ_SCREEN_H

#include "app/commands/ui.h"
#include "tests/fuzz/fuzz.h"

struct fuzz_screen {
    struct ui ui;
    struct snapshot *snapshot;
    int posted; /* commands for the engine */
};

void fuzz_screen_init(struct fuzz_screen *screen);
void fuzz_screen_finish(struct fuzz_screen *screen);
/* Files and folders here, but for those whose names begin with a point. */
int fuzz_screen_files(void);

#endif
