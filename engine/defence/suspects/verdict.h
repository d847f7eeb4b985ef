/* What the search for a backdoor comes to: nothing stands out, classes that do, or doubt; and why,
 * in plain words. From the margins that inputs reach, the sizes of inverted masks beside those of
 * other classes, the class map that one perturbation causes, and whether the net reads clean images
 * at all (with a wrong range of pixels every number is nonsense). The limits were chosen on nets
 * with known truth, and judged on others: 19 of 20 attacked nets are named, 1 of 20 clean ones
 * wrongly (docs/guide/defending-a-net.md). Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_VERDICT_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_VERDICT_H

#include "engine/defence/suspects/class_map.h"

enum { SCAN_STANDING_MAX = 8, SCAN_WHY = 480 };

enum scan_verdict_kind {
    SCAN_UNCLEAR, /* doubt: `why` says what would help */
    SCAN_NOTHING, /* nothing stands out: no proof that there is no backdoor */
    SCAN_CLASSES, /* classes stand out */
    SCAN_TO_ALL,  /* one small perturbation leads every class to another one */
};

struct scan_class {
    int class;
    double outlier; /* of its margin (target_scan.h) */
    double mask;    /* pixels of its inverted mask; -1: none was inverted */
    bool good;      /* the mask turns enough images */
    bool compared;  /* others are compared with it: it was not chosen for its margin */
};

struct scan_evidence {
    int n;
    const struct scan_class *classes;
    const struct class_map *map; /* or NULL */
    const double *pairs;         /* [n_classes * n_classes] of pairs.h; NULL: not looked at */
    int n_classes;
    int n_images;          /* clean images that triggers were inverted on; 0: not told */
    double clean_accuracy; /* of the net on the clean images, 0..1; -1: there are none */
};

struct scan_verdict {
    enum scan_verdict_kind kind;
    int n_standing, standing[SCAN_STANDING_MAX]; /* classes, the clearest first; of doubt too */
    int source; /* the class whose images alone are led to standing[0]; -1: those of every class */
    double usual; /* median mask of the compared classes that do not stand out; -1: none */
    double share; /* of the smallest mask in it; -1 */
    /* Anomaly index of the smallest mask (Neural Cleanse): distance of its logarithm from the
     * median, in units of 1.4826 MAD, of all that were inverted; 0: too few. */
    double index;
    char why[SCAN_WHY]; /* sentences */
};

void scan_judge(const struct scan_evidence *evidence, struct scan_verdict *verdict);

#endif
