/* What GoodNet is worth with each repaired net that was compared. */
#include "app/tables/defence.h"

#include "app/tables/outcomes.h"
#include "app/tables/tables.h"

#include <string.h>

/* Measures as goodnet_measures counts them, three nets each. */
enum { CLEAN, ASR, ROBUST, OWN, DETECTION, FALSE_ALARMS, COVERAGE, SELECTIVE };
enum { NAME, EXACT, DATA, N_CLEAN, N_POISONED, DER, MEASURES = DER + N_WHO };
#define OF(measure, who) (MEASURES + (measure)*N_WHO + (who))
#define NAMED(measure, who, name, net) \
    .field = OF(measure, who), .in = {[IN_FILE] = name, [IN_JSON] = net
#define B_OF(measure, name)                         \
    {                                               \
        NAMED(measure, WHO_B, name "_b", "b." name) \
    }                                               \
    }
#define REPAIRED_OF(measure, name) NAMED(measure, WHO_REPAIRED, name "_repaired", "repaired." name)
#define GOOD_OF(measure, name) NAMED(measure, WHO_GOOD, name "_goodnet", "good." name)

/* clang-format off */
static const struct table_column columns[] = {
    {.field = NAME, .in = {[IN_PAPER] = "net", [IN_REPORT] = "with"}},
    {.field = EXACT, .in = {[IN_FILE] = "net"}},
    {.field = DATA, .in = {[IN_FILE] = "data", [IN_PAPER] = "images", [IN_REPORT] = "images"}},
    {.field = N_CLEAN, .in = {[IN_FILE] = "n_clean"}},
    {.field = N_POISONED, .in = {[IN_FILE] = "n_poisoned"}},
    B_OF(CLEAN, "clean_accuracy"),
    {REPAIRED_OF(CLEAN, "clean_accuracy"), [IN_PAPER] = "acc. B′"}},
    {GOOD_OF(CLEAN, "clean_accuracy"), [IN_PAPER] = "acc. G",
        [IN_REPORT] = "clean accuracy (95 %)"}},
    B_OF(ASR, "asr"),
    {REPAIRED_OF(ASR, "asr"), [IN_PAPER] = "ASR B′"}},
    {GOOD_OF(ASR, "asr"), [IN_PAPER] = "ASR G", [IN_REPORT] = "ASR (95 %)"}},
    {.field = OF(OWN, WHO_REPAIRED), .in = {[IN_PAPER] = "own B′"}},
    B_OF(ROBUST, "robust_accuracy"),
    {REPAIRED_OF(ROBUST, "robust_accuracy"), [IN_PAPER] = "robust B′"}},
    {GOOD_OF(ROBUST, "robust_accuracy"), [IN_REPORT] = "robust accuracy (95 %)"}},
    B_OF(OWN, "own_accuracy"),
    {REPAIRED_OF(OWN, "own_accuracy")}},
    {GOOD_OF(OWN, "own_accuracy"), [IN_REPORT] = "the target's own images (95 %)"}},
    {GOOD_OF(DETECTION, "detection"), [IN_PAPER] = "detected", [IN_REPORT] = "detection (95 %)"}},
    {GOOD_OF(FALSE_ALARMS, "false_alarms"), [IN_PAPER] = "false alarms",
        [IN_REPORT] = "false alarms (95 %)"}},
    {GOOD_OF(COVERAGE, "coverage"), [IN_REPORT] = "coverage (95 %)"}},
    {GOOD_OF(SELECTIVE, "selective_accuracy"), [IN_REPORT] = "selective accuracy (95 %)"}},
    {.field = DER + WHO_REPAIRED, .in = {[IN_JSON] = "repaired.der"}},
    {.field = DER + WHO_GOOD, .in = {[IN_JSON] = "good.der"}},
};
/* clang-format on */

static const struct table_column rating_columns[] = {
    {.field = NAME, .heading = "net"},
    {.field = DATA, .heading = "images"},
    {.field = DER + WHO_REPAIRED, .heading = "DER of B′", .format = "%.3f"},
    {.field = DER + WHO_GOOD, .heading = "DER of G", .format = "%.3f"},
    {.field = OF(ROBUST, WHO_REPAIRED), .heading = "robust accuracy of B′ (95 %)"},
};

static void fill(const struct defence *defence, struct table_value *values)
{
    struct goodnet_measure measures[GOODNET_MEASURES];
    goodnet_measures(defence, measures);
    value_whole(&values[N_CLEAN], defence->clean.n);
    value_whole(&values[N_POISONED], defence->poisoned.n);
    for (int who = 0; who < N_WHO; who++) {
        double rating = goodnet_rating(defence, (enum goodnet_who)who);
        if (rating >= 0)
            value_real(&values[DER + who], rating);
        for (int i = 0; i < GOODNET_MEASURES; i++)
            value_share(&values[OF(i, who)], measures[i].count[who], measures[i].n);
    }
}

/* B that never answers the target class, which every repair has to beat; it flags nothing. */
static void fill_trivial(const struct outcome *count, const struct outcome *of,
    enum goodnet_who who, struct table_value *values)
{
    struct outcome_measure measures[OUTCOME_MEASURES];
    outcome_measures(count, of, measures); /* CLEAN, ASR, ROBUST, OWN */
    value_whole(&values[N_CLEAN], of->clean);
    value_whole(&values[N_POISONED], of->attack);
    for (int i = 0; i < OUTCOME_MEASURES; i++)
        value_share(&values[OF(i, who)], measures[i].count, measures[i].n);
}

static void defence_values(const void *source, int index, struct table_value *values)
{
    const struct defence_row *row = (const struct defence_row *)source + index;
    value_text(&values[NAME], row->name);
    value_text(&values[DATA], row->data);
    if (row->defence)
        fill(row->defence, values);
    else
        fill_trivial(row->count, row->of, row->who, values);
}

static bool has_trivial(const struct snapshot *s, enum detection_data data)
{
    return s->detection->n[data][SET_CLEAN] > 0 && outcomes_trivial_of(s, data)->clean >= 0 &&
           outcomes_of(s, data)->attack > 0;
}

/* Nets on validation images, then on test images, then the trivial defence on each. */
static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    const struct detection *d = s->detection;
    int n_sets = d->n[DATA_TEST][SET_CLEAN] > 0 ? N_DATA : 1;
    if (index < d->n_nets * n_sets) {
        const struct detection_net *net = &d->nets[index % d->n_nets];
        enum detection_data data = index / d->n_nets ? DATA_TEST : DATA_VALIDATION;
        value_text(&values[EXACT], net->name);
        value_text(&values[NAME], goodnet_name(net, values[NAME].own));
        value_text(&values[DATA], tables_data(data));
        fill(&net->defence[data], values);
        return;
    }
    bool second = index > d->n_nets * n_sets || !has_trivial(s, DATA_VALIDATION);
    enum detection_data data = second ? DATA_TEST : DATA_VALIDATION;
    value_text(&values[EXACT], "never answer target");
    value_text(&values[NAME], "never answer target");
    value_text(&values[DATA], tables_data(data));
    fill_trivial(outcomes_trivial_of(s, data), outcomes_of(s, data), WHO_REPAIRED, values);
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    const struct detection *d = s->detection;
    if (!d || d->n_nets == 0)
        return fail_as(err, ERROR_FAILED, "no repaired net was compared yet: detect");
    *n = d->n_nets * (d->n[DATA_TEST][SET_CLEAN] > 0 ? N_DATA : 1) +
         has_trivial(s, DATA_VALIDATION) + has_trivial(s, DATA_TEST);
    return true;
}

static void caption(const void *source, char *text, size_t size)
{
    (void)source;
    snprintf(text, size,
        "GoodNet G says what the unpruned net B and a repaired net B′ agree on, else N+1 "
        "(flagged). In percent: clean accuracy (acc.), attack success rate (ASR), accuracy on "
        "images of the target's own class (own), poisoned images classified as their true class "
        "(robust), poisoned images that are flagged (detected), clean images that are flagged "
        "(false alarms). The trivial defence is B that never answers the target");
}

const struct results_table table_goodnet = {
    .name = "table-goodnet",
    .view = "goodnet",
    .help = "what GoodNet is worth with each repaired net, as a table",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};

const struct results_table table_defence = {
    .name = "defence",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = defence_values,
};

const struct results_table table_ratings = {
    .name = "ratings",
    .columns = rating_columns,
    .n_columns = sizeof rating_columns / sizeof *rating_columns,
    .row = defence_values,
};
