/* What a detection found, as JSON; every share with its count, n and interval. */
#include "app/results/results.h"

#include "app/tables/defence.h"
#include "app/tables/outcomes.h"
#include "app/results/results_json.h"

#include <jansson.h>

json_t *results_knowledge(const struct knowledge *known)
{
    static const char *const names[] = {"clean", "poisoned", "test", "surrogate"};
    char sentence[KNOWLEDGE_TEXT];
    json_t *sets = json_array();
    for (unsigned i = 0; i < KNOWLEDGE_N_SETS; i++)
        if (known->sets >> i & 1)
            json_array_append_new(sets, json_string(names[i]));
    return json_pack("{s:s, s:o, s:b, s:b, s:b, s:o, s:o, s:o}", "sentence",
        knowledge_sentence(known, sentence), "read", sets, "by_hand", known->by_hand, "unknown",
        known->unknown, "counted", known->counted, "criterion", json_text(known->criterion),
        "order", json_text(known->order), "layer", json_text(known->layer));
}

static void set_agreement(json_t *object, const char *name, const struct goodnet_counts *counts)
{
    const struct agreement_row row = {NULL, NULL, counts};
    json_object_set_new(object, name, table_json_row(&table_agreement, &row, 0));
}

json_t *results_defence(const struct defence *defence)
{
    const struct defence_row row = {.defence = defence};
    json_t *object = table_json_row(&table_defence, &row, 0);
    set_agreement(object, "clean", &defence->clean);
    if (defence->poisoned.n > 0)
        set_agreement(object, "poisoned", &defence->poisoned);
    if (defence->own.n > 0)
        set_agreement(object, "own", &defence->own);
    if (defence->truth.n > 0)
        set_agreement(object, "truth", &defence->truth);
    return object;
}

static json_t *net_object(const struct detection_net *net)
{
    json_t *object = json_pack("{s:o, s:s, s:i, s:o, s:o}", "name", json_text(net->name), "kinship",
        results_kinship(net), "weights_zeroed", net->n_zeroed, "points",
        net->points > 0 ? json_real(net->points) : json_null(), "round",
        net->index >= 0 ? json_integer(net->index) : json_null());
    json_object_set_new(object, "knowledge", results_knowledge(&net->known));
    for (int data = 0; data < N_DATA; data++)
        if (net->defence[data].clean.n > 0)
            json_object_set_new(object, tables_data((enum detection_data)data),
                results_defence(&net->defence[data]));
    return object;
}

/* Corners as counts of flagged clean and poisoned images. */
static json_t *curve(const struct roc *roc)
{
    json_t *points = json_array();
    for (int i = 0; i < roc->n_points; i++)
        json_array_append_new(
            points, json_pack("[i, i]", roc->flagged[SET_CLEAN][i], roc->flagged[SET_POISONED][i]));
    return points;
}

static json_t *detector_object(const struct snapshot *s, int index)
{
    const struct detection *d = s->detection;
    const struct detector_result *r = &d->detectors[index];
    json_t *object = json_pack("{s:s, s:o, s:s, s:s, s:s}", "name", r->name, "net",
        r->net >= 0 ? json_text(d->nets[r->net].name) : json_null(), "reads",
        r->net >= 0 ? "B and the net" : "B", "threshold_from", "clean validation images", "source",
        r->source);
    for (int data = 0; data < N_DATA; data++) {
        const struct roc *roc = &r->roc[data];
        if (roc->n[SET_CLEAN] == 0)
            continue;
        json_t *points = json_array();
        int row = detectors_row(d, index, (enum detection_data)data);
        for (int i = 0; i < DETECTION_RATES; i++)
            json_array_append_new(points, table_json_row(&table_detectors, s, row + i));
        json_object_set_new(object, tables_data((enum detection_data)data),
            json_pack("{s:o, s:o, s:o}", "auc", roc->auc >= 0 ? json_real(roc->auc) : json_null(),
                "at", points, "roc", curve(roc)));
    }
    return object;
}

static json_t *sets_object(const struct detection *d)
{
    static const char *const names[N_SETS] = {"clean", "poisoned"};
    json_t *sets = json_object();
    for (int data = 0; data < N_DATA; data++) {
        json_t *object = json_object();
        for (int set = 0; set < N_SETS; set++)
            if (d->n[data][set] > 0)
                json_object_set_new(object, names[set],
                    json_pack(
                        "{s:o, s:i}", "name", json_text(d->name[data][set]), "n", d->n[data][set]));
        if (d->n[data][SET_CLEAN] > 0)
            json_object_set_new(sets, tables_data((enum detection_data)data), object);
        else
            json_decref(object);
    }
    return sets;
}

json_t *results_detection(const struct snapshot *s)
{
    const struct detection *d = s->detection;
    json_t *nets = json_array(), *detectors = json_array();
    for (int i = 0; i < d->n_nets; i++)
        json_array_append_new(nets, net_object(&d->nets[i]));
    for (int i = 0; i < d->n_detectors; i++)
        json_array_append_new(detectors, detector_object(s, i));
    return json_pack("{s:o, s:o, s:o, s:o}", "sets", sets_object(d), "warning",
        d->warning[0] ? json_text(d->warning) : json_null(), "nets", nets, "detectors", detectors);
}

/* What every repair has to beat; null: not defined. */
static json_t *trivial_object(const struct outcome *says, const struct outcome *of)
{
    struct outcome_measure measures[OUTCOME_MEASURES];
    if (says->clean < 0)
        return json_null();
    json_t *object = json_object();
    outcome_measures(says, of, measures);
    for (int i = 0; i < OUTCOME_MEASURES; i++)
        if (measures[i].n > 0 && measures[i].count >= 0)
            json_object_set_new(
                object, measures[i].name, json_share(measures[i].count, measures[i].n));
    return object;
}

void results_goodnet_json(FILE *out, const struct snapshot *s)
{
    char flags[PIXEL_FLAGS];
    json_t *object = results_detection(s);
    json_object_set_new(object, "model", json_text(s->model_name));
    json_object_set_new(object, "never_answer_target", trivial_object(&s->trivial, &s->of));
    if (s->detection->n[DATA_TEST][SET_CLEAN] > 0)
        json_object_set_new(
            object, "test_never_answer_target", trivial_object(&s->test_trivial, &s->test_of));
    json_object_set_new(object, "scale", json_real(s->scale));
    json_object_set_new(object, "pixels", json_string(pixel_scaling_flags(&s->scaling, flags)));
    table_json_say_surrogate(object, &s->attacked);
    json_print(out, object);
}
