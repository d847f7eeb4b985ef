/* held_out: the part of the clean images that no repair learns from. */
#include "engine/defence/repairs/held_out.h"

#include "tests/test.h"

enum { CLASSES = 6, MOST = 200 };

static void one_in_five_of_each_class(void **state)
{
    (void)state;
    static const int sizes[CLASSES] = {1, 2, 3, 5, 12, 100};
    static const int wanted[CLASSES] = {0, 0, 1, 1, 2, 20};
    int32_t labels[MOST];
    int n = 0, order[MOST], again[MOST], seen[MOST] = {0}, count[CLASSES] = {0};
    bool held[MOST], same[MOST];
    for (int c = 0; c < CLASSES; c++)
        for (int i = 0; i < sizes[c]; i++)
            labels[n++] = c;
    int total = held_out_split(labels, n, CLASSES, 1, order, held);
    for (int i = 0; i < n; i++) {
        seen[order[i]]++;
        count[labels[i]] += held[i];
    }
    for (int i = 0; i < n; i++)
        assert_int_equal(seen[i], 1); /* a permutation */
    for (int c = 0; c < CLASSES; c++)
        assert_int_equal(count[c], wanted[c]);
    assert_int_equal(total, 24);
    assert_int_equal(held_out_split(labels, n, CLASSES, 1, again, same), total);
    assert_memory_equal(order, again, (size_t)n * sizeof *order);
    assert_memory_equal(held, same, (size_t)n * sizeof *held);
    held_out_split(labels, n, CLASSES, 2, again, same);
    assert_memory_not_equal(held, same, (size_t)n * sizeof *held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_in_five_of_each_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
