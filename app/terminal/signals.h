/* Signals without threads or locks: handlers write one byte to a pipe that the loop polls (never
 * signalfd: BLAS starts threads before main, which would swallow signals), or set one flag.
 * The pipe, the flag and the crash function are the only mutable globals. Thread: main's. */
#ifndef SECATEUR_APP_TERMINAL_SIGNALS_H
#define SECATEUR_APP_TERMINAL_SIGNALS_H

#include <stdatomic.h>
#include <stdbool.h>

/* At the start: files that grow beyond a limit are errors, not signals (XFSZ); a limit of processor
 * time warns (XCPU) before it kills. */
void signals_prepare(void);

/* For the terminal application: WINCH, TSTP, CONT and all that asks it to end arrive through the
 * pipe; INT or HUP do not where the caller had them ignored. On a
 * crash `restore` (async-signal-safe) runs first, then the signal kills as usual. */
bool signals_open(void (*restore)(void));
void signals_close(void);
int signals_fd(void);   /* for poll */
int signals_next(void); /* number of the next signal, 0: none */

/* Stops the process by SIGTSTP as the shell expects; returns after it was continued. */
void signals_suspend(void);
/* Dies by the signal, so that a shell sees 128 + n. */
void signals_die(int number);

/* For verbs: the first INT, TERM, HUP or XCPU sets the flag, a second one kills. */
const atomic_bool *signals_stop_flag(void);
void signals_stop(void);      /* the same without a signal */
int signals_stopped_by(void); /* 0: by none */

#endif
