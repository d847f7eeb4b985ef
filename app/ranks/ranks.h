/* The program as one of several that mpirun started. A program alone sees nothing of this.
 * In order: ranks_begin, ranks_meet, the verb, ranks_end, the error is shown, ranks_leave.
 * Thread: main's. */
#ifndef SECATEUR_APP_RANKS_RANKS_H
#define SECATEUR_APP_RANKS_RANKS_H

#include "app/options/verb.h"

/* Before anything is printed: ranks but rank 0 print and write nothing from here on. */
void ranks_begin(void);
/* Whether the verb can share its work; where this is one of several programs. */
bool ranks_check(const struct verb *verb, struct error *err);
/* Meets the others, and compares command lines and input files. */
bool ranks_meet(const struct arguments *arguments, struct error *err);

/* How the work ended on all ranks; false with err, the same everywhere. */
bool ranks_end(bool good, struct error *err);
/* The exit status where the work ended with `status` (0: well). Ranks that never met leave what is
 * wrong with the command line to rank 0, so that it has time to say it. */
int ranks_leave(int status);

#endif
