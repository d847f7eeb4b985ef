/* What a detection found, as JSON; every share with its count, n and interval. */
#include "app/results/results.h"
#include "app/results/results_goodnet.h"
#include "engine/measures/number.h"

#include "views/facts/goodnet.h"

#include <jansson.h>

static json_t *text(const char *value)
{
    json_t *string = value ? json_string(value) : NULL;
    return string ? string : json_null(); /* also for what is not UTF-8 */
}

json_t *results_knowledge(const struct knowledge *known)
{
    static const char *const names[] = {"clean", "poisoned", "test"};
    char sentence[KNOWLEDGE_TEXT];
    json_t *sets = json_array();
    for (unsigned i = 0; i < 3; i++)
        if (known->sets >> i & 1)
            json_array_append_new(sets, json_string(names[i]));
    return json_pack("{s:s, s:o, s:b, s:b, s:b, s:o, s:o, s:o}", "sentence",
        knowledge_sentence(known, sentence), "read", sets, "by_hand", known->by_hand, "unknown",
        known->unknown, "counted", known->counted, "criterion", text(known->criterion), "order",
        text(known->order), "layer", text(known->layer));
}

static json_t *share(int count, int n)
{
    struct number_interval wilson = number_interval(count, n);
    return json_pack("{s:i, s:i, s:f, s:[f, f]}", "count", count, "n", n, "percent",
        number_percent(count, n), "interval", wilson.low, wilson.high);
}

static json_t *agreement_object(const struct goodnet_counts *a)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "n", a->n, "both", a->both, "only_b",
        a->only_b, "only_repaired", a->only_repaired, "same_other", a->same_other,
        "different_other", a->different_other);
}

json_t *results_defence(const struct defence *defence)
{
    static const char *const names[N_WHO] = {"b", "repaired", "good"};
    struct goodnet_measure measures[GOODNET_MEASURES];
    json_t *object = json_object();
    goodnet_measures(defence, measures);
    for (int who = 0; who < N_WHO; who++) {
        json_t *shares = json_object();
        for (int i = 0; i < GOODNET_MEASURES; i++)
            if (measures[i].n > 0 && measures[i].count[who] >= 0)
                json_object_set_new(
                    shares, measures[i].name, share(measures[i].count[who], measures[i].n));
        double rating = goodnet_rating(defence, (enum goodnet_who)who);
        if (rating >= 0)
            json_object_set_new(shares, "der", json_real(rating));
        json_object_set_new(object, names[who], shares);
    }
    json_object_set_new(object, "clean", agreement_object(&defence->clean));
    if (defence->poisoned.n > 0)
        json_object_set_new(object, "poisoned", agreement_object(&defence->poisoned));
    if (defence->own.n > 0)
        json_object_set_new(object, "own", agreement_object(&defence->own));
    if (defence->truth.n > 0)
        json_object_set_new(object, "truth", agreement_object(&defence->truth));
    return object;
}

static json_t *net_object(const struct detection_net *net)
{
    json_t *object = json_pack("{s:o, s:s, s:i, s:o, s:o}", "name", text(net->name), "kinship",
        results_kinship(net), "weights_zeroed", net->n_zeroed, "points",
        net->points > 0 ? json_real(net->points) : json_null(), "round",
        net->index >= 0 ? json_integer(net->index) : json_null());
    json_object_set_new(object, "knowledge", results_knowledge(&net->known));
    for (int data = 0; data < N_DATA; data++)
        if (net->defence[data].clean.n > 0)
            json_object_set_new(object, results_data((enum detection_data)data),
                results_defence(&net->defence[data]));
    return object;
}

static json_t *point_object(
    const struct detector_result *r, const struct operating_point *at, enum detection_data data)
{
    json_t *object = json_object();
    static const char *const names[N_SETS] = {"false_alarms", "detection"};
    json_object_set_new(object, "rate", json_real(at->rate));
    json_object_set_new(object, "threshold", json_real(at->threshold));
    for (int set = 0; set < N_SETS; set++)
        if (r->roc[data].n[set] > 0)
            json_object_set_new(
                object, names[set], share(at->flagged[data][set], r->roc[data].n[set]));
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

static json_t *detector_object(const struct detection *d, const struct detector_result *r)
{
    json_t *object = json_pack("{s:s, s:o, s:s, s:s, s:s}", "name", r->name, "net",
        r->net >= 0 ? text(d->nets[r->net].name) : json_null(), "reads",
        r->net >= 0 ? "B and the net" : "B", "threshold_from", "clean validation images", "source",
        r->source);
    for (int data = 0; data < N_DATA; data++) {
        const struct roc *roc = &r->roc[data];
        if (roc->n[SET_CLEAN] == 0)
            continue;
        json_t *points = json_array();
        for (int i = 0; i < DETECTION_RATES; i++)
            json_array_append_new(points, point_object(r, &r->at[i], (enum detection_data)data));
        json_object_set_new(object, results_data((enum detection_data)data),
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
                        "{s:o, s:i}", "name", text(d->name[data][set]), "n", d->n[data][set]));
        if (d->n[data][SET_CLEAN] > 0)
            json_object_set_new(sets, results_data((enum detection_data)data), object);
        else
            json_decref(object);
    }
    return sets;
}

json_t *results_detection(const struct detection *d)
{
    json_t *nets = json_array(), *detectors = json_array();
    for (int i = 0; i < d->n_nets; i++)
        json_array_append_new(nets, net_object(&d->nets[i]));
    for (int i = 0; i < d->n_detectors; i++)
        json_array_append_new(detectors, detector_object(d, &d->detectors[i]));
    return json_pack("{s:o, s:o, s:o, s:o}", "sets", sets_object(d), "warning",
        d->warning[0] ? text(d->warning) : json_null(), "nets", nets, "detectors", detectors);
}

/* What every repair has to beat; null: not defined. */
static json_t *trivial_object(const struct outcome *says, const struct outcome *of)
{
    const struct {
        const char *name;
        int count, n;
    } measures[] = {{"clean_accuracy", says->clean, of->clean}, {"asr", says->attack, of->attack},
        {"robust_accuracy", says->robust, of->robust}, {"own_accuracy", says->own, of->own}};
    json_t *object = json_object();
    if (says->clean < 0) {
        json_decref(object);
        return json_null();
    }
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (measures[i].n > 0 && measures[i].count >= 0)
            json_object_set_new(object, measures[i].name, share(measures[i].count, measures[i].n));
    return object;
}

void results_goodnet_json(FILE *out, const struct snapshot *s)
{
    char flags[PIXEL_FLAGS];
    json_t *object = results_detection(s->detection);
    json_object_set_new(object, "model", text(s->model_name));
    json_object_set_new(object, "never_answer_target", trivial_object(&s->trivial, &s->of));
    if (s->detection->n[DATA_TEST][SET_CLEAN] > 0)
        json_object_set_new(
            object, "test_never_answer_target", trivial_object(&s->test_trivial, &s->test_of));
    json_object_set_new(object, "scale", json_real(s->scale));
    json_object_set_new(object, "pixels", json_string(pixel_scaling_flags(&s->scaling, flags)));
    json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putc('\n', out);
    json_decref(object);
}
