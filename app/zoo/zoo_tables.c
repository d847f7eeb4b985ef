/* The tables of the zoo: its nets, and how well criteria point at carriers. */
#include "app/tables/suspects.h"
#include "app/zoo/zoo.h"

#include <math.h>

enum {
    ATTACK,
    NET,
    SEED,
    CLEAN,
    ASR,
    RANK,
    MASK_RANK,
    VERDICT,
    STANDS,
    RIGHT,
    INDEX,
    BEST,
    AUC,
    PRECISION
};

static const struct table_column net_columns[] = {
    {.field = ATTACK, .name = "attack", .heading = "attack", .width = -13},
    {.field = NET, .name = "net", .heading = "net", .gap = 1, .width = -8},
    {.field = SEED, .name = "seed", .heading = "seed", .gap = 1, .width = 4},
    {.field = CLEAN,
        .name = "clean_accuracy",
        .heading = "clean",
        .gap = 1,
        .width = 5,
        .format = "%.1f"},
    {.field = ASR, .name = "asr", .heading = "ASR", .gap = 1, .width = 5, .format = "%.1f"},
    {.field = RANK, .name = "target_rank", .heading = "rank", .gap = 1, .width = 4},
    {.field = MASK_RANK, .name = "target_mask_rank", .heading = "mask", .gap = 1, .width = 4},
    {.field = VERDICT, .name = "verdict", .heading = "verdict", .gap = 2, .width = -18},
    {.field = STANDS, .name = "stands_out", .heading = "classes", .gap = 1, .width = -7},
    {.field = RIGHT, .name = "right", .heading = "right", .gap = 1, .width = 5},
    {.field = INDEX, .name = "anomaly_index", .in = {[IN_TEXT] = ""}},
    {.field = BEST, .name = "best_criterion", .in = {[IN_TEXT] = ""}},
    {.field = AUC, .name = "auc", .heading = "AUC", .gap = 1, .width = 4},
    {.field = PRECISION, .name = "precision_at_k", .in = {[IN_TEXT] = ""}},
};

static void real_or_unknown(struct table_value *value, double number)
{
    if (isfinite(number))
        value_real(value, number);
    else
        value_unknown(value);
}

static void net_row(const void *source, int index, struct table_value *values)
{
    const struct zoo_net *net = &((const struct zoo *)source)->nets[index];
    value_text(&values[ATTACK], net->attack);
    value_text(&values[NET], net->net);
    value_whole(&values[SEED], net->seed);
    value_real(&values[CLEAN], net->clean_accuracy);
    real_or_unknown(&values[ASR], net->asr);
    value_count(&values[RANK], net->rank ? net->rank : -1);
    value_count(&values[MASK_RANK], net->mask_rank ? net->mask_rank : -1);
    value_text(&values[VERDICT], suspects_verdict_word(net->verdict));
    value_text(&values[STANDS], net->stands);
    value_text(&values[RIGHT], !net->counts ? "failed" : net->right ? "yes" : "no");
    value_real(&values[INDEX], net->index);
    value_text(&values[BEST], net->best[0] ? net->best : NULL);
    real_or_unknown(&values[AUC], net->auc);
    real_or_unknown(&values[PRECISION], net->precision);
}

const struct results_table table_zoo = {
    .name = "zoo",
    .columns = net_columns,
    .n_columns = sizeof net_columns / sizeof *net_columns,
    .row = net_row,
};

enum { CRITERION, ORACLE, NETS, MEAN_AUC, MEAN_PRECISION };

static const struct table_column criterion_columns[] = {
    {.field = CRITERION, .name = "criterion", .heading = "criterion", .width = -24},
    {.field = ORACLE, .name = "oracle", .heading = "oracle", .gap = 1, .width = 6},
    {.field = NETS, .name = "nets", .heading = "nets", .gap = 1, .width = 5},
    {.field = MEAN_AUC, .name = "auc", .heading = "AUC", .gap = 2, .width = 5},
    {.field = MEAN_PRECISION,
        .name = "precision_at_k",
        .heading = "precision at k",
        .gap = 2,
        .width = 14},
};

static void criterion_row(const void *source, int index, struct table_value *values)
{
    const struct localisation *score = &((const struct zoo *)source)->criteria[index];
    value_text(&values[CRITERION], score->criterion);
    value_yes_no(&values[ORACLE], score->oracle);
    value_whole(&values[NETS], score->n_sites);
    real_or_unknown(&values[MEAN_AUC], score->auc);
    real_or_unknown(&values[MEAN_PRECISION], score->precision);
}

const struct results_table table_localisation = {
    .name = "localisation",
    .columns = criterion_columns,
    .n_columns = sizeof criterion_columns / sizeof *criterion_columns,
    .row = criterion_row,
};
