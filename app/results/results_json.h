/* Results as JSON that the lab's record has too; new references. Thread: the UI's. */
#ifndef SECATEUR_APP_RESULTS_RESULTS_JSON_H
#define SECATEUR_APP_RESULTS_RESULTS_JSON_H

#include "app/tables/table_json.h"
#include "engine/api/detection.h"

/* Of a detection: sets, warning, nets and detectors. */
struct json_t *results_detection(const struct snapshot *snapshot);
/* B, B' and G, their shares with count, n and interval, and how they agree. */
struct json_t *results_defence(const struct defence *defence);
/* What a net was chosen with. */
struct json_t *results_knowledge(const struct knowledge *known);

#endif
