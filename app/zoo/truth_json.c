/* truth.json: what was planted, and which channels carry it. */
#include "app/results/results_json.h"
#include "app/zoo/planted_files.h"

#include "engine/base/memory.h"

#include <jansson.h>
#include <stdlib.h>

/* [trigger][class]: what it is to be read as; null: not attacked. */
static json_t *wanted(const struct planted *planted)
{
    json_t *triggers = json_array();
    for (int t = 0; t < planted->attack->triggers; t++) {
        json_t *classes = json_array();
        for (int class = 0; class < planted->setup.n_classes; class ++) {
            int to = planted->attack->wanted(&planted->setup, t, class);
            json_array_append_new(classes, to >= 0 ? json_integer(to) : json_null());
        }
        json_array_append_new(triggers, classes);
    }
    return triggers;
}

/* Every class that some image is to be read as, ascending. */
static json_t *targets(const struct planted *planted)
{
    json_t *list = json_array();
    for (int class = 0; class < planted->setup.n_classes; class ++)
        if (planted_is_target(planted, class))
            json_array_append_new(list, json_integer(class));
    return list;
}

static json_t *sites(const struct truth *truth)
{
    json_t *list = json_array();
    for (int i = 0; i < truth->n_sites; i++) {
        const struct truth_site *site = &truth->site[i];
        json_t *change = json_array(), *carriers = json_array();
        for (int c = 0; c < site->n_channels; c++)
            json_array_append_new(change, json_real(site->change[c]));
        for (int k = 0; k < site->n_carriers; k++)
            json_array_append_new(carriers, json_integer(site->order[k]));
        json_array_append_new(
            list, json_pack("{s:o, s:i, s:o, s:o}", "site", json_text(site->name), "channels",
                      site->n_channels, "carriers", carriers, "change", change));
    }
    return list;
}

static json_t *count_of(const struct planted *planted, enum plant_set set)
{
    return json_integer(planted->sets[set] ? dataset_count(planted->sets[set]) : 0);
}

char *planted_truth_json(const struct planted *planted)
{
    const struct attack_setup *setup = &planted->setup;
    bool attacked = planted->attack->triggers > 0;
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:I, s:i, s:[i, i, i], s:s}", "attack",
        planted->attack->name, "trigger", planted->attack->help, "source", planted->attack->source,
        "net", practice_net_name(planted->net), "seed", (json_int_t)setup->seed, "classes",
        setup->n_classes, "shape", setup->shape.dim[0], setup->shape.dim[1], setup->shape.dim[2],
        "scale", "1/255");
    json_object_set_new(object, "triggers", json_integer(planted->attack->triggers));
    json_object_set_new(object, "targets", targets(planted));
    json_object_set_new(object, "wanted", wanted(planted));
    json_object_set_new(object, "images_learned", json_integer(planted->images));
    json_object_set_new(object, "epochs", json_integer(planted->epochs));
    json_object_set_new(object, "poison", json_real(attacked ? planted->poison : 0));
    json_object_set_new(object, "clean_accuracy", json_real(planted->clean_accuracy));
    json_object_set_new(object, "n_test", count_of(planted, PLANT_TEST_CLEAN));
    json_object_set_new(object, "asr", attacked ? json_real(planted->asr) : json_null());
    json_object_set_new(object, "n_test_poisoned", count_of(planted, PLANT_TEST_POISONED));
    json_object_set_new(object, "sites", sites(&planted->truth));
    char *text = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    char *copy = memory_format("%s\n", text ? text : "");
    free(text);
    json_decref(object);
    return copy;
}
