/* The gate in front of passes, and threads that nobody gets. */
#include "tests/threads/gate.h"

#include "tests/passes.h"
#include "tests/threads/front.h"
#include "tests/unit/session/session_trial.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>

atomic_int gate_passes;
atomic_int gate_at = INT_MAX;
atomic_int gate_delay_us;

void pass_begins(void)
{
    int number = atomic_fetch_add(&gate_passes, 1) + 1;
    while (number >= atomic_load(&gate_at))
        front_linger(100);
    front_linger(atomic_load(&gate_delay_us));
}

/* The gate opens once engine_destroy has asked for a stop, and waits for the thread. */
int __real_pthread_join(pthread_t thread, void **value);
int __wrap_pthread_join(pthread_t thread, void **value);

int __wrap_pthread_join(pthread_t thread, void **value)
{
    atomic_store(&gate_at, INT_MAX);
    return __real_pthread_join(thread, value);
}

atomic_bool gate_no_thread;
int __real_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);

int __wrap_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    return atomic_load(&gate_no_thread)
               ? EAGAIN
               : __real_pthread_create(thread, attributes, start, argument);
}

int gate_set_up(void **state)
{
    trial_each(state);
    atomic_store(&gate_delay_us, 0);
    atomic_store(&gate_at, INT_MAX);
    trial_write(trial_net("branch"));
    return 0;
}
