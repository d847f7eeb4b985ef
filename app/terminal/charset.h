/* What characters can be shown. Sets LC_CTYPE alone; LC_NUMERIC stays "C". Thread: main's. */
#ifndef SECATEUR_APP_TERMINAL_CHARSET_H
#define SECATEUR_APP_TERMINAL_CHARSET_H

#include <stdbool.h>

/* Takes the environment's locale; where it is missing or not UTF-8, C.UTF-8. */
void charset_init(void);
/* The person asked for C or POSIX, or no UTF-8 locale could be had. */
bool charset_is_ascii(void);

#endif
