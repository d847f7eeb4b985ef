/* Results as JSON, by jansson. */
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

/* Percent of n, null when there is nothing to count. */
static json_t *percent(int hits, int n)
{
    return n > 0 && hits >= 0 ? json_real(number_percent(hits, n)) : json_null();
}

static json_t *interval(int hits, int n)
{
    if (n <= 0 || hits < 0)
        return json_null();
    struct number_interval wilson = number_interval(hits, n);
    return json_pack("[f, f]", wilson.low, wilson.high);
}

static void print(FILE *out, json_t *object)
{
    json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putc('\n', out);
    json_decref(object);
}

static json_t *counts(int n_clean, int clean_correct, int n_poisoned, int attack_hits)
{
    return json_pack("{s:i, s:i, s:o, s:i, s:i, s:o}", "n_clean", n_clean, "clean_correct",
        clean_correct, "clean_accuracy", percent(clean_correct, n_clean), "n_poisoned", n_poisoned,
        "attack_hits", attack_hits, "asr", percent(attack_hits, n_poisoned));
}

static void set_count(
    json_t *object, const char *n_name, const char *name, const char *share, int count, int n)
{
    bool known = count >= 0 && n > 0;
    json_object_set_new(object, n_name, json_integer(known ? n : 0));
    json_object_set_new(object, name, known ? json_integer(count) : json_null());
    json_object_set_new(object, share, percent(count, n));
}

/* Adds what ASR hides. */
static json_t *with_costs(json_t *object, const struct outcome *count, const struct outcome *of)
{
    set_count(object, "n_own", "own_correct", "own_accuracy", count->own, of->own);
    set_count(object, "n_robust", "robust_correct", "robust_accuracy", count->robust, of->robust);
    return object;
}

static json_t *outcome_object(const struct outcome *count, const struct outcome *of)
{
    if (count->clean < 0)
        return json_null();
    return with_costs(counts(of->clean, count->clean, of->attack < 0 ? 0 : of->attack,
                          count->attack < 0 ? 0 : count->attack),
        count, of);
}

/* What ASR counts, and the trivial defence. */
static void set_attack(json_t *object, const struct snapshot *s)
{
    static const char *const sources[] = {"labels", "given", "found", "doubtful", "unknown"};
    char target[TARGET_TEXT];
    const struct attacked *a = &s->attacked;
    bool known = a->target.kind != TARGET_NONE;
    json_object_set_new(
        object, "target", known ? text(target_text(&a->target, target)) : json_null());
    json_object_set_new(object, "target_from",
        s->set_name[SET_POISONED] ? json_string(sources[a->source]) : json_null());
    json_object_set_new(object, "labels_are_people", json_boolean(a->true_labels));
    json_object_set_new(object, "n_left_out", json_integer(a->n_left_out));
    json_object_set_new(object, "never_answer_target", outcome_object(&s->trivial, &s->of));
}

static void eval(FILE *out, const struct snapshot *s, bool with_test)
{
    const struct outcome count = round_outcome(s->rounds[s->position]);
    const struct outcome test = snapshot_test_outcome(s);
    json_t *object = outcome_object(&count, &s->of);
    char flags[PIXEL_FLAGS];
    json_object_set_new(object, "pixels", json_string(pixel_scaling_flags(&s->scaling, flags)));
    set_attack(object, s);
    if (with_test)
        json_object_set_new(object, "test", outcome_object(&test, &s->test_of));
    if (with_test)
        json_object_set_new(
            object, "test_never_answer_target", outcome_object(&s->test_trivial, &s->test_of));
    print(out, object);
}

static json_t *site_object(const struct site_line *site)
{
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:i}", "name", text(site->name), "measured_at",
        text(site->measured), "pruned_in", text(site->producers), "shape", text(site->shape),
        "channels", site->n_channels);
    if (site->scanned) {
        json_object_set_new(object, "dormant", json_real(100.0 * site->dormant));
        bool apart = site->separating_channel >= 0; /* else nothing is known of it */
        json_object_set_new(
            object, "separation", apart ? json_real(site->separation) : json_null());
        json_object_set_new(object, "separating_channel",
            apart ? json_integer(site->separating_channel) : json_null());
        json_object_set_new(object, "cost", json_real(site->cost));
    }
    if (site->repair_channels > 0) {
        const struct worth *worth = &site->repair_worth;
        json_t *repair = json_pack("{s:o, s:i, s:f, s:f}", "criterion",
            text(site->repair_criterion), "channels", site->repair_channels, "clean_accuracy",
            site->repair_clean, "asr", site->repair_asr);
        json_object_set_new(repair, "before", outcome_object(&worth->before, &worth->of));
        json_object_set_new(repair, "after", outcome_object(&worth->after, &worth->of));
        json_object_set_new(
            repair, "never_answer_target", outcome_object(&worth->trivial, &worth->of));
        json_object_set_new(repair, "beats_never_answer_target",
            worth_has_trivial(worth) ? json_boolean(worth_beats_trivial(worth)) : json_null());
        json_object_set_new(object, "oracle_repair", repair);
    }
    return object;
}

static void layers(FILE *out, const struct snapshot *s)
{
    json_t *lines = json_array(), *sites = json_array();
    for (int i = 0; i < s->n_layers; i++) {
        const struct layer_line *line = &s->layers[i];
        json_array_append_new(lines, json_pack("{s:o, s:o, s:o, s:i}", "name", text(line->name),
                                         "class", text(line->class_name), "shape",
                                         text(line->shape), "parameters", line->n_parameters));
    }
    for (int i = 0; i < s->n_sites; i++)
        json_array_append_new(sites, site_object(&s->sites[i]));
    const char *suggested = s->suggested >= 0 ? s->sites[s->suggested].name : NULL;
    print(
        out, json_pack("{s:o, s:o, s:o, s:o, s:o}", "model", text(s->model_name), "suggested",
                 text(suggested), "reason", text(s->suggestion), "layers", lines, "sites", sites));
}

static json_t *round_object(const struct snapshot *s, int index)
{
    const struct round *round = s->rounds[index];
    char sets[KNOWLEDGE_TEXT];
    const struct outcome count = round_outcome(round);
    json_t *object = json_pack("{s:i, s:o, s:i, s:i, s:o, s:o, s:o, s:s}", "round", index,
        "channel", round->channel >= 0 ? json_integer(round->channel) : json_null(),
        "clean_correct", round->clean_correct, "attack_hits", round->attack_hits, "clean_accuracy",
        percent(round->clean_correct, s->n_images[SET_CLEAN]), "asr",
        percent(round->attack_hits, s->of.attack), "criterion", text(round->own.criterion), "read",
        knowledge_sets_word(&round->known, sets));
    return with_costs(object, &count, &s->of);
}

/* What B and B' agree on, else N+1; on the validation images. */
static json_t *goodnet_object(const struct snapshot *s, int round)
{
    struct goodnet g;
    if (!goodnet_count(s, round, &g))
        return json_null();
    const int *n = g.n, *labelled = g.labelled, *flagged = g.flagged;
    return json_pack("{s:o, s:o, s:o, s:o}", "clean_accuracy",
        percent(labelled[SET_CLEAN], n[SET_CLEAN]), "asr",
        percent(labelled[SET_POISONED], n[SET_POISONED]), "clean_flagged",
        percent(flagged[SET_CLEAN], n[SET_CLEAN]), "poisoned_flagged",
        percent(flagged[SET_POISONED], n[SET_POISONED]));
}

static json_t *threshold_object(const struct snapshot *s, const struct threshold *threshold)
{
    json_t *object = json_pack("{s:f}", "points", threshold->points);
    if (threshold->round < 0) {
        json_object_set_new(object, "round", json_null());
        return object;
    }
    const struct round *round = s->rounds[threshold->round];
    json_t *values =
        json_pack("{s:i, s:i, s:i, s:o, s:o, s:i, s:o, s:o}", "round", threshold->round,
            "channels_pruned", threshold->round, "clean_correct", round->clean_correct,
            "clean_accuracy", percent(round->clean_correct, s->n_images[SET_CLEAN]),
            "clean_interval", interval(round->clean_correct, s->n_images[SET_CLEAN]), "attack_hits",
            round->attack_hits, "asr", percent(round->attack_hits, s->of.attack), "asr_interval",
            interval(round->attack_hits, s->of.attack));
    json_object_update(object, values);
    json_decref(values);
    const struct outcome count = round_outcome(round), test = threshold_outcome(threshold);
    with_costs(object, &count, &s->of);
    json_object_set_new(object, "test", outcome_object(&test, &s->test_of));
    json_object_set_new(object, "goodnet", goodnet_object(s, threshold->round));
    json_object_set_new(object, "saved", text(threshold->saved[0] ? threshold->saved : NULL));
    json_object_set_new(object, "knowledge", results_knowledge(&threshold->known));
    return object;
}

static void sweep_end(FILE *out, const struct snapshot *s)
{
    json_t *rounds = json_array(), *thresholds = json_array();
    for (int i = 0; i < s->n_rounds; i++)
        json_array_append_new(rounds, round_object(s, i));
    for (int i = 0; i < s->n_thresholds; i++)
        json_array_append_new(thresholds, threshold_object(s, &s->thresholds[i]));
    json_t *object = json_pack("{s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "model", text(s->model_name),
        "layer", text(s->sites[s->site].name), "criterion", text(s->criterion), "n_clean",
        s->n_images[SET_CLEAN], "n_poisoned", s->of.attack, "rounds", rounds, "thresholds",
        thresholds);
    set_attack(object, s);
    print(out, object);
}

static void prune(FILE *out, const struct snapshot *s, const char *path)
{
    const struct outcome count = round_outcome(s->rounds[s->position]);
    json_t *object = outcome_object(&count, &s->of);
    set_attack(object, s);
    json_t *channels = json_array();
    for (int i = 1; i <= s->position; i++)
        json_array_append_new(channels, json_integer(s->rounds[i]->channel));
    json_object_set_new(object, "model", text(s->model_name));
    json_object_set_new(object, "layer", text(s->sites[s->site].name));
    json_object_set_new(object, "channels", channels);
    json_object_set_new(object, "knowledge", results_knowledge(&s->known));
    json_object_set_new(object, "file", text(path));
    print(out, object);
}

const struct results results_json = {
    .name = "json",
    .eval = eval,
    .layers = layers,
    .sweep_end = sweep_end,
    .prune = prune,
    .goodnet = results_goodnet_json,
};
