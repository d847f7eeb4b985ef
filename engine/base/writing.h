/* Who writes files. Of several processes that do the same work, all but one leave that to the one:
 * what they would write is well written, and nothing is looked for where it would stand.
 * Owner: the process. Thread: any reads; said once, at the start. */
#ifndef SECATEUR_ENGINE_BASE_WRITING_H
#define SECATEUR_ENGINE_BASE_WRITING_H

#include <stdbool.h>

bool writing_is_ours(void); /* true unless somebody said otherwise */
void writing_is_anothers(void);

#endif
