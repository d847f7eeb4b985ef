/* Windows that are computed anew: what stays and what goes of a site is listed as it is kept, and
 * values change by exactly the difference of two runs from scratch, with and without a channel. */
#include "engine/base/memory.h"
#include "engine/nn/forward/sparse_plan.h"
#include "engine/nn/incremental/recompute.h"

#include "tests/unit/common/random_nets.h"

#include <math.h>
#include <string.h>

static const struct test_node plain[] = {
    {"InputLayer", "site", "batch_input_shape=null,5,4,60", ""},
    {"Conv2D", "conv", "filters=80 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=3", NULL},
};
static const struct test_node wide[] = {
    {"InputLayer", "site", "batch_input_shape=null,7,3,5", ""},
    {"Conv2D", "conv", "filters=37 kernel_size=3,2 strides=2,1 padding=same", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=3", NULL},
};
static const struct test_node far[] = {
    {"InputLayer", "site", "batch_input_shape=null,6,6,17", ""},
    {"Conv2D", "conv", "filters=9 kernel_size=2,3 dilation_rate=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=3", NULL},
};
static const struct test_node deep[] = {
    {"InputLayer", "site", "batch_input_shape=null,2,2,600", ""}, /* more than 512 channels */
    {"Conv2D", "conv", "filters=16 kernel_size=1,1 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=3", NULL},
};
static const struct {
    const struct test_node *nodes;
    int n;
    bool anew;
} nets[] = {{plain, 4, true}, {wide, 4, true}, {far, 4, true}, {deep, 4, false}};

enum { VALUES_MAX = 4096, PIXELS_MAX = 64, ROOM = 32 };

/* An image, and what one channel makes of it. */
struct trial {
    struct random random;
    const struct network *network;
    size_t n, pixels, columns, channels;
    float values[VALUES_MAX];
    uint32_t starts[PIXELS_MAX + 1], pruned[512 / 32 + VALUES_MAX / 32];
    uint16_t kept[VALUES_MAX];
    float kept_values[VALUES_MAX];
    struct delta_site site;
};

static void list_init(struct delta_list *list, size_t n)
{
    list->places = memory_array(n + ROOM, sizeof *list->places);
    list->values = memory_array(n + ROOM, sizeof *list->values);
}

static void list_finish(struct delta_list *list)
{
    free(list->places);
    free(list->values);
}

static void site_init(struct trial *trial)
{
    struct delta_site *site = &trial->site;
    list_init(&site->removed, trial->pixels);
    site->places = memory_array(trial->n + ROOM, sizeof *site->places);
    site->before = memory_array(trial->n + ROOM, sizeof *site->before);
    site->now = memory_array(trial->n + ROOM, sizeof *site->now);
    site->starts = memory_array(trial->pixels + 1, sizeof *site->starts);
    site->marks = memory_array(trial->n / 16 + 1, sizeof *site->marks);
}

static void site_finish(struct trial *trial)
{
    list_finish(&trial->site.removed);
    free(trial->site.places);
    free(trial->site.before);
    free(trial->site.now);
    free(trial->site.starts);
    free(trial->site.marks);
}

static bool is_pruned(const struct trial *trial, size_t channel)
{
    return trial->pruned[channel / 32] >> channel % 32 & 1;
}

/* Values, most of them zero, as a cache keeps them; some channels are pruned already. */
static void draw(struct trial *trial)
{
    uint32_t zeros = random_below(&trial->random, 10), n = 0;
    memset(trial->pruned, 0, sizeof trial->pruned);
    for (size_t c = 0; c < trial->channels; c++)
        trial->pruned[c / 32] |= (uint32_t)(random_below(&trial->random, 3) == 0) << c % 32;
    for (size_t i = 0; i < trial->n; i++) {
        bool zero = random_below(&trial->random, 10) < zeros;
        trial->values[i] = zero ? 0 : (float)random_range(&trial->random, -1, 3);
        if (i % trial->channels == 0)
            trial->starts[i / trial->channels] = n;
        trial->kept[n] = (uint16_t)(i % (trial->columns * trial->channels));
        trial->kept_values[n] = trial->values[i];
        n += trial->values[i] != 0;
    }
    trial->starts[trial->pixels] = n;
}

static void follow(struct trial *trial, const struct batched_kernels *batched, uint32_t channel)
{
    const struct site_values from = {(uint32_t)trial->pixels, (uint32_t)trial->columns,
        (uint32_t)trial->channels, trial->starts, trial->kept, trial->kept_values};
    batched->sparse->recompute->filter_pruned(&trial->site, &from, trial->pruned, channel);
}

/* The lists say what the values do. */
static void check_site(const struct trial *trial, uint32_t channel)
{
    const struct delta_site *site = &trial->site;
    uint32_t n = 0, removed = 0;
    for (size_t i = 0; i < trial->n; i++) {
        size_t c = i % trial->channels, pixel = i / trial->channels;
        bool goes = c == channel;
        if (c == 0)
            assert_int_equal(site->starts[pixel], n);
        if (trial->values[i] == 0 || (is_pruned(trial, c) && !goes))
            continue;
        assert_int_equal(site->places[n], i % (trial->columns * trial->channels));
        assert_true(site->before[n] == trial->values[i]);
        assert_true(site->now[n] == (goes ? 0 : trial->values[i]));
        if (goes) {
            assert_int_equal(site->removed.places[removed], i);
            assert_true(site->removed.values[removed++] == -trial->values[i]);
        }
        n++;
    }
    assert_int_equal(site->n, n);
    assert_int_equal(site->starts[trial->pixels], n);
    assert_int_equal(site->removed.n, removed);
}

/* The values of a layer when channels are pruned; `less`: without this one too. */
static void run(struct trial *trial, struct sparse_pass *pass, int layer, uint32_t channel,
    bool less, float *out)
{
    bool wanted[4] = {false};
    float *site = sparse_pass_tensor(pass, 0);
    for (size_t i = 0; i < trial->n; i++) {
        size_t c = i % trial->channels;
        bool gone = c == channel ? less : is_pruned(trial, c);
        site[i] = gone ? 0 : trial->values[i];
    }
    sparse_pass_written(pass, 0);
    wanted[layer] = true;
    sparse_pass_run(pass, wanted);
    memcpy(out, sparse_pass_tensor(pass, layer),
        shape_count(&trial->network->layers[layer].shape) * sizeof *out);
}

static void check_result(
    const struct delta_result *result, const float *before, const float *now, size_t n, bool fresh)
{
    const struct delta_list *list = &result->list;
    double moved = 0;
    int32_t counted = 0;
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        float change = now[i] - (fresh ? 0 : before[i]);
        moved += (double)change * change;
        counted += (now[i] != 0) - (!fresh && before[i] != 0);
        if (change == 0)
            continue;
        assert_true(at < list->n);
        assert_int_equal(list->places[at], i);
        assert_true(list->values[at++] == change);
    }
    assert_int_equal(at, list->n);
    assert_int_equal(result->now_counted - (fresh ? 0 : result->before_counted), counted);
    assert_true(fabs(result->change - moved) <= 1e-4 * moved);
}

static void mark_touched(const struct trial *trial, const struct delta_stage *stage, bool *touched)
{
    const struct delta_term *term = &stage->terms[0];
    for (uint32_t i = 0; i < trial->site.removed.n; i++) {
        size_t pixel = trial->site.removed.places[i] / trial->channels;
        for (uint32_t t = term->starts[pixel]; t < term->starts[pixel + 1]; t++)
            touched[term->targets[t].position] = true;
    }
}

static void check_stage(
    struct trial *trial, const struct delta_plan *plan, struct sparse_pass *pass, uint32_t channel)
{
    const struct delta_stage *stage = &plan->stages[0];
    size_t n = stage->positions * stage->filters, ring = stage->positions * stage->padded;
    float *before = memory_floats(n), *now = memory_floats(n);
    bool *touched = memory_array(stage->positions, sizeof *touched);
    struct delta_recomputation recomputation = {
        .stage = stage, .site = &trial->site, .touched = touched};
    list_init(&recomputation.result.list, ring);
    run(trial, pass, 1, channel, false, before);
    run(trial, pass, 1, channel, true, now);
    mark_touched(trial, stage, touched);
    plan->recompute->recompute(&recomputation);
    check_result(&recomputation.result, before, now, n, false);
    recomputation.fresh = true;
    plan->recompute->recompute(&recomputation);
    check_result(&recomputation.result, before, now, n, true);
    list_finish(&recomputation.result.list);
    free(touched);
    free(before);
    free(now);
}

static void check_lanes(struct trial *trial, const struct batched_kernels *batched, bool anew)
{
    const bool behind[] = {false, true, true, true};
    struct sparse_plan *rows = sparse_plan_create(trial->network, batched, behind);
    struct sparse_pass *pass = sparse_pass_create(rows);
    struct delta_plan *plan = delta_plan_create(trial->network, batched, behind, 0, 3);
    assert_non_null(plan);
    assert_int_equal(plan->stages[0].recomputed, anew);
    for (int i = 0; i < random_trials(40); i++) {
        uint32_t channel = random_below(&trial->random, (uint32_t)trial->channels);
        draw(trial);
        follow(trial, batched, SITE_NO_CHANNEL);
        check_site(trial, SITE_NO_CHANNEL);
        follow(trial, batched, channel);
        check_site(trial, channel);
        if (anew)
            check_stage(trial, plan, pass, channel);
    }
    delta_plan_destroy(plan);
    sparse_pass_destroy(pass);
    sparse_plan_destroy(rows);
}

static void values_change_by_the_difference_of_two_runs(void **state)
{
    (void)state;
    static struct trial trial;
    const struct batched_kernels *batched;
    random_init(&trial.random, 5, 0);
    for (size_t k = 0; k < sizeof nets / sizeof *nets; k++) {
        struct network *network = test_make(nets[k].nodes, nets[k].n);
        const struct shape *shape = &network->layers[0].shape;
        trial.network = network;
        trial.n = shape_count(shape);
        trial.channels = (size_t)shape_channels(shape);
        trial.pixels = trial.n / trial.channels;
        trial.columns = (size_t)shape->dim[1];
        site_init(&trial);
        for (int l = 0; (batched = batched_at(l)); l++)
            check_lanes(&trial, batched, nets[k].anew);
        site_finish(&trial);
        network_destroy(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_change_by_the_difference_of_two_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
