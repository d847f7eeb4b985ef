/* The table of exports. */
#include "views/figures/exports.h"

#include <string.h>

static const struct export *const table[] = {
    &exports_curves,
    &exports_loss,
    &exports_tradeoff,
    &exports_channels,
    &exports_activations,
    &exports_thresholds,
    &exports_confusion,
    &exports_branches,
    &exports_goodnet,
    &exports_roc,
    &exports_sheet,
    &exports_face,
    &exports_pair,
    &exports_faces,
};

const struct export *exports_at(int index)
{
    int n = sizeof table / sizeof *table;
    return index >= 0 && index < n ? table[index] : NULL;
}

const struct export *exports_find(const char *name)
{
    for (int i = 0; exports_at(i); i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}
