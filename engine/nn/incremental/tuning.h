/* Constants of incremental sums that were chosen by measurement; results do not depend on them. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_TUNING_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_TUNING_H

enum {
    /* Values in a window up to which adding them up again is cheaper than keeping the sum. */
    DELTA_RECOMPUTED_MAX = 512,
    /* Larger matrices get the Frobenius norm as their bound: the spectral one costs filters^3 and
     * depth x filters^2 once for each plan. */
    DELTA_SPECTRAL_FILTERS = 256,
    DELTA_SPECTRAL_DEPTH = 4096,
};

#endif
