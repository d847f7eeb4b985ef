/* Starts it with its state and configuration in that folder. */
#include "tests/screens/piped_screen.h"

#include <stdio.h>

struct harness *piped_screen(const struct piped *piped, const char *const *arguments)
{
    static char state[128], config[128];
    const char *const environment[] = {state, config, NULL};
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s/state", piped->folder);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s/config", piped->folder);
    const struct harness_options options = {.columns = 80,
        .rows = 24,
        .arguments = arguments,
        .environment = environment,
        .folder = piped->folder};
    return harness_start(&options);
}
