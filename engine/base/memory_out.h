/* Where memory is out and nothing asked whether there is any. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_MEMORY_OUT_H
#define SECATEUR_ENGINE_BASE_MEMORY_OUT_H

/* Ends the program in one line, without what exit() does: other threads may be at work. */
_Noreturn void memory_run_out(void);
/* Done just before that line, by the thread that ran out; must ask for no memory. Set once, at the
 * start. */
void memory_before_end(void (*act)(void));

#endif
