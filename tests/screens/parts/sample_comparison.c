/* Criteria that are compared in samples of snapshots. */
#include "tests/screens/parts/sample_comparison.h"

enum { ORDERS = 4, ROUNDS = 5, CHANNELS = 4 };

static const struct outcome rounds[ORDERS - 1][ROUNDS] = {
    {{295, 300, -1, -1}, {290, 280, -1, -1}, {285, 200, -1, -1}, {270, 90, -1, -1},
        {200, 10, -1, -1}},
    {{295, 300, -1, -1}, {280, 300, -1, -1}, {240, 300, -1, -1}, {120, 250, -1, -1},
        {40, 0, -1, -1}},
    {{295, 300, -1, -1}, {294, 120, -1, -1}, {292, 12, -1, -1}, {288, 3, -1, -1}, {280, 0, -1, -1}},
};
static const float scores[ORDERS - 1][CHANNELS] = {{1, 2, 3, 4}, {4, 3, 1, 2}, {1, 3, 2, 4}};
static const int ranking[ORDERS - 1][CHANNELS] = {{0, 1, 2, 3}, {2, 3, 1, 0}, {0, 2, 1, 3}};
static const bool on_front[ORDERS - 1][ROUNDS] = {{true}, {true}, {true, true, true, true, true}};

#define ORDER(i, name, shown, sets_read)                                                        \
    {                                                                                           \
        .criterion = name, .source = "a paper", .badge = shown, .site = 2,                      \
        .known = {.sets = sets_read, .criterion = name, .layer = "conv_3"},                     \
        .n_channels = CHANNELS, .scores = scores[i], .ranking = ranking[i], .n_rounds = ROUNDS, \
        .rounds = rounds[i], .rule_channels = -1,                                               \
        .tradeoff = {.stop = {0, 1, 2, 3}, .disarmed = ROUNDS - 1, .area = 40},                 \
    }

static const struct compared_order all[ORDERS] = {
    ORDER(0, "mean-activation", BADGE_CLEAN, KNOWLEDGE_CLEAN),
    ORDER(1, "l1", BADGE_DATA_FREE, 0),
    ORDER(2, "difference", BADGE_ORACLE, KNOWLEDGE_CLEAN | KNOWLEDGE_POISONED),
    {.criterion = "target-weight",
        .source = "a paper",
        .site = 2,
        .refused = "layer conv_3 does not feed the last Dense layer",
        .rule_channels = -1},
};
static const struct compared_order *const orders[ORDERS] = {&all[0], &all[1], &all[2], &all[3]};
static const bool *const fronts[ORDERS] = {on_front[0], on_front[1], on_front[2], on_front[0]};
static const double correlation[ORDERS * ORDERS] = {1, -0.8, 0.8, (double)__builtin_nanf(""), -0.8,
    1, -0.4, (double)__builtin_nanf(""), 0.8, -0.4, 1, (double)__builtin_nanf(""),
    (double)__builtin_nanf(""), (double)__builtin_nanf(""), (double)__builtin_nanf(""),
    (double)__builtin_nanf("")};

const struct criteria_comparison *sample_comparison(void)
{
    static const struct criteria_comparison comparison = {.n = ORDERS,
        .wanted = ORDERS,
        .orders = orders,
        .of = {.clean = 300, .attack = 300, .own = -1, .robust = -1},
        .on_front = fronts,
        .correlation = correlation};
    return &comparison;
}
