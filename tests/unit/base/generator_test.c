/* generator: a function in a thread of its own runs only while its owner waits. */
#include "engine/base/generator.h"

#include "tests/test.h"

struct counting {
    int at, last;
    bool ended, told;
};

static void count(struct generator *generator, void *context)
{
    struct counting *counting = context;
    bool wanted = true;
    while (wanted && counting->at < counting->last) {
        counting->at++;
        wanted = generator_yield(generator, &counting->at);
    }
    counting->told = !wanted && !generator_yield(generator, &counting->at);
    counting->ended = true;
}

static void values_come_one_by_one(void **state)
{
    (void)state;
    struct counting counting = {.last = 500};
    struct error err = {0};
    struct generator *generator = generator_create(count, &counting, &err);
    assert_non_null(generator);
    assert_int_equal(counting.at, 0);
    for (int i = 1; i <= 500; i++) {
        const int *value = generator_next(generator);
        assert_ptr_equal(value, &counting.at);
        assert_int_equal(*value, i);
    }
    assert_false(counting.ended);
    assert_null(generator_next(generator));
    assert_true(counting.ended && !counting.told);
    assert_null(generator_next(generator));
    generator_destroy(generator);
}

static void it_can_be_ended_anywhere(void **state)
{
    (void)state;
    for (int turns = 0; turns < 4; turns++) {
        struct counting counting = {.last = 3};
        struct error err = {0};
        struct generator *generator = generator_create(count, &counting, &err);
        for (int i = 0; i < turns; i++)
            generator_next(generator);
        generator_destroy(generator);
        assert_int_equal(counting.ended, turns > 0);
        assert_int_equal(counting.told, turns > 0);
        assert_int_equal(counting.at, turns);
    }
    generator_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_one_by_one),
        cmocka_unit_test(it_can_be_ended_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
