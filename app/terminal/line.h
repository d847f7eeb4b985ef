/* What lies between the program and its terminal. Thread: any. */
#ifndef SECATEUR_APP_TERMINAL_LINE_H
#define SECATEUR_APP_TERMINAL_LINE_H

#include <stdbool.h>

/* Is the terminal at the other end of a network line, as ssh and mosh tell? */
bool line_is_remote(void);

#endif
