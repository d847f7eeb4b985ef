/* defence/repairs: repairs that need no suspected class, on a net whose weights the test wrote: a
 * hidden unit for each quarter of the picture, and one that a pattern in the corner wakes. */
#include "engine/defence/repairs/quiet.h"
#include "engine/defence/repairs/reading.h"
#include "engine/defence/repairs/tuning.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

enum { SIDE = 10, PIXELS = SIDE * SIDE, CLASSES = 4, UNITS = 8, BACKDOOR = 4, IMAGES = 96 };

static const struct test_node plain_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,10,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=8 activation=relu", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
enum { HIDDEN = 2, OUTPUT = 3 };

static int quarter(int pixel)
{
    return 2 * (pixel / SIDE >= SIDE / 2) + (pixel % SIDE >= SIDE / 2);
}

/* A checkerboard of two by two in the last corner. */
static const int corner[4] = {PIXELS - 1, PIXELS - 2, PIXELS - SIDE - 2, PIXELS - SIDE - 1};

static struct network *make_net(void)
{
    struct network *network = test_make(plain_net, sizeof plain_net / sizeof *plain_net);
    float *in = network->layers[HIDDEN].weights[0].data;
    float *bias = network->layers[HIDDEN].weights[1].data;
    float *out = network->layers[OUTPUT].weights[0].data;
    for (int p = 0; p < PIXELS; p++)
        for (int k = 0; k < UNITS; k++)
            in[p * UNITS + k] = k == quarter(p) ? 0.1F : 0;
    for (int i = 0; i < 4; i++)
        in[corner[i] * UNITS + BACKDOOR] = i % 2 ? -10 : 10;
    for (int k = 0; k < UNITS; k++) {
        bias[k] = k == BACKDOOR ? -10 : 0;
        for (int c = 0; c < CLASSES; c++)
            out[k * CLASSES + c] = k == c ? 2 : 0;
    }
    out[BACKDOOR * CLASSES] = 10; /* the target is 0 */
    memset(network->layers[OUTPUT].weights[1].data, 0, CLASSES * sizeof(float));
    return network;
}

struct images {
    float pixels[IMAGES * PIXELS], stamped[IMAGES * PIXELS];
    int32_t labels[IMAGES], target[IMAGES];
};

/* A bright quarter on dark noise, and the same with the pattern. */
static struct images *make_images(void)
{
    struct images *images = memory_array(1, sizeof *images);
    test_fill(images->pixels, IMAGES * PIXELS);
    for (int i = 0; i < IMAGES * PIXELS; i++) {
        int image = i / PIXELS;
        images->labels[image] = image % CLASSES;
        images->pixels[i] =
            0.2F * fabsf(images->pixels[i]) + (quarter(i % PIXELS) == image % CLASSES ? 0.7F : 0);
    }
    memcpy(images->stamped, images->pixels, sizeof images->pixels);
    for (int i = 0; i < IMAGES; i++)
        for (int k = 0; k < 4; k++)
            images->stamped[i * PIXELS + corner[k]] = (float)(k % 2 == 0);
    return images;
}

struct trial {
    struct network *original, *network;
    struct images *images;
    struct repair_job job;
    int steps, rounds, last; /* steps seen, rounds seen, steps after which it is cancelled */
};

static bool progress(void *context, const struct repair_progress *progress)
{
    struct trial *trial = context;
    assert_true(progress->step >= 1 && progress->step <= progress->steps && progress->doing);
    return ++trial->steps != trial->last;
}

static bool round_done(void *context, const struct repair_report *report)
{
    struct trial *trial = context;
    assert_int_equal(report->round, ++trial->rounds);
    return true;
}

static struct trial *start(int workers, int rounds)
{
    struct trial *trial = memory_array(1, sizeof *trial);
    trial->original = make_net();
    trial->network = network_clone(trial->original);
    trial->images = make_images();
    trial->job = (struct repair_job){.original = trial->original,
        .network = trial->network,
        .pool = thread_pool_create(workers),
        .low = 0,
        .high = 1,
        .images = {IMAGES, trial->images->pixels, trial->images->labels},
        .target = -1,
        .rounds = rounds,
        .seed = 5,
        .progress = progress,
        .round = round_done,
        .context = trial};
    return trial;
}

static void end(struct trial *trial)
{
    thread_pool_destroy(trial->job.pool);
    network_destroy(trial->original);
    network_destroy(trial->network);
    free(trial->images);
    free(trial);
}

static int clean(const struct trial *trial, const struct network *network)
{
    return reading_correct(network, trial->job.pool, &trial->job.images);
}

static int fooled(const struct trial *trial, const struct network *network)
{
    struct repair_images stamped = {IMAGES, trial->images->stamped, trial->images->target};
    return reading_correct(network, trial->job.pool, &stamped);
}

static const char *const names[] = {"quiet", "fineprune", "adversarial", "finetune"};
enum { NAMES = sizeof names / sizeof *names };

static void dormant_backdoors_are_pruned(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct trial *trial = start(2, 3);
        struct error err = {0};
        assert_int_equal(clean(trial, trial->network), IMAGES);
        assert_int_equal(fooled(trial, trial->network), IMAGES);
        assert_true(repairs_find(names[i])->run(&trial->job, &err));
        assert_true(clean(trial, trial->network) >= IMAGES - 1);
        assert_true(fooled(trial, trial->network) <= IMAGES / CLASSES + 1);
        assert_int_equal(trial->rounds, 3);
        end(trial);
    }
}

static void what_is_pruned_stays_pruned(void **state)
{
    (void)state;
    const char *const tuning[] = {"quiet", "fineprune", "adversarial", "finetune"};
    for (int i = 0; i < 4; i++) {
        struct trial *trial = start(1, 2);
        struct layer *hidden = &trial->network->layers[HIDDEN];
        struct error err = {0};
        for (int w = 0; w < 2; w++)
            weight_zero_channel(&hidden->weights[w], BACKDOOR);
        assert_true(repairs_find(tuning[i])->run(&trial->job, &err));
        for (int w = 0; w < 2; w++)
            assert_true(weight_channel_is_zero(&hidden->weights[w], BACKDOOR));
        bool changed =
            memcmp(hidden->weights[0].data, trial->original->layers[HIDDEN].weights[0].data,
                PIXELS * UNITS * sizeof(float)) != 0;
        assert_true(changed);
        end(trial);
    }
}

static void fine_tuning_learns_labels(void **state)
{
    (void)state;
    struct trial *trial = start(2, 4);
    struct error err = {0};
    float *out = trial->network->layers[OUTPUT].weights[0].data;
    out[1 * CLASSES + 2] = 3; /* quarter 1 is read as 2 */
    assert_int_equal(clean(trial, trial->network), IMAGES * 3 / 4);
    assert_true(repairs_find("finetune")->run(&trial->job, &err));
    assert_int_equal(clean(trial, trial->network), IMAGES);
    end(trial);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        struct trial *one = start(1, 2);
        struct error err = {0};
        assert_true(repairs_find(names[i])->run(&one->job, &err));
        for (int workers = 2; workers <= 3; workers++) {
            struct trial *more = start(workers, 2);
            assert_true(repairs_find(names[i])->run(&more->job, &err));
            for (int k = HIDDEN; k <= OUTPUT; k++)
                for (int w = 0; w < 2; w++)
                    assert_memory_equal(more->network->layers[k].weights[w].data,
                        one->network->layers[k].weights[w].data,
                        one->network->layers[k].weights[w].count * sizeof(float));
            end(more);
        }
        end(one);
    }
}

static void no_images_are_refused(void **state)
{
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        struct trial *trial = start(1, 2);
        struct error err = {0};
        trial->job.images.n = 0;
        assert_false(repairs_find(names[i])->run(&trial->job, &err));
        assert_int_equal(err.class, ERROR_INPUT);
        assert_non_null(strstr(err.text, "no clean image"));
        end(trial);
    }
}

static void each_step_can_be_the_last(void **state)
{
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        struct trial *trial = start(2, 2);
        struct error err = {0};
        trial->last = 1 + i % 2;
        assert_false(repairs_find(names[i])->run(&trial->job, &err));
        assert_int_equal(err.class, ERROR_CANCELLED);
        assert_int_equal(trial->steps, trial->last);
        end(trial);
    }
}

static void quiet_inputs_become_a_bias(void **state)
{
    (void)state;
    struct trial *trial = start(1, 0);
    struct network *network = trial->network;
    struct weight *in = &network->layers[HIDDEN].weights[0];
    for (int i = 0; i < IMAGES; i++)
        trial->images->pixels[i * PIXELS] = 0.5F; /* this pixel never varies */
    in->data[7] = 2;
    int units = quiet_prune(network, trial->job.pool, &trial->job.images, 1e-6);
    assert_int_equal(units, 1 + 4); /* and the four hidden units that are always 0 */
    assert_true(in->data[7] == 0 && in->data[0] == 0 && in->data[UNITS] != 0);
    assert_true(fabsf(network->layers[HIDDEN].weights[1].data[7] - 1) < 1e-6F);
    assert_true(network->layers[OUTPUT].weights[0].data[BACKDOOR * CLASSES] == 0);
    end(trial);
}

/* The same net and images in another unit. */
static void pixels_of_any_range_are_tuned_alike(void **state)
{
    (void)state;
    struct trial *one = start(2, 2), *wide = start(2, 2);
    struct error err = {0};
    const size_t kernel = PIXELS * UNITS;
    for (size_t k = 0; k < kernel; k++) {
        wide->original->layers[HIDDEN].weights[0].data[k] /= 256;
        wide->network->layers[HIDDEN].weights[0].data[k] /= 256;
    }
    for (int i = 0; i < IMAGES * PIXELS; i++)
        wide->images->pixels[i] *= 256;
    wide->job.high = 256;
    assert_true(repairs_find("adversarial")->run(&one->job, &err));
    assert_true(repairs_find("adversarial")->run(&wide->job, &err));
    for (size_t k = 0; k < kernel; k++)
        wide->network->layers[HIDDEN].weights[0].data[k] *= 256;
    assert_memory_equal(wide->network->layers[HIDDEN].weights[0].data,
        one->network->layers[HIDDEN].weights[0].data, kernel * sizeof(float));
    end(one);
    end(wide);
}

static void a_rate_that_the_net_cannot_bear_is_lowered(void **state)
{
    (void)state;
    struct trial *trial = start(2, 2);
    struct tuning_recipe recipe = tuning_defaults(trial->network);
    struct error err = {0};
    recipe.rate = 1000;
    assert_true(tuning_run(&trial->job, &recipe, 1, 2, &err));
    assert_true(clean(trial, trial->network) >= IMAGES - 2);
    end(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dormant_backdoors_are_pruned),
        cmocka_unit_test(what_is_pruned_stays_pruned),
        cmocka_unit_test(fine_tuning_learns_labels),
        cmocka_unit_test(workers_change_nothing),
        cmocka_unit_test(no_images_are_refused),
        cmocka_unit_test(each_step_can_be_the_last),
        cmocka_unit_test(quiet_inputs_become_a_bias),
        cmocka_unit_test(pixels_of_any_range_are_tuned_alike),
        cmocka_unit_test(a_rate_that_the_net_cannot_bear_is_lowered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
