#include "engine/defence/detectors.h"

#include <string.h>

static const struct detector *const detectors[] = {
    &detector_logit,
    &detector_margin,
    &detector_agreement,
};

const struct detector *detectors_at(int index)
{
    int n = (int)(sizeof detectors / sizeof *detectors);
    return index >= 0 && index < n ? detectors[index] : NULL;
}

const struct detector *detectors_find(const char *name)
{
    const struct detector *detector;
    for (int i = 0; (detector = detectors_at(i)); i++)
        if (strcmp(detector->name, name) == 0)
            return detector;
    return NULL;
}
