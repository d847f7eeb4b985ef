/* Reads what ssh and mosh put into the environment. */
#include "app/terminal/line.h"

#include <stdlib.h>

bool line_is_remote(void)
{
    static const char *const names[] = {"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "MOSH_IP"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return true;
    }
    return false;
}
