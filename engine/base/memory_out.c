/* The end when memory is out. Leans on the C library alone. */
#include "engine/base/memory_out.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static void (*last_act)(void);

void memory_before_end(void (*act)(void))
{
    last_act = act;
}

/* Nothing here asks for memory. */
_Noreturn void memory_run_out(void)
{
    static const char line[] =
        "secateur: memory is out; --threads 1 and a smaller --memory need less. Rounds of the "
        "terminal application are kept: secateur --resume\n";
    static atomic_flag ends = ATOMIC_FLAG_INIT;
    while (atomic_flag_test_and_set(&ends))
        pause(); /* another thread says it */
    if (last_act)
        last_act();
    if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
        _exit(EXIT_FAILURE);
    _exit(EXIT_FAILURE);
}
