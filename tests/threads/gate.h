/* Hands between the engine's loops and passes: the linker puts them there (--wrap), so that work
 * lasts until a test has asked it to stop. Thread: any. */
#ifndef SECATEUR_TESTS_THREADS_GATE_H
#define SECATEUR_TESTS_THREADS_GATE_H

#include <stdatomic.h>

extern atomic_int gate_passes;     /* begun so far */
extern atomic_int gate_at;         /* the pass with this number, and any later, waits */
extern atomic_int gate_delay_us;   /* what each takes longer */
extern atomic_bool gate_no_thread; /* once it is true nobody gets a thread */

/* For cmocka: the folder emptied, the gate open, a net and images written. */
int gate_set_up(void **state);

#endif
