/* What GoodNet and detectors are worth, for every medium. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_DEFENCE_H
#define SECATEUR_APP_TABLES_DEFENCE_H

#include "app/tables/table.h"
#include "engine/api/detection.h"
#include "views/facts/goodnet.h"

/* A row: a repaired net on a set of images; or, where `defence` is NULL, what never answers the
 * target class, told as that of `who`. */
struct defence_row {
    const char *name, *data;
    const struct defence *defence;
    const struct outcome *count, *of;
    enum goodnet_who who;
};
extern const struct results_table table_goodnet; /* of a snapshot's detection; exported */
extern const struct results_table table_defence; /* the same columns; source: defence_row [n] */
extern const struct results_table table_ratings; /* source: defence_row [n] */

/* GoodNet with the net of a threshold, as a row of table_thresholds. */
struct threshold_goodnet {
    const struct snapshot *snapshot;
    const struct threshold *threshold;
    const struct goodnet *counts;
};
extern const struct results_table
    table_threshold_goodnet; /* source: a threshold_goodnet; text alone */

extern const struct results_table table_accepted; /* source: a struct goodnet */

#define RATING_ABOUT \
    "DER, the defence effectiveness rating against B: 0.5 where nothing was gained or lost."

struct agreement_row {
    const char *name, *data;
    const struct goodnet_counts *counts;
};
extern const struct results_table table_agreement; /* source: agreement_row [n] */
enum { AGREEMENT_PARTS = 5 };
const char *agreement_part(const struct goodnet_counts *counts, int part, int *count);

/* Operating points of all detectors, of a snapshot's detection: by detector, set, rate. */
extern const struct results_table table_detectors;
#define DETECTORS_ABOUT                                                                          \
    "A detector flags an image whose score lies above a threshold: the lowest that keeps false " \
    "alarms on the clean validation images within what is allowed. No other images set it."
/* The row of a detector's first rate on a set. */
int detectors_row(const struct detection *detection, int detector, enum detection_data data);

/* One number with its set, what it is of and what was read. */
struct finding {
    const char *net, *data, *detector;
    const struct operating_point *at; /* NULL: of no threshold */
    char measure[48];
    const char *of;
    int count, n; /* of a share; n 0: `value` alone */
    double value;
    const char *read;
};
extern const struct results_table table_findings; /* source: finding [n] */

#endif
