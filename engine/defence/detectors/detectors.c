/* The table of detectors, from the list in meson.build. */
#include "engine/defence/detectors/detectors.h"

#include <string.h>

#define ENTRY(name) extern const struct detector detector_##name;
#include "engine/defence/detectors/detectors.def"
#undef ENTRY

#define ENTRY(name) &detector_##name,
static const struct detector *const table[] = {
#include "engine/defence/detectors/detectors.def"
};
#undef ENTRY

enum { TABLE_SIZE = sizeof table / sizeof *table };

const struct detector *detectors_at(int index)
{
    return index >= 0 && index < TABLE_SIZE ? table[index] : NULL;
}

const struct detector *detectors_find(const char *name)
{
    const struct detector *detector;
    for (int i = 0; (detector = detectors_at(i)); i++)
        if (strcmp(detector->name, name) == 0)
            return detector;
    return NULL;
}
