/* Criteria of statistics and weights against their formulas, computed anew in double precision. */
#include "tests/unit/common/criteria_trial.h"

/* Mean, maximum, variance and zeros of every channel, of a set. */
static void count_exactly(struct trial *trial, int set, int site, double statistics[4][CHANNELS])
{
    int at = trial->sites->site[site].measured;
    size_t channels = (size_t)trial->sites->site[site].n_channels;
    size_t count = shape_count(&trial->network->layers[at].shape);
    double n = IMAGES * (double)(count / channels), squares[CHANNELS] = {0};
    for (size_t c = 0; c < channels; c++) {
        statistics[0][c] = statistics[3][c] = 0;
        statistics[1][c] = -HUGE_VAL;
    }
    for (int image = 0; image < IMAGES; image++) {
        trial_run_exact(trial, set, image);
        for (size_t i = 0; i < count; i++) {
            double value = trial->exact->values[at][i];
            statistics[0][i % channels] += value / n;
            squares[i % channels] += value * value / n;
            statistics[1][i % channels] = fmax(statistics[1][i % channels], value);
            statistics[3][i % channels] += (value == 0) / n;
        }
    }
    for (size_t c = 0; c < channels; c++)
        statistics[2][c] = squares[c] - statistics[0][c] * statistics[0][c];
}

static void statistics_are_those_of_the_activations(void **state)
{
    (void)state;
    static const char *const names[] = {
        "mean-activation", "max-activation", "variance", "dormancy"};
    double scores[CHANNELS], clean[4][CHANNELS], poisoned[4][CHANNELS];
    for (int net = 0; net < TRIAL_NETS; net++) {
        struct trial trial;
        trial_open(&trial, net);
        for (int s = 0; s < trial.sites->n; s++) {
            const struct criterion_input input = trial_input(&trial, s);
            count_exactly(&trial, 0, s, clean);
            count_exactly(&trial, 1, s, poisoned);
            for (int i = 0; i < 4; i++) {
                trial_score(&input, names[i], scores);
                trial_same(&trial, s, names[i], scores, clean[i], close_to);
            }
            for (int c = 0; c < input.site->n_channels; c++)
                poisoned[0][c] -= clean[0][c];
            trial_score(&input, "difference", scores);
            trial_same(&trial, s, "difference", scores, poisoned[0], close_to);
        }
        trial_close(&trial);
    }
}

/* sqrt of the largest eigenvalue of W W', by power iteration. */
static double sigma_of(const double *matrix, int rows, int columns)
{
    double vector[64], next[64], length = 0;
    for (int i = 0; i < columns; i++)
        vector[i] = 1 + 0.01 * i;
    for (int step = 0; step < 20000; step++) {
        double middle[64] = {0};
        for (int i = 0; i < rows * columns; i++)
            middle[i / columns] += matrix[i] * vector[i % columns];
        memset(next, 0, sizeof next);
        for (int i = 0; i < rows * columns; i++)
            next[i % columns] += matrix[i] * middle[i / columns];
        length = 0;
        for (int i = 0; i < columns; i++)
            length += next[i] * next[i];
        length = sqrt(length);
        for (int i = 0; i < columns && length > 0; i++)
            vector[i] = next[i] / length;
    }
    return sqrt(length);
}

/* Which batch normalisation scales what a layer makes; by the names in the nets above. */
static const struct layer *norm_behind(const struct network *network, const char *layer)
{
    static const char *const behind[][2] = {{"conv_1", "norm_1"}, {"conv_2", "norm_2"},
        {"conv_a", "norm_a"}, {"conv_b", "norm_b"}, {"deep", "norm"}};
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
        int at = network_find(network, behind[i][1]);
        if (strcmp(layer, behind[i][0]) == 0 && at >= 0)
            return &network->layers[at];
    }
    return NULL;
}

/* Sums of |w| and w squared, sigma_max(W) |gamma| / sqrt(var + 1e-3), and sigma_max(W) alone, of a
 * layer's filter. */
static void weigh(const struct network *network, const struct layer *layer, int c, double out[4])
{
    bool deep = double_net_weight(layer, "depthwise_kernel");
    const struct weight *kernel = double_net_weight(layer, deep ? "depthwise_kernel" : "kernel");
    int filters = deep ? kernel->dim[2] : kernel->dim[kernel->rank - 1];
    int count = (int)kernel->count / filters;
    int columns = kernel->rank == 4 && !deep ? kernel->dim[2] : count;
    double filter[256];
    for (int i = 0; i < count; i++) {
        filter[i] = (double)kernel->data[i * filters + c];
        out[0] += fabs(filter[i]);
        out[1] += filter[i] * filter[i];
    }
    double sigma = columns <= 64 ? sigma_of(filter, count / columns, columns) : 0;
    out[3] = fmax(out[3], sigma);
    const struct layer *behind = norm_behind(network, layer->name);
    if (behind)
        sigma *= fabs((double)double_net_weight(behind, "gamma")->data[c]) /
                 sqrt((double)double_net_weight(behind, "moving_variance")->data[c] + 1e-3);
    out[2] = fmax(out[2], sigma);
}

static void norms_are_those_of_the_filters(void **state)
{
    (void)state;
    static const char *const names[] = {"l1", "l2", "clp", "clp-plain"};
    for (int net = 0; net < TRIAL_NETS; net++) {
        struct trial trial;
        trial_open(&trial, net);
        for (int s = 0; s < trial.sites->n; s++) {
            const struct criterion_input input = trial_input(&trial, s);
            double scores[CHANNELS], expected[4][CHANNELS];
            for (int c = 0; c < input.site->n_channels; c++) {
                double out[4] = {0};
                for (int p = 0; p < input.site->n_parts; p++) {
                    const struct layer *layer = &trial.network->layers[input.site->parts[p].layer];
                    if (!strstr(layer->name, "norm"))
                        weigh(trial.network, layer, input.site->parts[p].unit[c], out);
                }
                expected[0][c] = out[0];
                expected[1][c] = sqrt(out[1]);
                expected[2][c] = out[2];
                expected[3][c] = out[3];
            }
            for (int i = 0; i < 4; i++) {
                trial_score(&input, names[i], scores);
                trial_same(&trial, s, names[i], scores, expected[i], close_to);
            }
        }
        trial_close(&trial);
    }
}

static void a_rule_counts_what_stands_out(void **state)
{
    (void)state;
    static const double scores[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 9};
    static const double masks[] = {0, 0.1, 0.2, 0.3};
    struct criterion rule = {.rule = RULE_OUTLIERS, .descending = true};
    /* mean 1.8, deviation 2.53: 9 is 2.85 deviations away */
    assert_int_equal(criteria_rule_channels(&rule, scores, 10, 2.8), 1);
    assert_int_equal(criteria_rule_channels(&rule, scores, 10, 2.9), 0);
    rule.descending = false;
    assert_int_equal(criteria_rule_channels(&rule, scores, 10, 0.3), 9);
    rule.rule = RULE_AT_MOST;
    assert_int_equal(criteria_rule_channels(&rule, masks, 4, 0.2), 3);
    rule.rule = RULE_NONE;
    assert_int_equal(criteria_rule_channels(&rule, masks, 4, 0.2), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_are_those_of_the_activations),
        cmocka_unit_test(norms_are_those_of_the_filters),
        cmocka_unit_test(a_rule_counts_what_stands_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
