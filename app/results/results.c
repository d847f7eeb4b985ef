/* The table of formats, and words that all formats share. */
#include "app/results/results.h"

#include "engine/measures/number.h"

#include <string.h>

#define ENTRY(name) extern const struct results results_##name;
#include "app/results/results.def"
#undef ENTRY

#define ENTRY(name) &results_##name,
static const struct results *const table[] = {
#include "app/results/results.def"
};

const struct results *results_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const char *results_badge(enum badge badge)
{
    switch (badge) {
    case BADGE_DATA_FREE:
        return "needs no data";
    case BADGE_CLEAN:
        return "needs clean images";
    case BADGE_SURROGATE:
        return "surrogate: needs clean images, and a trigger inverted on them";
    case BADGE_MIXTURE:
        return "needs images with poisoned ones among them";
    case BADGE_ORACLE:
        break;
    }
    return "oracle: needs poisoned images";
}

const char *results_chosen(const struct knowledge *known, char text[KNOWLEDGE_TEXT])
{
    char sentence[KNOWLEDGE_TEXT];
    const struct knowledge clean = {.sets = KNOWLEDGE_CLEAN};
    bool plain = known->sets == clean.sets && !known->by_hand && !known->unknown;
    if (plain || !knowledge_any(known))
        snprintf(text, KNOWLEDGE_TEXT, "%s", plain ? "; chosen on clean images" : "");
    else
        snprintf(text, KNOWLEDGE_TEXT, "; %.*s", KNOWLEDGE_TEXT - 8,
            knowledge_sentence(known, sentence));
    return text;
}

struct knowledge results_thresholds_known(const struct snapshot *s)
{
    struct knowledge known = {0};
    for (int i = 0; i < s->n_thresholds; i++)
        knowledge_add(&known, &s->thresholds[i].known);
    return known;
}

const char *results_kinship(const struct detection_net *net)
{
    switch (net->kinship) {
    case KIN_SAME:
        return "the same weights as B";
    case KIN_PRUNED:
        return "B with weights zeroed";
    case KIN_OTHER:
        break;
    }
    return "not a pruned B: other weights differ too";
}

const char *results_order(const struct snapshot *snapshot)
{
    if (snapshot->order_file)
        return snapshot->order_file;
    return snapshot->descending ? "descending" : "ascending";
}
