/* What a defender's run found, for lab.json. */
#include "app/lab/defender.h"
#include "app/results/results_json.h"
#include "app/tables/suspects.h"
#include "views/facts/branches.h"

#include <jansson.h>

static json_t *share(int count, int n)
{
    return n > 0 && count >= 0 ? json_share(count, n) : json_null();
}

static json_t *suspects_array(const struct suspects *suspects)
{
    json_t *array = json_array();
    for (int i = 0; i < suspects_rows(suspects); i++) {
        const struct suspect *suspect = &suspects->suspect[i];
        bool inverted = suspect->mask >= 0;
        json_array_append_new(
            array, json_pack("{s:i, s:f, s:f, s:o, s:o}", "class", suspect->class, "margin",
                       suspect->margin, "outlier", suspect->outlier, "mask",
                       inverted ? json_real(suspect->mask) : json_null(), "hits",
                       inverted ? json_real(suspect->hits) : json_null()));
    }
    return array;
}

static json_t *rounds_array(const struct snapshot *s)
{
    json_t *rounds = json_array();
    for (int i = 0; i < s->n_rounds; i++) {
        const struct round *round = s->rounds[i];
        json_array_append_new(
            rounds, json_pack("{s:i, s:i, s:i}", "round", i, "clean_correct", round->clean_correct,
                        "held_out_correct", s->n_held_out > 0 ? round->held_out_correct : -1));
    }
    return rounds;
}

static json_t *judged(const struct snapshot *s)
{
    const struct round *round = s->rounds[0];
    return json_pack("{s:o, s:o, s:o, s:o}", "clean_accuracy",
        share(round->clean_correct, s->of.clean), "asr", share(round->attack_hits, s->of.attack),
        "target_own_accuracy", share(round->own_correct, s->of.own), "robust_accuracy",
        share(round->robust_correct, s->of.robust));
}

/* A class, "every class", or null: none is suspected. */
static json_t *target_of(const struct lab *lab)
{
    const struct suspects *suspects = lab->searched->suspects;
    int target = defender_target(lab);
    if (target >= 0)
        return json_integer(target);
    return suspects && suspects->verdict == SUSPECTS_TO_ALL ? json_string("every class")
                                                            : json_null();
}

static json_t *repair_object(const struct lab *lab)
{
    const struct snapshot *s = lab->defended;
    const struct branch_repair *repair = &s->branches[s->branch].repair;
    const struct round *last = s->rounds[s->position];
    int target = defender_target(lab);
    const struct defender_cost own = defender_cost(s, target);
    json_t *object = json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o}", "name",
        json_text(repair->name      ? repair->name
                  : s->position > 0 ? "prune"
                                    : "none"),
        "target", target_of(lab), "round", s->position, "clean_accuracy",
        share(last->clean_correct, s->n_images[SET_CLEAN]), "held_out_accuracy",
        share(branches_held_out(s)->held_out_correct, s->n_held_out), "target_own_accuracy",
        share(own.after, target >= 0 ? own.n : 0), "knowledge", results_knowledge(&s->known),
        "rounds", rounds_array(s));
    json_object_set_new(object, "learnt_all", json_boolean(repair->all));
    json_object_set_new(object, "chosen", json_text(s->repairing.chosen));
    json_object_set_new(object, "file", json_text(lab->healed.file));
    return object;
}

void defender_results(json_t *object, const struct lab *lab)
{
    const struct snapshot *s = lab->searched;
    json_object_set_new(
        object, "clean_accuracy", share(s->rounds[0]->clean_correct, s->n_images[SET_CLEAN]));
    json_object_set_new(object, "suspects", suspects_array(s->suspects));
    json_object_set_new(object, "repair", repair_object(lab));
    if (lab->judged[0]) {
        bool tests = lab->judged_by_tests;
        json_object_set_new(object, tests ? "test" : "validation", judged(lab->judged[0]));
        json_object_set_new(
            object, tests ? "test_repaired" : "validation_repaired", judged(lab->judged[1]));
    }
}
