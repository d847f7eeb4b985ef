/* The table of attacks, from the list of names in meson.build, and the usual targets. */
#include "engine/attack/attacks/attack.h"

#include "engine/base/spelling.h"

#include <string.h>

#define ENTRY(name) extern const struct attack attack_##name;
#include "engine/attack/attacks/attacks.def"
#undef ENTRY

static const struct attack *const attacks[] = {
#define ENTRY(name) &attack_##name,
#include "engine/attack/attacks/attacks.def"
#undef ENTRY
};
enum { N = sizeof attacks / sizeof *attacks };

int attack_target(const struct attack_setup *setup, int trigger)
{
    return (setup->target + trigger) % setup->n_classes;
}

int attack_wants_target(const struct attack_setup *setup, int trigger, int class)
{
    int target = attack_target(setup, trigger);
    return class == target ? -1 : target;
}

const struct attack *attacks_at(int index)
{
    return index >= 0 && index < N ? attacks[index] : NULL;
}

const struct attack *attacks_find(const char *name, struct error *err)
{
    const char *names[N];
    char hint[SPELLING_HINT];
    for (int i = 0; i < N; i++) {
        names[i] = attacks[i]->name;
        if (strcmp(names[i], name) == 0)
            return attacks[i];
    }
    fail_as(err, ERROR_USAGE, "no attack %s; %s", name, spelling_hint(hint, name, names, N));
    return NULL;
}
