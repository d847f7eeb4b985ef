/* The table of detectors: detector_NAME, for each name in the list of meson.build. Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_DETECTORS_H
#define SECATEUR_ENGINE_DEFENCE_DETECTORS_H

#include "engine/defence/detectors/detector.h"

const struct detector *detectors_at(int index); /* NULL behind the last */
const struct detector *detectors_find(const char *name);

#endif
