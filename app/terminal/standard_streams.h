/* Standard input, output and error. Any may be closed when the program begins: without care the
 * next file that is opened gets its number, and takes what is printed. Thread: main's. */
#ifndef SECATEUR_APP_TERMINAL_STANDARD_STREAMS_H
#define SECATEUR_APP_TERMINAL_STANDARD_STREAMS_H

#include "engine/base/error.h"

/* Before anything is opened: gives each that is closed a place that can neither be read nor
 * written. False: that cannot be done. */
bool standard_streams_fill(struct error *err);

/* For a process beside one that says the same: what it prints goes nowhere, until
 * standard_streams_unmute (async-signal-safe) gives it standard error back for a last word. */
void standard_streams_mute(void);
void standard_streams_unmute(void);

/* Writes out what was printed; false with err (ERROR_OUTPUT) where some of it was lost, now or
 * before. */
bool standard_streams_flush(struct error *err);

/* Why standard input could not be read, by errno; false. */
bool standard_streams_fail_input(struct error *err);

#endif
