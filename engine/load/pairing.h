/* Whether poisoned images are clean ones with a trigger laid on, image i of one set on image i of
 * the other. Thread: any, while nobody writes to the sets. */
#ifndef SECATEUR_ENGINE_LOAD_PAIRING_H
#define SECATEUR_ENGINE_LOAD_PAIRING_H

#include "engine/load/dataset.h"

/* True only where the pictures themselves say so: as many of both; all pairs agree, to a grey level
 * or two, in every place outside one region (the trigger's) of at most half the picture; and
 * outside it pictures tell each other apart, so that agreeing means something. */
bool pairing_holds(const struct dataset *clean, const struct dataset *poisoned);

#endif
