/* The switches of shortcuts.h: one flag each, whose zero is "on". */
#include "engine/base/shortcuts.h"

static bool off[SHORTCUT_COUNT];

bool shortcut_on(enum shortcut shortcut)
{
    return !off[shortcut];
}

void shortcut_switch(enum shortcut shortcut, bool on)
{
    off[shortcut] = !on;
}

void shortcut_switch_all(bool on)
{
    for (int i = 0; i < SHORTCUT_COUNT; i++)
        off[i] = !on;
}

const char *shortcut_name(enum shortcut shortcut)
{
    static const char *const names[SHORTCUT_COUNT] = {"batched", "winograd", "fused pooling",
        "sparse", "suffix cache", "certificate", "incremental", "recompute", "int16 arg-max",
        "linear layers", "trials remembered"};
    return names[shortcut];
}
