/* A repaired net beside the net as it came and beside the trivial defence. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_REPAIRED_H
#define SECATEUR_APP_TABLES_REPAIRED_H

#include "app/tables/outcomes.h"

enum { REPAIRED_ROWS = 12, REPAIRED_WHY = 1000 };

struct repaired {
    const struct snapshot *snapshot; /* of the repair: no poisoned or test image is in it */
    const char *name;                /* of the repair; "none": the net is as it came */
    int suspect;                     /* class that is suspected, -1: none */
    int n_rows;
    struct outcome_row rows[REPAIRED_ROWS]; /* before, after, trivial, for each set of images */
    char why[REPAIRED_WHY];                 /* that repair, and that suspect */
    const char *path;
    bool judged;                /* poisoned images were read, after the net was saved */
    int n_poisoned, n_left_out; /* of them; those that truly show the target do not count */
    struct worth worth;
};

/* Source: a struct repaired. */
extern const struct results_table table_repaired;

/* What is not known, in sentences. */
extern const char repaired_unknown[];

#endif
