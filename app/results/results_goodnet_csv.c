/* What a detection found, one number with its set, count and interval a row. */
#include "app/results/results.h"

#include "app/tables/defence.h"
#include "app/tables/outcomes.h"

static void add(FILE *out, struct finding finding)
{
    table_csv_row(out, &table_findings, &finding, 0, IN_CSV);
}

/* What all findings of a net share; a detector of B alone is of none, and reads clean images. */
static struct finding begin(const struct detection *d, int net, enum detection_data data,
    const char *detector, char read[KNOWLEDGE_TEXT])
{
    snprintf(read, KNOWLEDGE_TEXT, "clean");
    if (net >= 0)
        knowledge_sets_word(&d->nets[net].known, read);
    return (struct finding){.net = net >= 0 ? d->nets[net].name : "",
        .data = tables_data(data),
        .detector = detector,
        .of = "",
        .read = read};
}

static void measures(FILE *out, const struct detection *d, int net, enum detection_data data)
{
    static const char *const who[N_WHO] = {"B", "repaired", "G"};
    struct goodnet_measure measures[GOODNET_MEASURES];
    const struct defence *defence = &d->nets[net].defence[data];
    char read[KNOWLEDGE_TEXT];
    struct finding finding = begin(d, net, data, "", read);
    goodnet_measures(defence, measures);
    for (int i = 0; i < GOODNET_MEASURES; i++)
        for (int w = 0; w < N_WHO; w++) {
            if (measures[i].n == 0 || measures[i].count[w] < 0)
                continue;
            snprintf(finding.measure, sizeof finding.measure, "%s", measures[i].name);
            finding.of = who[w];
            finding.count = measures[i].count[w];
            finding.n = measures[i].n;
            add(out, finding);
        }
    finding.n = 0;
    snprintf(finding.measure, sizeof finding.measure, "der");
    for (int w = 0; w < N_WHO; w++) {
        finding.of = who[w];
        finding.value = goodnet_rating(defence, (enum goodnet_who)w);
        if (finding.value >= 0)
            add(out, finding);
    }
}

static void agreement(FILE *out, const struct detection *d, int net, enum detection_data data,
    const char *set, const struct goodnet_counts *a)
{
    char read[KNOWLEDGE_TEXT];
    struct finding finding = begin(d, net, data, "", read);
    finding.of = "G";
    finding.n = a->n;
    for (int i = 0; i < AGREEMENT_PARTS && a->n > 0; i++) {
        const char *part = agreement_part(a, i, &finding.count);
        snprintf(finding.measure, sizeof finding.measure, "agreement_%s_%s", set, part);
        add(out, finding);
    }
}

static void detector(
    FILE *out, const struct detection *d, const struct detector_result *r, enum detection_data data)
{
    static const char *const names[N_SETS] = {"false_alarms", "detection"};
    const struct roc *roc = &r->roc[data];
    char read[KNOWLEDGE_TEXT];
    struct finding finding = begin(d, r->net, data, r->name, read);
    finding.value = roc->auc;
    snprintf(finding.measure, sizeof finding.measure, "auc");
    if (roc->auc >= 0)
        add(out, finding);
    for (int i = 0; i < DETECTION_RATES; i++)
        for (int set = 0; set < N_SETS; set++) {
            if (roc->n[set] == 0)
                continue;
            finding.at = &r->at[i];
            snprintf(finding.measure, sizeof finding.measure, "%s", names[set]);
            finding.count = r->at[i].flagged[data][set];
            finding.n = roc->n[set];
            add(out, finding);
        }
}

/* What every repair has to beat: B that never answers the target class. */
static void trivial(FILE *out, const struct snapshot *s, enum detection_data data)
{
    struct outcome_measure measures[OUTCOME_MEASURES];
    const struct outcome *says = outcomes_trivial_of(s, data);
    outcome_measures(says, outcomes_of(s, data), measures);
    for (int i = 0; i < OUTCOME_MEASURES && says->clean >= 0; i++) {
        struct finding finding = {.net = "never answer target",
            .data = tables_data(data),
            .detector = "",
            .of = "repaired",
            .count = measures[i].count,
            .n = measures[i].n,
            .read = ""};
        snprintf(finding.measure, sizeof finding.measure, "%s", measures[i].name);
        if (finding.n > 0 && finding.count >= 0)
            add(out, finding);
    }
}

void results_goodnet_csv(FILE *out, const struct snapshot *s)
{
    const struct detection *d = s->detection;
    table_csv_head(out, &table_findings, IN_CSV, &s->attacked);
    for (int i = 0; i < d->n_nets; i++)
        for (int data = 0; data < N_DATA; data++) {
            const struct defence *defence = &d->nets[i].defence[data];
            measures(out, d, i, (enum detection_data)data);
            agreement(out, d, i, (enum detection_data)data, "clean", &defence->clean);
            agreement(out, d, i, (enum detection_data)data, "poisoned", &defence->poisoned);
        }
    if (d->n_nets > 0) {
        trivial(out, s, DATA_VALIDATION);
        if (d->n[DATA_TEST][SET_CLEAN] > 0)
            trivial(out, s, DATA_TEST);
    }
    for (int i = 0; i < d->n_detectors; i++)
        for (int data = 0; data < N_DATA; data++)
            detector(out, d, &d->detectors[i], (enum detection_data)data);
}
