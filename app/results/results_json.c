/* Results as JSON, by jansson. */
#include "app/results/results.h"
#include "app/tables/defence.h"
#include "app/tables/outcomes.h"
#include "app/results/results_json.h"
#include "app/tables/comparison.h"
#include "app/tables/suspects.h"

#include "views/facts/goodnet.h"

#include <jansson.h>
#include <math.h>

/* Null where nothing is known. */
static json_t *outcome_object(const struct outcome *count, const struct outcome *of)
{
    const struct outcome_row row = {NULL, NULL, *count, *of};
    return count->clean < 0 ? json_null() : table_json_row(&table_outcomes, &row, 0);
}

/* What ASR counts, and the trivial defence. */
static void set_attack(json_t *object, const struct snapshot *s)
{
    static const char *const sources[] = {
        "labels", "given", "inverted", "found", "doubtful", "unknown"};
    char target[TARGET_TEXT];
    const struct attacked *a = &s->attacked;
    bool known = a->target.kind != TARGET_NONE;
    json_object_set_new(
        object, "target", known ? json_text(target_text(&a->target, target)) : json_null());
    json_object_set_new(object, "target_from",
        s->set_name[SET_POISONED] ? json_string(sources[a->source]) : json_null());
    json_object_set_new(object, "poisoned_are_surrogate", json_boolean(a->surrogate));
    json_object_set_new(object, "labels_are_people", json_boolean(a->true_labels));
    json_object_set_new(object, "n_left_out", json_integer(a->n_left_out));
    json_object_set_new(object, "never_answer_target", outcome_object(&s->trivial, &s->of));
}

/* The last word of results that have counts of an attack. */
static void print(FILE *out, json_t *object, const struct snapshot *s)
{
    table_json_say_surrogate(object, &s->attacked);
    json_print(out, object);
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
    print(out, object, s);
}

static json_t *site_object(const struct snapshot *s, int index)
{
    const struct site_line *site = &s->sites[index];
    const struct worth *worth = &site->repair_worth;
    json_t *object = table_json_row(&table_layers, s, index);
    json_t *repair = json_object_get(object, "oracle_repair");
    if (!repair)
        return object;
    json_object_set_new(repair, "before", outcome_object(&worth->before, &worth->of));
    json_object_set_new(repair, "after", outcome_object(&worth->after, &worth->of));
    json_object_set_new(repair, "never_answer_target", outcome_object(&worth->trivial, &worth->of));
    json_object_set_new(repair, "beats_never_answer_target",
        worth_has_trivial(worth) ? json_boolean(worth_beats_trivial(worth)) : json_null());
    return object;
}

static void layers(FILE *out, const struct snapshot *s)
{
    json_t *sites = json_array();
    for (int i = 0; i < s->n_sites; i++)
        json_array_append_new(sites, site_object(s, i));
    const char *suggested = s->suggested >= 0 ? s->sites[s->suggested].name : NULL;
    print(out,
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "model", json_text(s->model_name), "suggested",
            json_text(suggested), "reason", json_text(s->suggestion), "layers",
            table_json(&table_net_layers, s, s->n_layers), "sites", sites),
        s);
}

/* What one perturbation makes of each class; null: not looked for. */
static json_t *class_map(const struct suspects *found)
{
    if (!found->ways)
        return json_null();
    json_t *rows = json_array();
    for (int i = 0; i < found->n; i++)
        if (found->ways[i].n > 0)
            json_array_append_new(
                rows, json_pack("{s:i, s:i, s:i, s:f}", "class", i, "to", found->ways[i].to, "n",
                          found->ways[i].n, "share", found->ways[i].share));
    return json_pack("{s:f, s:b, s:o, s:o}", "mask", found->map_mask, "all_to_all", found->map_rule,
        "shift", found->map_shift ? json_integer(found->map_shift) : json_null(), "rows", rows);
}

static void suspects(FILE *out, const struct snapshot *s)
{
    const struct suspects *found = s->suspects;
    int n = suspects_rows(found);
    json_print(
        out, json_pack("{s:o, s:s, s:s, s:f, s:o, s:o, s:i, s:f, s:f, s:i, s:o, s:o}", "model",
                 json_text(s->model_name), "verdict", suspects_verdict_word(found->verdict),
                 "reason", found->why, "anomaly_index", found->index, "source_class",
                 found->source >= 0 ? json_integer(found->source) : json_null(), "class_map",
                 class_map(found), "n_classes", found->n, "input_low", (double)found->low,
                 "input_high", (double)found->high, "n_images", found->n_images, "other_mask",
                 found->other_mask >= 0 ? json_real(found->other_mask) : json_null(), "suspects",
                 table_json(&table_suspects, s, n)));
}

/* Counts after each number of pruned channels; which of them are on the front. */
static json_t *curve(const struct criteria_comparison *compared, int index)
{
    const struct compared_order *order = compared->orders[index];
    json_t *rounds = json_array();
    for (int r = 0; r < order->n_rounds; r++) {
        json_t *object = outcome_object(&order->rounds[r], &compared->of);
        json_object_set_new(
            object, "channel", r > 0 ? json_integer(order->ranking[r - 1]) : json_null());
        json_object_set_new(object, "on_front", json_boolean(compared->on_front[index][r]));
        json_array_append_new(rounds, object);
    }
    return rounds;
}

static void compare(FILE *out, const struct snapshot *s)
{
    json_t *orders = json_array(), *correlation = json_array();
    for (int i = 0; i < s->compared->n; i++) {
        json_t *object = table_json_row(&table_comparison, s, i), *alike = json_array();
        json_object_set_new(object, "knowledge", results_knowledge(&s->compared->orders[i]->known));
        json_object_set_new(object, "curve", curve(s->compared, i));
        json_array_append_new(orders, object);
        for (int j = 0; j < s->compared->n; j++) {
            double rho = s->compared->correlation[i * s->compared->n + j];
            json_array_append_new(alike, isnan(rho) ? json_null() : json_real(rho));
        }
        json_array_append_new(correlation, alike);
    }
    print(out,
        json_pack("{s:o, s:i, s:i, s:o, s:o}", "model", json_text(s->model_name), "n_clean",
            s->compared->of.clean, "n_poisoned", s->compared->of.attack, "criteria", orders,
            "correlation", correlation),
        s);
}

/* What B and B' agree on, else N+1; on the validation images. */
static json_t *goodnet_object(const struct snapshot *s, int round)
{
    struct goodnet g;
    return goodnet_count(s, round, &g) ? table_json_row(&table_accepted, &g, 0) : json_null();
}

static json_t *threshold_object(const struct snapshot *s, int index)
{
    const struct threshold *threshold = &s->thresholds[index];
    json_t *object = table_json_row(&table_thresholds, s, index + 1); /* behind the unpruned net */
    if (threshold->round < 0)
        return object;
    const struct outcome test = threshold_outcome(threshold);
    json_object_set_new(object, "test", outcome_object(&test, &s->test_of));
    json_object_set_new(object, "goodnet", goodnet_object(s, threshold->round));
    json_object_set_new(object, "saved", json_text(threshold->saved[0] ? threshold->saved : NULL));
    json_object_set_new(object, "knowledge", results_knowledge(&threshold->known));
    return object;
}

static void sweep_end(FILE *out, const struct snapshot *s)
{
    json_t *thresholds = json_array();
    for (int i = 0; i < s->n_thresholds; i++)
        json_array_append_new(thresholds, threshold_object(s, i));
    json_t *object = json_pack("{s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "model",
        json_text(s->model_name), "layer", json_text(s->sites[s->site].name), "criterion",
        json_text(s->criterion), "n_clean", s->n_images[SET_CLEAN], "n_poisoned", s->of.attack,
        "rounds", table_json(&table_rounds, s, s->n_rounds), "thresholds", thresholds);
    if (s->sites[s->site].n_members > 0)
        json_object_set_new(object, "scaling", json_text(s->score_scaling));
    json_object_set_new(object, "opens_in", json_text(s->opens_in));
    set_attack(object, s);
    print(out, object, s);
}

/* Its number; of an order across layers layer and number. */
static json_t *channel_of(const struct snapshot *s, int channel)
{
    int own = snapshot_own_site(s, s->site, &channel);
    return own == s->site ? json_integer(channel)
                          : json_pack("{s:o, s:i}", "layer", json_text(s->sites[own].name),
                                "channel", channel);
}

static void prune(FILE *out, const struct snapshot *s, const char *path)
{
    const struct outcome count = round_outcome(s->rounds[s->position]);
    json_t *object = outcome_object(&count, &s->of);
    set_attack(object, s);
    json_t *channels = json_array();
    for (int i = 1; i <= s->position; i++)
        json_array_append_new(channels, channel_of(s, s->rounds[i]->channel));
    json_object_set_new(object, "model", json_text(s->model_name));
    json_object_set_new(object, "layer", json_text(s->sites[s->site].name));
    json_object_set_new(object, "channels", channels);
    json_object_set_new(object, "knowledge", results_knowledge(&s->known));
    json_object_set_new(object, "file", json_text(path));
    json_object_set_new(object, "opens_in", json_text(s->opens_in));
    print(out, object, s);
}

static void repair(FILE *out, const struct repaired *repaired)
{
    const struct snapshot *s = repaired->snapshot;
    json_t *object = json_pack("{s:o, s:o, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:s}", "model",
        json_text(s->model_name), "repair", json_text(repaired->name), "rounds", s->position,
        "n_clean", s->n_images[SET_CLEAN], "n_held_out", s->n_held_out, "why",
        json_text(repaired->why), "rows", table_json(&table_repaired, repaired, repaired->n_rows),
        "knowledge", results_knowledge(&s->known), "file", json_text(repaired->path), "unknown",
        repaired_unknown);
    json_object_set_new(
        object, "suspect", repaired->suspect >= 0 ? json_integer(repaired->suspect) : json_null());
    if (repaired->judged) {
        json_object_set_new(object, "n_poisoned", json_integer(repaired->n_poisoned));
        json_object_set_new(object, "n_left_out", json_integer(repaired->n_left_out));
    }
    json_object_set_new(
        object, "few_images", *s->repairing.few ? json_text(s->repairing.few) : json_null());
    json_object_set_new(object, "opens_in", json_text(s->opens_in));
    json_object_set_new(object, "learnt_all", json_boolean(s->branches[s->branch].repair.all));
    json_object_set_new(
        object, "chosen", *s->repairing.chosen ? json_text(s->repairing.chosen) : json_null());
    json_print(out, object);
}

const struct results results_json = {
    .name = "json",
    .eval = eval,
    .layers = layers,
    .suspects = suspects,
    .compare = compare,
    .sweep_end = sweep_end,
    .prune = prune,
    .repair = repair,
    .goodnet = results_goodnet_json,
};
