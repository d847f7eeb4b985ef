/* The detectors that the table lists. */
#ifndef SECATEUR_ENGINE_DEFENCE_DETECTORS_H
#define SECATEUR_ENGINE_DEFENCE_DETECTORS_H

#include "engine/defence/detector.h"

extern const struct detector detector_agreement;
extern const struct detector detector_logit;
extern const struct detector detector_margin;

#endif
