/* lab.json: what a run worked on, what it found, and the digests of what it wrote. */
#include "app/lab/defender.h"
#include "app/lab/lab_record.h"
#include "app/results/results_json.h"
#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *inputs_object(const struct lab *lab)
{
    json_t *object = json_object();
    for (int i = 0; i < LAB_INPUTS; i++)
        if (lab->inputs[i].path)
            json_object_set_new(object, lab->inputs[i].role, json_text(lab->inputs[i].sha));
    return object;
}

/* An order that comes from a file counts by what is in it. */
static json_t *order(const struct options *options)
{
    char sha[DIGEST_TEXT];
    const char *name = options->order;
    bool file = name && strcmp(name, "ascending") != 0 && strcmp(name, "descending") != 0;
    return json_text(file && digest_file(name, sha, NULL) ? sha : name);
}

static json_t *settings_object(const struct lab *lab)
{
    const struct options *o = &lab->options;
    char flags[PIXEL_FLAGS];
    const struct pixel_scaling pixels =
        pixel_scaling_make(1, &o->mean, &o->deviation, &o->offset, o->bgr, "");
    json_t *thresholds = json_array();
    char target[TARGET_TEXT];
    for (int i = 0; i < o->n_thresholds; i++)
        json_array_append_new(thresholds, json_real(o->thresholds[i]));
    return json_pack("{s:b, s:I, s:b, s:[i, i], s:s, s:o, s:o, s:o, s:o, s:s, s:i, s:f, s:o, s:o, "
                     "s:[o, o, o, o], s:s}",
        "defender", lab->defender, "seed", (json_int_t)o->seed, "strip", o->strip, "input_size",
        o->input_size.height, o->input_size.width, "version", SECATEUR_VERSION, "layer",
        json_text(o->layer), "criterion", json_text(o->criterion), "order", order(o), "thresholds",
        thresholds, "target", target_text(&o->target, target), "limit", o->limit, "scale", o->scale,
        "data_name", json_text(o->data_name), "label_name", json_text(o->label_name), "names",
        json_text(o->clean_names), json_text(o->poisoned_names), json_text(o->test_clean_names),
        json_text(o->test_poisoned_names), "pixels", pixel_scaling_flags(&pixels, flags));
}

static void set_share(json_t *object, const char *name, int hits, int n)
{
    if (n > 0 && hits >= 0)
        json_object_set_new(object, name, json_share(hits, n));
}

/* clean_accuracy, asr, the target class's own images, robust: those that are known. */
static json_t *counts(struct outcome count, const struct outcome *of)
{
    json_t *object = json_object();
    set_share(object, "clean_accuracy", count.clean, of->clean);
    set_share(object, "asr", count.attack, of->attack);
    set_share(object, "target_own_accuracy", count.own, of->own);
    set_share(object, "robust_accuracy", count.robust, of->robust);
    return object;
}

static json_t *net_object(const struct lab *lab, const struct lab_net *net)
{
    const struct snapshot *s = lab_snapshot(lab, net);
    bool repair = lab_is_repair(lab, net);
    char sentence[KNOWLEDGE_TEXT];
    const struct knowledge *known = lab_known(lab, net);
    json_t *object = json_pack("{s:o, s:o, s:o, s:s, s:o, s:o}", "name", json_text(net->name),
        "layer", json_text(s->sites[s->site].name), "criterion", json_text(s->criterion), "knows",
        knowledge_sentence(known, sentence), "knowledge", results_knowledge(known), "points",
        repair ? json_null() : json_real(net->points));
    json_object_set_new(
        object, "channels_pruned", net->round >= 0 ? json_integer(net->round) : json_null());
    if (net->round < 0)
        return object;
    const struct round *round = s->rounds[net->round];
    json_t *channels = json_array();
    for (int i = 1; i <= net->round; i++)
        json_array_append_new(channels, json_integer(s->rounds[i]->channel));
    json_object_set_new(object, "channels", channels);
    json_object_set_new(object, "file", json_text(net->file));
    json_object_set_new(object, "validation", counts(round_outcome(round), &s->of));
    for (int data = 0; data < N_DATA; data++) {
        const struct defence *defence = &net->found->defence[data];
        const struct outcome of = defence_of(defence);
        const char *names[N_DATA] = {"goodnet_validation", "goodnet_test"};
        if (defence->clean.n > 0)
            json_object_set_new(object, names[data], results_defence(defence));
        if (defence->clean.n > 0 && data == DATA_TEST)
            json_object_set_new(object, "test", counts(defence_repaired(defence), &of));
    }
    return object;
}

static json_t *rounds_array(const struct snapshot *s)
{
    json_t *rounds = json_array();
    for (int i = 0; i < s->n_rounds; i++)
        json_array_append_new(
            rounds, json_pack("{s:i, s:i, s:i, s:i}", "round", i, "channel", s->rounds[i]->channel,
                        "clean_correct", s->rounds[i]->clean_correct, "attack_hits",
                        s->rounds[i]->attack_hits));
    return rounds;
}

static void set_outputs(json_t *object, const struct lab *lab)
{
    json_t *outputs = json_object();
    for (int i = 0; i < lab->n_outputs; i++)
        json_object_set_new(outputs, lab->outputs[i].name, json_text(lab->outputs[i].sha));
    json_object_set_new(object, "outputs", outputs);
}

static void set_results(json_t *object, const struct lab *lab)
{
    char flags[PIXEL_FLAGS];
    const struct snapshot *s = lab->sweep;
    const struct defence *test = &lab->detected->detection->nets[0].defence[DATA_TEST];
    const struct outcome tested = defence_of(test);
    const struct snapshot *d = lab->detected;
    json_t *nets = json_array();
    for (int i = 0; i < lab->n_nets; i++)
        json_array_append_new(nets, net_object(lab, &lab->nets[i]));
    json_object_set_new(object, "validation", counts(round_outcome(s->rounds[0]), &s->of));
    if (s->target >= 0 && s->trivial.clean >= 0)
        json_object_set_new(object, "never_target", counts(s->trivial, &s->of));
    if (d->target >= 0 && d->test_trivial.clean >= 0)
        json_object_set_new(object, "never_target_test", counts(d->test_trivial, &d->test_of));
    if (lab->n_test[SET_CLEAN] > 0)
        json_object_set_new(object, "test", counts(defence_b(test), &tested));
    json_object_set_new(object, "layer", json_text(s->sites[s->site].name));
    json_object_set_new(object, "criterion", json_text(s->criterion));
    json_object_set_new(object, "scale", json_real(s->scale));
    json_object_set_new(object, "pixels", json_string(pixel_scaling_flags(&s->scaling, flags)));
    json_object_set_new(object, "suggested",
        s->suggested >= 0 ? json_text(s->sites[s->suggested].name) : json_null());
    json_object_set_new(object, "rounds", rounds_array(s));
    json_object_set_new(object, "nets", nets);
    if (lab->defender) {
        json_t *defender = json_object();
        defender_results(defender, lab);
        json_object_set_new(object, "defender", defender);
    }
    json_object_set_new(object, "detection", results_detection(lab->detected));
    table_json_say_surrogate(object, &s->attacked);
}

bool lab_record_write(const struct lab *lab, bool finished, struct error *err)
{
    json_t *object = json_pack("{s:o, s:o, s:b}", "inputs", inputs_object(lab), "settings",
        settings_object(lab), "finished", finished);
    if (finished && lab->defends)
        defender_results(object, lab);
    else if (finished)
        set_results(object, lab);
    if (finished)
        set_outputs(object, lab);
    char *bytes = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    char *path = memory_format("%s/lab.json", lab->folder);
    bool good = bytes && atomic_write(path, bytes, strlen(bytes), true, err);
    free(path);
    free(bytes);
    json_decref(object);
    return good;
}

/* All outputs are there as they were written; *missing: some are not there at all. */
static bool check_outputs(const struct lab *lab, json_t *record, bool *missing, struct error *err)
{
    const char *name;
    json_t *value;
    bool good = true;
    *missing = false;
    json_object_foreach(json_object_get(record, "outputs"), name, value)
    {
        char sha[DIGEST_TEXT];
        char *path = strchr(name, '/') ? NULL : memory_format("%s/%s", lab->folder, name);
        if (!path || access(path, F_OK) != 0)
            *missing = true;
        else if (good && !digest_file(path, sha, err))
            good = false;
        else if (good && (!json_is_string(value) || strcmp(sha, json_string_value(value)) != 0))
            good = fail_as(
                err, ERROR_OUTPUT, "%s: changed since it was written; --force overwrites it", path);
        free(path);
    }
    return good;
}

static bool same_work(const struct lab *lab, json_t *record)
{
    json_t *inputs = inputs_object(lab), *settings = settings_object(lab);
    bool same = json_equal(inputs, json_object_get(record, "inputs")) &&
                json_equal(settings, json_object_get(record, "settings"));
    json_decref(inputs);
    json_decref(settings);
    return same;
}

bool lab_record_read(const struct lab *lab, enum lab_state *state, struct error *err)
{
    char *path = memory_format("%s/lab.json", lab->folder);
    json_error_t why;
    bool there = access(path, F_OK) == 0, missing = false, good = true;
    json_t *record = there ? json_load_file(path, JSON_REJECT_DUPLICATES, &why) : NULL;
    *state = LAB_NEW;
    if (there && !record)
        good = fail_as(err, ERROR_OUTPUT, "%s: no record of a lab: %s", path, why.text);
    else if (there && !same_work(lab, record))
        good = fail_as(
            err, ERROR_OUTPUT, "%s: is of other inputs or settings; --force starts anew", path);
    else if (there && check_outputs(lab, record, &missing, err))
        *state = json_is_true(json_object_get(record, "finished")) && !missing ? LAB_FINISHED
                                                                               : LAB_STARTED;
    else
        good = !there;
    json_decref(record);
    free(path);
    return good;
}
