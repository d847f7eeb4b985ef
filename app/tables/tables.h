/* Tables of a snapshot that is worked on. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_TABLES_H
#define SECATEUR_APP_TABLES_TABLES_H

#include "app/tables/table.h"
#include "engine/api/detection.h"

/* Every round; each place where channels can be pruned; the net's layers; the nets of thresholds,
 * on validation, then on test images. */
extern const struct results_table table_rounds, table_layers, table_net_layers, table_thresholds;

/* A net that was saved. */
struct pruned_net {
    const struct snapshot *snapshot;
    const char *path;
};
extern const struct results_table table_pruned; /* source: a pruned_net */

/* "validation", "test" */
const char *tables_data(enum detection_data data);

#endif
