/* What a detection found, one number with its set, count and interval a row. */
#include "app/results/results.h"
#include "engine/base/escape.h"
#include "engine/measures/number.h"

#include "views/facts/goodnet.h"

static void begin(
    FILE *out, const struct detection *d, int net, enum detection_data data, const char *detector)
{
    escape_csv(out, net >= 0 ? d->nets[net].name : "");
    fprintf(out, ",%s,%s,", results_data(data), detector);
}

/* The images that were read to choose the net; a detector's threshold reads clean ones. */
static void end(FILE *out, const struct detection *d, int net)
{
    char sets[KNOWLEDGE_TEXT] = "clean";
    if (net >= 0)
        knowledge_sets_word(&d->nets[net].known, sets);
    fprintf(out, ",%s\n", sets);
}

/* of,count,n,value,low,high */
static void share(FILE *out, const char *of, int count, int n)
{
    struct number_interval wilson = number_interval(count, n);
    fprintf(out, "%s,%d,%d,%.17g,%.17g,%.17g", of, count, n, number_percent(count, n), wilson.low,
        wilson.high);
}

static void measures(FILE *out, const struct detection *d, int net, enum detection_data data)
{
    static const char *const who[N_WHO] = {"B", "repaired", "G"};
    struct goodnet_measure measures[GOODNET_MEASURES];
    const struct defence *defence = &d->nets[net].defence[data];
    goodnet_measures(defence, measures);
    for (int i = 0; i < GOODNET_MEASURES; i++)
        for (int w = 0; w < N_WHO; w++) {
            if (measures[i].n == 0 || measures[i].count[w] < 0)
                continue;
            begin(out, d, net, data, "");
            fprintf(out, ",,%s,", measures[i].name);
            share(out, who[w], measures[i].count[w], measures[i].n);
            end(out, d, net);
        }
    for (int w = 0; w < N_WHO; w++) {
        double rating = goodnet_rating(defence, (enum goodnet_who)w);
        if (rating < 0)
            continue;
        begin(out, d, net, data, "");
        fprintf(out, ",,der,%s,,,%.17g,,", who[w], rating);
        end(out, d, net);
    }
}

static void agreement(FILE *out, const struct detection *d, int net, enum detection_data data,
    const char *set, const struct goodnet_counts *a)
{
    const struct {
        const char *name;
        int count;
    } parts[] = {{"both", a->both}, {"only_b", a->only_b}, {"only_repaired", a->only_repaired},
        {"same_other", a->same_other}, {"different_other", a->different_other}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && a->n > 0; i++) {
        begin(out, d, net, data, "");
        fprintf(out, ",,agreement_%s_%s,", set, parts[i].name);
        share(out, "G", parts[i].count, a->n);
        end(out, d, net);
    }
}

static void detector(
    FILE *out, const struct detection *d, const struct detector_result *r, enum detection_data data)
{
    static const char *const names[N_SETS] = {"false_alarms", "detection"};
    const struct roc *roc = &r->roc[data];
    if (roc->auc >= 0) {
        begin(out, d, r->net, data, r->name);
        fprintf(out, ",,auc,,,,%.17g,,", roc->auc);
        end(out, d, r->net);
    }
    for (int i = 0; i < DETECTION_RATES; i++)
        for (int set = 0; set < N_SETS; set++) {
            if (roc->n[set] == 0)
                continue;
            begin(out, d, r->net, data, r->name);
            fprintf(out, "%g,%.17g,%s,", r->at[i].rate, r->at[i].threshold, names[set]);
            share(out, "", r->at[i].flagged[data][set], roc->n[set]);
            end(out, d, r->net);
        }
}

/* What every repair has to beat: B that never answers the attacked class. */
static void trivial(
    FILE *out, enum detection_data data, const struct outcome *says, const struct outcome *of)
{
    const struct {
        const char *name;
        int count, n;
    } measures[] = {{"clean_accuracy", says->clean, of->clean}, {"asr", says->attack, of->attack},
        {"robust_accuracy", says->robust, of->robust}, {"own_accuracy", says->own, of->own}};
    for (size_t i = 0; i < sizeof measures / sizeof *measures && says->clean >= 0; i++)
        if (measures[i].n > 0 && measures[i].count >= 0) {
            fprintf(out, "never answer target,%s,,,,%s,", results_data(data), measures[i].name);
            share(out, "repaired", measures[i].count, measures[i].n);
            fputs(",\n", out);
        }
}

void results_goodnet_csv(FILE *out, const struct snapshot *s)
{
    const struct detection *d = s->detection;
    fputs("net,data,detector,rate,threshold,measure,of,count,n,value,low,high,read\n", out);
    for (int i = 0; i < d->n_nets; i++)
        for (int data = 0; data < N_DATA; data++) {
            const struct defence *defence = &d->nets[i].defence[data];
            measures(out, d, i, (enum detection_data)data);
            agreement(out, d, i, (enum detection_data)data, "clean", &defence->clean);
            agreement(out, d, i, (enum detection_data)data, "poisoned", &defence->poisoned);
        }
    if (d->n_nets > 0) {
        trivial(out, DATA_VALIDATION, &s->trivial, &s->of);
        if (d->n[DATA_TEST][SET_CLEAN] > 0)
            trivial(out, DATA_TEST, &s->test_trivial, &s->test_of);
    }
    for (int i = 0; i < d->n_detectors; i++)
        for (int data = 0; data < N_DATA; data++)
            detector(out, d, &d->detectors[i], (enum detection_data)data);
}
