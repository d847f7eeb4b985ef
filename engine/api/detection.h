/* What one COMMAND_DETECT found of a defence: GoodNet for each repaired net, and detectors, which
 * flag an image whose score lies above a threshold set on clean validation images alone.
 * Counted and immutable, part of a snapshot. What predictions of a round alone tell can be counted
 * at any time: measures/goodnet.h. Thread: any. */
#ifndef SECATEUR_ENGINE_API_DETECTION_H
#define SECATEUR_ENGINE_API_DETECTION_H

#include "engine/api/snapshot.h"
#include "engine/measures/goodnet.h"

enum detection_data { DATA_VALIDATION, DATA_TEST, N_DATA };
enum { DETECTION_RATES = 3, DETECTION_NAME = 64, DETECTION_WARNING = 512 };

/* How a repaired net came from B. */
enum kinship {
    KIN_SAME,   /* no weight differs */
    KIN_PRUNED, /* weights that differ are all zero */
    KIN_OTHER,  /* anything else with the same input and classes: fine-tuned, or another net */
};

struct detection_net {
    char name[DETECTION_NAME]; /* "B'(4)", "round 12", "lab3_repaired_4.h5" */
    double points;             /* threshold at which it was kept, 0: none */
    int index;                 /* round of the branch that was detected, -1: a file */
    const struct round *round; /* the same, held: it alone says which net it was; NULL: a file */
    enum kinship kinship;
    struct knowledge known; /* what it was chosen with; a file that does not say is unknown */
    int n_zeroed;           /* weights that are zero here and not in B */
    struct defence defence[N_DATA];            /* n 0: not asked, or no such images */
    const uint16_t *predicted[N_DATA][N_SETS]; /* [n], NULL: no such images */
};

/* Corners of a receiver operating curve, from 0, 0 to all, all; the straight lines between them
 * are exact, where scores tie they slope. */
struct roc {
    int n[N_SETS]; /* clean, poisoned images */
    double auc;    /* exact, ties half; -1: a set is empty */
    int n_points;
    const int *flagged[N_SETS]; /* [n_points] how many of n have scores above a threshold */
};

/* The least threshold that flags at most `rate` percent of the clean validation images, and what
 * has scores above it. */
struct operating_point {
    double rate; /* 1, 5, 10 */
    double threshold;
    int flagged[N_DATA][N_SETS]; /* of n of the curve */
};

struct detector_result {
    const char *name, *help, *source;
    enum badge badge; /* of the threshold; never oracle */
    int net;          /* which of `nets` is compared with B, -1: B alone is read */
    struct roc roc[N_DATA];
    struct operating_point at[DETECTION_RATES];
};

struct detection {
    int branch;                                /* whose rounds were detected */
    const char *name[N_DATA][N_SETS];          /* of the image sets, NULL: none */
    int n[N_DATA][N_SETS];                     /* 0: none, or not asked */
    char warning[DETECTION_WARNING];           /* "" or which test images are validation images */
    const int32_t *truth[N_DATA];              /* [n poisoned] true classes, NULL: unknown */
    const uint16_t *predicted[N_DATA][N_SETS]; /* [n] of B */
    int n_nets;
    const struct detection_net
        *nets; /* [n_nets] thresholds ascending, the net as it stood, files */
    int n_detectors;
    const struct detector_result *detectors; /* [n_detectors] of B alone, then net by net */
};

#endif
