/* Small nets with their sites, image sets and statistics, and the same nets in double precision:
 * what tests of criteria work on. Includes tests/test.h. */
#ifndef SECATEUR_TESTS_UNIT_CRITERIA_TRIAL_H
#define SECATEUR_TESTS_UNIT_CRITERIA_TRIAL_H

#include "engine/prune/criteria/criteria.h"
#include "engine/prune/evaluate/evaluator.h"

#include "tests/nets.h"
#include "tests/unit/common/double_net.h"

#include "tests/test.h"

#define refuse(...) (print_error(__VA_ARGS__), assert_true(false))
enum { TRIAL_NETS = 5, IMAGES = 40, CHANNELS = 16, LAYERS = 16 };
static const double close_to = 1e-5;

/* Sets: 0 clean, 1 poisoned. */
struct trial {
    struct network *network;
    struct prune_sites *sites;
    struct dataset *sets[2];
    struct pixel_scaling scaling;
    struct thread_pool *pool;
    struct evaluator *evaluator;
    struct channel_sums *sums[2][LAYERS];
    struct double_net *exact;
};

/* 0: Dense layers, convolutions, batch normalisation, a residual block, 4: depthwise. */
void trial_open(struct trial *trial, int net);
void trial_close(struct trial *trial);
void trial_run_exact(struct trial *trial, int set, int image);
struct criterion_input trial_input(const struct trial *trial, int site);
void trial_score(const struct criterion_input *input, const char *name, double *scores);
void trial_same(const struct trial *trial, int site, const char *name, const double *scores,
    const double *expected, double within);

#endif
