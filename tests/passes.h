/* Hands between the loops over images and the passes: the linker's --wrap=batched_pass_run and
 * --wrap=sparse_pass_run_all put them there. */
#ifndef SECATEUR_TESTS_PASSES_H
#define SECATEUR_TESTS_PASSES_H

/* The test's own: called by the worker that is about to begin a pass. */
void pass_begins(void);

#endif
