/* nn: a line of pixels as another of more or fewer: the weights, by hand. */
#include "engine/nn/tensor/resample.h"

#include "tests/test.h"

#include <math.h>

/* All weights in order, each pixel's of the output between bars. */
static const struct {
    const char *interpolation;
    int in, out, whole, before;
    bool antialias;
    const char *weights; /* "at:w,w|…" */
} lines[] = {
    {"bilinear", 2, 4, 2, 0, false, "0:1|0:.75,.25|0:.25,.75|1:1"},
    {"bilinear", 4, 2, 4, 0, false, "0:.5,.5|2:.5,.5"},
    {"bilinear", 4, 2, 4, 0, true, "0:.4285714,.4285714,.1428571|1:.1428571,.4285714,.4285714"},
    {"nearest", 5, 3, 5, 0, false, "0:1|2:1|4:1"},
    {"nearest", 2, 5, 2, 0, false, "0:1|0:1|1:1|1:1|1:1"},
    {"area", 4, 3, 4, 0, false, "0:.75,.25|1:.5,.5|2:.25,.75"},
    {"area", 2, 4, 2, 0, false, "0:1|0:1|1:1|1:1"},
    /* Keys: at 1/4 before and 3/4 behind a pixel .8671875 and .2265625, at 5/4 -.0703125 */
    {"bicubic", 2, 4, 2, 0, false,
        "0:1.0882353,-.0882353|0:.7928571,.2071429|0:.2071429,.7928571|0:-.0882353,1.0882353"},
    /* a line of 2 in the middle of one of 4: what lies beyond counts, and is filled */
    {"bilinear", 2, 2, 4, 1, false, "0:.5|1:.5"},
    {"nearest", 2, 4, 4, 1, false, "|0:1|1:1|"},
};

static void expect_line(const struct resample *r, const char *text)
{
    for (int at = 0; at < r->out; at++, text += *text == '|') {
        float sum = 0;
        int n = 0;
        if (*text != '|' && *text)
            assert_int_equal(strtol(text, (char **)&text, 10), r->at[at]);
        while (*text == ':' || *text == ',') {
            double weight = strtod(text + 1, (char **)&text);
            assert_true(n < r->n[at]);
            assert_true(fabs((double)r->weight[r->first[at] + n] - weight) < 2e-6);
            sum += r->weight[r->first[at] + n++];
        }
        for (; n < r->n[at]; n++) /* of a window's border */
            assert_true(fabs((double)r->weight[r->first[at] + n]) < 2e-6);
        assert_true(fabs((double)(r->sum[at] - sum)) < 1e-5);
    }
}

static void weights_are_those_of_tensorflow(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct resample_line line = {lines[i].whole, lines[i].before};
        struct resample *r = resample_create(
            lines[i].in, lines[i].out, &line, lines[i].interpolation, lines[i].antialias);
        expect_line(r, lines[i].weights);
        resample_unref(r);
    }
}

static void weights_sum_up_to_one(void **state)
{
    (void)state;
    static const char *const all[] = {"bilinear", "bicubic", "mitchellcubic", "lanczos3",
        "lanczos5", "gaussian", "nearest", "area"};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (int in = 1; in < 12; in++)
            for (int out = 1; out < 25; out += 3) {
                const struct resample_line line = {in, 0};
                struct resample *r = resample_create(in, out, &line, all[k], in % 2);
                for (int at = 0; at < out; at++) {
                    assert_true(r->at[at] >= 0 && r->at[at] + r->n[at] <= in);
                    assert_true(fabsf(r->sum[at] - 1) < 1e-5F);
                }
                resample_unref(r);
            }
    assert_false(resample_known("linear"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_tensorflow),
        cmocka_unit_test(weights_sum_up_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
