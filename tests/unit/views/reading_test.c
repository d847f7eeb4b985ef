/* What is said of a channel and of a threshold, rule by rule, on numbers that are made up. */
#include "tests/test.h"
#include "views/facts/thresholds.h"
#include "views/facts/channel_verdict.h"

#include <string.h>

/* Means on clean and poisoned images, spread on clean ones, shares of zeros. */
static struct channel_activation channel(
    float clean, float poisoned, float spread, float zeros, float poisoned_zeros)
{
    return (struct channel_activation){
        .mean = {clean, poisoned}, .spread = {spread, spread}, .zeros = {zeros, poisoned_zeros}};
}

static void channels_are_read_by_rules(void **state)
{
    (void)state;
    static const int many[N_SETS] = {171, 171}, one[N_SETS] = {171, 1}, few[N_SETS] = {3, 3};
    const struct {
        struct channel_activation channel;
        const int *n;
        double auc;
        enum channel_verdict reading;
    } cases[] = {
        {channel(2.80F, 4.33F, 1.9F, 0, 0), many, -1, CHANNEL_HIGHER},
        {channel(4.33F, 2.80F, 1.9F, 0, 0), many, -1, CHANNEL_LOWER},
        {channel(2.80F, 2.81F, 1.9F, 0, 0), many, -1, CHANNEL_SAME},
        {channel(2.80F, 2.80F, 0, 0, 0), many, -1, CHANNEL_SAME},
        {channel(0.01F, 0.1F, 1.9F, 0.9F, 0.5F), many, -1, CHANNEL_HIGHER}, /* ten times as high */
        {channel(2.80F, 4.33F, 1.0F, 0, 0), many, -1, CHANNEL_EXCITED},
        {channel(4.33F, 2.80F, 1.0F, 0, 0), many, -1, CHANNEL_QUIETED},
        {channel(2.80F, 2.90F, 1.9F, 0, 0), many, 0.97, CHANNEL_ALONE},
        {channel(2.90F, 2.80F, 1.9F, 0, 0), many, 0.02, CHANNEL_ALONE}, /* by being lower */
        {channel(2.80F, 4.33F, 1.9F, 0, 0), few, 1, CHANNEL_HIGHER},    /* three of three */
        {channel(0, 1, 0, 1, 0.5F), many, 1, CHANNEL_AWAKE},
        {channel(0, 0, 0, 1, 1), many, 0.5, CHANNEL_SILENT},
        {channel(0, 0, 1, 0.5F, 0.5F), many, -1, CHANNEL_SAME}, /* sums that cancel are no zeros */
        {channel(2.80F, 4.33F, 1.9F, 0, 0), one, 1, CHANNEL_FEW},
        {channel(0, 0, 0, 1, 1), one, -1, CHANNEL_SILENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum channel_verdict reading =
            channel_verdict_of(&cases[i].channel, cases[i].n, cases[i].auc);
        if (reading != cases[i].reading)
            print_error("case %zu: %s\n", i, channel_verdict_words(reading));
        assert_int_equal(reading, cases[i].reading);
    }
}

/* A curve of 100 clean images that crosses 2 points, wins them back, and never crosses 10. */
static const struct round rounds[] = {
    {.clean_correct = 90}, {.clean_correct = 87}, {.clean_correct = 91}, {.clean_correct = 85}};
static const struct round *const pointers[] = {&rounds[0], &rounds[1], &rounds[2], &rounds[3]};

static void said_from(int round, int n_thresholds, const char *expected)
{
    static const struct threshold thresholds[] = {
        {.points = 2, .round = 1}, {.points = 4, .round = 3}, {.points = 95, .round = -1}};
    const struct snapshot s = {.n_images = {100},
        .of = {.clean = 100},
        .n_rounds = 4,
        .rounds = pointers,
        .n_thresholds = n_thresholds,
        .thresholds = thresholds};
    char text[80];
    thresholds_distance(&s, round, text, sizeof text);
    assert_string_equal(text, expected);
}

static void thresholds_are_told_by_rules(void **state)
{
    (void)state;
    said_from(0, 3, "2.00 pp left to 2 pp, round 1");
    said_from(1, 3, "1.00 pp left to 4 pp, round 3");
    said_from(2, 3, "5.00 pp left to 4 pp, round 3"); /* 2 pp were crossed, and gained back */
    said_from(3, 3, "95 pp cannot be reached");
    said_from(2, 1, "1.00 pp gained, all crossed");
    said_from(3, 2, "5.00 pp lost, all crossed");
    said_from(3, 0, "5.00 pp lost, all crossed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_are_read_by_rules),
        cmocka_unit_test(thresholds_are_told_by_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
