/* Tables of a snapshot that is worked on. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_TABLES_H
#define SECATEUR_APP_TABLES_TABLES_H

#include "app/tables/table.h"
#include "engine/api/detection.h"

/* Every round; each place where channels can be pruned; the net's layers; the nets of thresholds,
 * on validation, then on test images. */
extern const struct results_table table_rounds, table_layers, table_net_layers, table_thresholds;

/* What its columns mean, said in one way wherever they stand. */
#define LAYERS_NEVER_ACTIVE "Never active: channels that are zero on all clean images."
#define LAYERS_COST                                                                             \
    "Cost of half: points of clean accuracy lost when the less active half of the channels is " \
    "pruned."
#define LAYERS_SEPARATION                                                                        \
    "Separation: the largest distance of a channel's means on poisoned and on clean images, in " \
    "standard deviations (σ)."
#define LAYERS_SAMPLE                                                                            \
    "Cost and repair are measured on at most 1,000 images of each set. Where more than half of " \
    "the attack is left, the best is no repair."

/* A net that was saved. */
struct pruned_net {
    const struct snapshot *snapshot;
    const char *path;
};
extern const struct results_table table_pruned; /* source: a pruned_net */

/* "validation", "test" */
const char *tables_data(enum detection_data data);

#endif
