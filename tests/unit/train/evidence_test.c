/* Criteria that are measured apart (Taylor, entropy, greedy) against their formulas, computed anew
 * in double precision. */
#include "engine/prune/scan/entropy.h"
#include "engine/prune/scan/greedy.h"
#include "engine/train/saliency.h"

#include "tests/unit/common/criteria_trial.h"

/* Sum over positions of a dL/da is dL/df of a channel that is multiplied by f, at f = 1. */
static void taylor_exactly(struct trial *trial, int site, double *expected)
{
    static const double step = 1e-5;
    const struct prune_site *at = &trial->sites->site[site];
    size_t positions =
        shape_count(&trial->network->layers[at->measured].shape) / (size_t)at->n_channels;
    double squares = 0;
    for (int c = 0; c < at->n_channels; c++) {
        expected[c] = 0;
        for (int image = 0; image < IMAGES; image++) {
            double loss[2];
            trial->exact->scaled = at->measured;
            trial->exact->channel = c;
            for (int side = 0; side < 2; side++) {
                trial->exact->factor = side ? 1 + step : 1 - step;
                trial_run_exact(trial, 0, image);
                loss[side] = double_net_loss(trial->exact, dataset_labels(trial->sets[0])[image]);
            }
            expected[c] += fabs((loss[1] - loss[0]) / (2 * step)) / (double)positions / IMAGES;
        }
        squares += expected[c] * expected[c];
    }
    trial->exact->scaled = -1;
    for (int c = 0; c < at->n_channels; c++)
        expected[c] /= sqrt(squares);
}

static void taylor_is_activation_times_gradient(void **state)
{
    (void)state;
    static const struct batch_runner_hooks hooks = {0};
    for (int net = 0; net < TRIAL_NETS; net++) {
        struct trial trial;
        struct error err = {0};
        double *scores[LAYERS], expected[CHANNELS], given[CHANNELS];
        trial_open(&trial, net);
        const struct saliency_images images = {trial.sets[0], &trial.scaling, IMAGES};
        for (int s = 0; s < trial.sites->n; s++)
            scores[s] = memory_array(CHANNELS, sizeof **scores);
        assert_true(
            saliency_taylor(trial.network, trial.sites, &images, trial.pool, &hooks, scores, &err));
        for (int s = 0; s < trial.sites->n; s++) {
            struct criterion_input input = trial_input(&trial, s);
            input.evidence[EVIDENCE_TAYLOR] = scores[s];
            trial_score(&input, "taylor", given);
            taylor_exactly(&trial, s, expected);
            trial_same(&trial, s, "taylor", given, expected, close_to);
            free(scores[s]);
        }
        trial_close(&trial);
    }
}

/* What a site's activation function is given, over both sets; returns how many values. */
static int pre_activations(struct trial *trial, int site, int channel, double *values)
{
    const struct prune_site *at = &trial->sites->site[site];
    int layer = entropy_activating_layer(trial->network, at), n = 0;
    assert_true(layer >= 0);
    size_t count = shape_count(&trial->network->layers[layer].shape);
    for (int image = 0; image < 2 * IMAGES; image++) {
        trial_run_exact(trial, image / IMAGES, image % IMAGES);
        for (size_t i = 0; i < count; i++)
            if (i % (size_t)at->n_channels == (size_t)channel)
                values[n++] = trial->exact->linear[layer][i];
    }
    return n;
}

/* Its entropy; *unsure: values so near to the edge of a bin that rounding may put them into the
 * next one. */
static double entropy_exactly(const double *values, int n, int *unsure)
{
    enum { BINS = 2000 };
    int counts[BINS] = {0};
    double mean = 0, variance = 0, entropy = 0, largest = 0;
    for (int i = 0; i < n; i++) {
        mean += values[i] / n;
        largest = fmax(largest, fabs(values[i]));
    }
    for (int i = 0; i < n; i++)
        variance += (values[i] - mean) * (values[i] - mean) / n;
    *unsure = 0;
    for (int i = 0; i < n; i++) {
        double place = (values[i] - mean) / sqrt(variance) * 10;
        counts[(int)floor(place) + BINS / 2]++;
        *unsure += fabs(place - round(place)) < 1e-4 + 1e-5 * largest / sqrt(variance);
    }
    for (int b = 0; b < BINS; b++)
        entropy -= counts[b] > 0 ? (double)counts[b] / n * log((double)counts[b] / n) : 0;
    return entropy;
}

static void entropy_is_that_of_standardised_values(void **state)
{
    (void)state;
    static const struct batch_runner_hooks hooks = {0};
    double *values = memory_array((size_t)2 * IMAGES * 64, sizeof *values);
    for (int net = 0; net < TRIAL_NETS; net++) {
        struct trial trial;
        struct error err = {0};
        trial_open(&trial, net);
        const struct entropy_images images = {trial.sets[0], trial.sets[1], &trial.scaling, 0};
        for (int s = 0; s < trial.sites->n; s++) {
            struct criterion_input input = trial_input(&trial, s);
            double scores[CHANNELS], given[CHANNELS];
            assert_true(entropy_of_site(
                trial.network, input.site, &images, trial.pool, &hooks, scores, &err));
            input.evidence[EVIDENCE_ENTROPY] = scores;
            trial_score(&input, "entropy", given);
            for (int c = 0; c < input.site->n_channels; c++) {
                int unsure, n = pre_activations(&trial, s, c, values);
                double expected = entropy_exactly(values, n, &unsure);
                if (fabs(given[c] - expected) > close_to + unsure * 2 * log(n) / n)
                    refuse("entropy of channel %d at %s is %.9g, not %.9g (%d unsure of %d)\n", c,
                        input.site->name, given[c], expected, unsure, n);
            }
        }
        trial_close(&trial);
    }
    free(values);
}

/* Images of a set that are read as wanted with the pruned channels and one more. */
static int right_without(struct trial *trial, int site, const bool *gone, int channel, int set)
{
    struct network *pruned = network_clone(trial->network);
    const struct prune_site *at = &trial->sites->site[site];
    int right = 0;
    for (int c = 0; c < at->n_channels; c++)
        if (gone[c] || c == channel)
            prune_site_prune(at, pruned, c);
    struct double_net *whole = trial->exact;
    trial->exact = double_net_create(pruned);
    for (int image = 0; image < IMAGES; image++) {
        trial_run_exact(trial, set, image);
        right += double_net_class(trial->exact) == dataset_labels(trial->sets[set])[image];
    }
    double_net_destroy(trial->exact);
    trial->exact = whole;
    network_destroy(pruned);
    return right;
}

/* The rule of greedy.h, by brute force; attack: with poisoned images. */
static void greedy_exactly(struct trial *trial, int site, bool attack, double *places)
{
    int n = trial->sites->site[site].n_channels;
    const struct channel_sums *const *sums = (const struct channel_sums *const *)trial->sums[0];
    bool gone[CHANNELS] = {false};
    double value[CHANNELS] = {0}, hint[CHANNELS];
    int base = right_without(trial, site, gone, -1, 0), now[2] = {base, 0};
    now[1] = right_without(trial, site, gone, -1, 1);
    for (int c = 0; c < n; c++)
        hint[c] = attack ? trial->sums[1][site][c].mean - sums[site][c].mean : -sums[site][c].mean;
    for (int place = 0; place < n; place++) {
        int best = -1;
        for (int c = 0; c < n; c++) {
            if (gone[c])
                continue;
            if (100.0 * (base - now[0]) / IMAGES <= GREEDY_POINTS) {
                double lost = 100.0 * (now[0] - right_without(trial, site, gone, c, 0)) / IMAGES;
                double fallen =
                    attack ? 100.0 * (now[1] - right_without(trial, site, gone, c, 1)) / IMAGES : 0;
                value[c] = fallen > 0 ? fallen / (1 + fmax(0, lost)) : fallen - lost;
            }
            bool more = best < 0 || value[c] > value[best] + 1e-9;
            bool equal = best >= 0 && fabs(value[c] - value[best]) <= 1e-9;
            if (more || (equal && hint[c] > hint[best]))
                best = c;
        }
        gone[best] = true;
        places[best] = place;
        now[0] = right_without(trial, site, gone, -1, 0);
        now[1] = right_without(trial, site, gone, -1, 1);
    }
}

static void greedy_takes_the_best_each_round(void **state)
{
    (void)state;
    for (int net = 0; net < TRIAL_NETS; net++) {
        struct trial trial;
        trial_open(&trial, net);
        for (int s = 0; s < 2 * trial.sites->n; s++) {
            struct criterion_input input = trial_input(&trial, s / 2);
            struct error err = {0};
            bool attack = s % 2;
            double places[CHANNELS], expected[CHANNELS], hint[CHANNELS];
            for (int c = 0; c < input.site->n_channels; c++)
                hint[c] =
                    attack ? input.poisoned[c].mean - input.clean[c].mean : -input.clean[c].mean;
            evaluator_set_site(trial.evaluator, input.site);
            const struct greedy_job job = {.evaluator = trial.evaluator,
                .site = input.site,
                .clean = {trial.sets[0], NULL, dataset_labels(trial.sets[0])},
                .poisoned = {attack ? trial.sets[1] : NULL, NULL, dataset_labels(trial.sets[1])},
                .hint = hint};
            assert_true(greedy_order(&job, places, &err));
            greedy_exactly(&trial, s / 2, attack, expected);
            trial_same(
                &trial, s / 2, attack ? "greedy-attack" : "greedy-clean", places, expected, 0);
        }
        trial_close(&trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taylor_is_activation_times_gradient),
        cmocka_unit_test(entropy_is_that_of_standardised_values),
        cmocka_unit_test(greedy_takes_the_best_each_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
