/* The searches of ANP and RNP against the same steps in double precision, whose gradients are
 * central differences; nets as in criteria_test. */
#include "engine/train/channel_masks.h"

#include "tests/unit/common/criteria_trial.h"

enum { ALL = 32, UNITS = 64, BATCH = 8, STEPS = 3 };

/* The same search, done slowly. */
struct slow {
    struct trial *trial;
    int n;                                             /* channels of all sites */
    int n_units, layer[UNITS], unit[UNITS], of[UNITS]; /* what has factors, and of which channel */
    double *by_weight[LAYERS], *by_bias[LAYERS];
    double mask[ALL], speed[ALL], d[UNITS], x[UNITS];
    int order[IMAGES], at, batch[BATCH];
    struct random random;
};

/* Whether a part of a site has the factors: batch normalisation, or a layer without one. */
static bool has_factors(const struct network *network, const char *name)
{
    static const char *const normed[][2] = {{"conv_1", "norm_1"}, {"conv_2", "norm_2"},
        {"conv_a", "norm_a"}, {"conv_b", "norm_b"}, {"deep", "norm"}};
    for (size_t i = 0; i < sizeof normed / sizeof *normed; i++)
        if (strcmp(name, normed[i][0]) == 0 && network_find(network, normed[i][1]) >= 0)
            return false;
    return true;
}

/* Units of a layer in a site, in their order. */
static void add_units(
    struct slow *slow, int layer, const struct prune_site_part *part, int first, int n_channels)
{
    int units = shape_channels(&slow->trial->network->layers[layer].shape);
    for (int u = 0; u < units; u++)
        for (int c = 0; c < n_channels; c++)
            if (part->unit[c] == u) {
                slow->layer[slow->n_units] = layer;
                slow->unit[slow->n_units] = u;
                slow->of[slow->n_units++] = first + c;
            }
}

static void find_units(struct slow *slow)
{
    const struct prune_sites *sites = slow->trial->sites;
    for (int l = 0; l < slow->trial->network->n_layers; l++)
        for (int s = 0, first = 0; s < sites->n; first += sites->site[s++].n_channels)
            for (int p = 0; p < sites->site[s].n_parts; p++)
                if (sites->site[s].parts[p].layer == l &&
                    has_factors(slow->trial->network, slow->trial->network->layers[l].name))
                    add_units(slow, l, &sites->site[s].parts[p], first, sites->site[s].n_channels);
    assert_true(slow->n_units <= UNITS);
}

static void slow_open(struct slow *slow, struct trial *trial)
{
    *slow = (struct slow){.trial = trial, .at = IMAGES};
    for (int s = 0; s < trial->sites->n; s++)
        slow->n += trial->sites->site[s].n_channels;
    assert_true(slow->n <= ALL && trial->network->n_layers <= LAYERS);
    for (int l = 0; l < trial->network->n_layers; l++) {
        slow->by_weight[l] = memory_array(256, sizeof(double));
        slow->by_bias[l] = memory_array(256, sizeof(double));
        for (int c = 0; c < 256; c++)
            slow->by_weight[l][c] = slow->by_bias[l][c] = 1;
    }
    for (int k = 0; k < slow->n; k++)
        slow->mask[k] = 1;
    for (int i = 0; i < IMAGES; i++)
        slow->order[i] = i;
    find_units(slow);
    trial->exact->by_weight = slow->by_weight;
    trial->exact->by_bias = slow->by_bias;
    random_init(&slow->random, 5, 11);
}

static void slow_close(struct slow *slow)
{
    for (int l = 0; l < slow->trial->network->n_layers; l++) {
        free(slow->by_weight[l]);
        free(slow->by_bias[l]);
    }
    slow->trial->exact->by_weight = slow->trial->exact->by_bias = NULL;
}

static double mean_loss(struct slow *slow)
{
    double loss = 0;
    for (int i = 0; i < BATCH; i++) {
        trial_run_exact(slow->trial, 0, slow->batch[i]);
        loss += double_net_loss(
            slow->trial->exact, dataset_labels(slow->trial->sets[0])[slow->batch[i]]);
    }
    return loss / BATCH;
}

/* Factors of all units: mask + d, 1 + x; then d mean loss / d factor of each. */
static void slopes(struct slow *slow, double *by_weight, double *by_bias)
{
    static const double step = 1e-5;
    for (int u = 0; u < slow->n_units; u++) {
        slow->by_weight[slow->layer[u]][slow->unit[u]] = slow->mask[slow->of[u]] + slow->d[u];
        slow->by_bias[slow->layer[u]][slow->unit[u]] = 1 + slow->x[u];
    }
    for (int u = 0; u < slow->n_units; u++)
        for (int bias = 0; bias < 2; bias++) {
            double *factor =
                &(bias ? slow->by_bias : slow->by_weight)[slow->layer[u]][slow->unit[u]];
            double stands = *factor;
            *factor = stands + step;
            double above = mean_loss(slow);
            *factor = stands - step;
            (bias ? by_bias : by_weight)[u] = (above - mean_loss(slow)) / (2 * step);
            *factor = stands;
        }
}

/* Every image once, in an order by chance, then anew. */
static void draw(struct slow *slow)
{
    for (int i = 0; i < BATCH; i++) {
        for (int k = slow->at == IMAGES ? IMAGES - 1 : 0; k > 0; k--) {
            int other = (int)random_below(&slow->random, (uint32_t)k + 1), image = slow->order[k];
            slow->order[k] = slow->order[other];
            slow->order[other] = image;
        }
        slow->at %= IMAGES;
        slow->batch[i] = slow->order[slow->at++];
    }
}

static double uphill(double slope, double noise)
{
    return fabs(slope) < 1e-9 ? 0 : copysign(noise, slope); /* no bias, or a silent channel */
}

/* The noise that the loss is largest under, as far as one step finds it. */
static void oppose(struct slow *slow, double noise)
{
    double by_weight[UNITS], by_bias[UNITS];
    for (int u = 0; u < slow->n_units; u++) {
        slow->d[u] = random_range(&slow->random, -noise, noise);
        slow->x[u] = random_range(&slow->random, -noise, noise);
    }
    slopes(slow, by_weight, by_bias);
    for (int u = 0; u < slow->n_units; u++) {
        slow->d[u] = fmin(noise, fmax(-noise, slow->d[u] + uphill(by_weight[u], noise)));
        slow->x[u] = fmin(noise, fmax(-noise, slow->x[u] + uphill(by_bias[u], noise)));
    }
}

static void slow_step(struct slow *slow, const struct channel_masks_options *o, bool noisy)
{
    double by_weight[UNITS], by_bias[UNITS], slope[ALL] = {0};
    draw(slow);
    if (noisy) {
        oppose(slow, o->noise);
        slopes(slow, by_weight, by_bias);
        for (int u = 0; u < slow->n_units; u++)
            slope[slow->of[u]] += (1 - o->alpha) * by_weight[u];
    }
    memset(slow->d, 0, sizeof slow->d);
    memset(slow->x, 0, sizeof slow->x);
    slopes(slow, by_weight, by_bias);
    for (int u = 0; u < slow->n_units; u++)
        slope[slow->of[u]] += o->alpha * by_weight[u];
    for (int k = 0; k < slow->n; k++) {
        slow->speed[k] = 0.9 * slow->speed[k] + slope[k];
        slow->mask[k] = fmin(1, fmax(0, slow->mask[k] - o->rate * slow->speed[k]));
    }
}

typedef bool search(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err);

static void check(int net, search *fast, bool noisy)
{
    struct trial trial;
    struct slow slow;
    struct error err = {0};
    struct channel_masks_options options = channel_masks_defaults();
    double *masks[LAYERS], expected[ALL];
    trial_open(&trial, net);
    size_t size = shape_count(dataset_shape(trial.sets[0]));
    float *pixels = memory_floats(IMAGES * size);
    dataset_feed(trial.sets[0], 0, IMAGES, &trial.scaling, pixels);
    options.n = IMAGES;
    options.pixels = pixels;
    options.labels = dataset_labels(trial.sets[0]);
    options.steps = STEPS;
    options.batch = BATCH;
    options.rate = 0.2;
    options.unlearning = 0; /* of RNP the masks alone */
    options.seed = 5;
    for (int s = 0; s < trial.sites->n; s++)
        masks[s] = memory_array(CHANNELS, sizeof **masks);
    assert_true(fast(trial.network, trial.sites, trial.pool, &options, masks, &err));
    slow_open(&slow, &trial);
    for (int step = 0; step < STEPS; step++)
        slow_step(&slow, &options, noisy);
    slow_close(&slow);
    for (int s = 0, k = 0; s < trial.sites->n; s++) {
        for (int c = 0; c < trial.sites->site[s].n_channels; c++)
            expected[c] = slow.mask[k++];
        trial_same(&trial, s, "mask", masks[s], expected, close_to);
        free(masks[s]);
    }
    free(pixels);
    trial_close(&trial);
}

static void masks_of_anp_follow_its_formula(void **state)
{
    (void)state;
    for (int net = 0; net < TRIAL_NETS; net++)
        check(net, channel_masks_anp, true);
}

static void masks_of_rnp_follow_its_formula(void **state)
{
    (void)state;
    for (int net = 0; net < TRIAL_NETS; net++)
        check(net, channel_masks_rnp, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_of_anp_follow_its_formula),
        cmocka_unit_test(masks_of_rnp_follow_its_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
