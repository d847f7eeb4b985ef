/* Shares and their intervals. */
#include "engine/measures/number.h"

#include "tests/test.h"

static void test_intervals(void **state)
{
    (void)state;
    /* Wilson 1927, worked out by hand from the formula */
    struct number_interval interval = number_interval(169, 171);
    assert_true(interval.low > 95.83 && interval.low < 95.84);
    assert_true(interval.high > 99.67 && interval.high < 99.69);
    assert_true(number_interval(0, 50).low == 0 && number_interval(50, 50).high == 100);
    assert_true(number_interval(0, 0).low == 0 && number_interval(0, 0).high == 100);
    assert_true(number_percent(1, 0) == 0 && number_percent(1, 4) == 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
