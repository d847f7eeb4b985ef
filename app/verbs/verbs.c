/* The table of verbs: entries are found from the names in meson.build. */
#include "app/verbs/verbs.h"

#include <stddef.h>

#define ENTRY(name) extern const struct verb verb_##name;
#include "app/verbs/verbs.def"
#undef ENTRY

#define ENTRY(name) &verb_##name,
const struct verb *const verbs[] = {
#include "app/verbs/verbs.def"
    NULL};
