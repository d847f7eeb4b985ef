/* A detection as JSON, for results and for the lab's record. Thread: the UI's. */
#ifndef SECATEUR_APP_RESULTS_RESULTS_GOODNET_H
#define SECATEUR_APP_RESULTS_RESULTS_GOODNET_H

#include "engine/api/detection.h"

struct json_t;

/* Sets, warning, nets and detectors; a new reference. */
struct json_t *results_detection(const struct detection *detection);
/* B, B' and G, their shares with count, n and interval, and how they agree. */
struct json_t *results_defence(const struct defence *defence);
/* What a net was chosen with. */
struct json_t *results_knowledge(const struct knowledge *known);

#endif
