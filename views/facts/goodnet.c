/* GoodNet of each repaired net, counted by engine/measures from the predictions of rounds. */
#include "views/facts/goodnet.h"

#include "engine/measures/number.h"
#include "views/facts/branches.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

bool goodnet_defence(const struct snapshot *s, int repaired_round, struct defence *defence)
{
    *defence = (struct defence){0};
    if (repaired_round < 0 || repaired_round >= s->n_rounds)
        return false;
    const struct round *b = branches_unpruned(s), *repaired = s->rounds[repaired_round];
    struct goodnet_counts *counts[N_SETS] = {&defence->clean, &defence->poisoned};
    for (int set = 0; set < N_SETS; set++) {
        int n = s->n_images[set];
        if (n == 0)
            continue;
        if (!b->predicted[set] || !repaired->predicted[set] || !s->labels[set])
            return false;
        goodnet_count_images(
            counts[set], b->predicted[set], repaired->predicted[set], s->labels[set], n);
    }
    if (s->truth)
        goodnet_count_images(&defence->truth, b->predicted[SET_POISONED],
            repaired->predicted[SET_POISONED], s->truth, s->n_images[SET_POISONED]);
    if (s->target >= 0)
        agreement_count_of(&defence->own, b->predicted[SET_CLEAN], repaired->predicted[SET_CLEAN],
            s->labels[SET_CLEAN], s->n_images[SET_CLEAN], s->target);
    return true;
}

bool goodnet_count(const struct snapshot *s, int repaired_round, struct goodnet *goodnet)
{
    struct defence defence;
    const struct goodnet_counts *counts[N_SETS] = {&defence.clean, &defence.poisoned};
    bool known = goodnet_defence(s, repaired_round, &defence);
    for (int set = 0; set < N_SETS; set++) {
        goodnet->n[set] = counts[set]->n;
        goodnet->labelled[set] = counts[set]->both;
        goodnet->flagged[set] = goodnet_flagged(counts[set]);
    }
    return known;
}

void goodnet_measures(
    const struct defence *defence, struct goodnet_measure measures[GOODNET_MEASURES])
{
    const struct goodnet_counts *c = &defence->clean, *p = &defence->poisoned, *t = &defence->truth,
                                *o = &defence->own;
    const struct goodnet_measure all[GOODNET_MEASURES] = {
        {"clean_accuracy", "clean accuracy", "clean images classified as their label", true,
            {goodnet_b(c), goodnet_repaired(c), c->both}, c->n},
        {"asr", "attack success", "poisoned images classified as the target", false,
            {goodnet_b(p), goodnet_repaired(p), p->both}, p->n},
        {"robust_accuracy", "robust accuracy", "poisoned images classified as their true class",
            true, {goodnet_b(t), goodnet_repaired(t), t->both}, t->n},
        {"own_accuracy", "target's own", "clean images of the target class classified as it", true,
            {goodnet_b(o), goodnet_repaired(o), o->both}, o->n},
        {"detection", "detection, TPR", "poisoned images that G flags", true,
            {-1, -1, goodnet_flagged(p)}, p->n},
        {"false_alarms", "false alarms, FPR", "clean images that G flags", false,
            {-1, -1, goodnet_flagged(c)}, c->n},
        {"coverage", "coverage", "clean images that G does not flag", true,
            {-1, -1, goodnet_accepted(c)}, c->n},
        {"selective_accuracy", "selective accuracy", "clean images not flagged that are correct",
            true, {-1, -1, c->both}, goodnet_accepted(c)},
    };
    for (int i = 0; i < GOODNET_MEASURES; i++)
        measures[i] = all[i];
}

double goodnet_rating(const struct defence *defence, enum goodnet_who who)
{
    return who == WHO_REPAIRED ? defence_rating_repaired(defence)
           : who == WHO_GOOD   ? defence_rating_good(defence)
                               : -1;
}

const char *goodnet_name(const struct detection_net *net, char text[GOODNET_NAME])
{
    bool kept = strncmp(net->name, "B'(", 3) == 0;
    snprintf(text, GOODNET_NAME, "%s%s", kept ? "B′" : "", net->name + (kept ? 2 : 0));
    return text;
}

/* A detection may be of another branch, or of rounds that were forgotten since. */
static const struct detection_net *detected(const struct snapshot *s, const struct round *round)
{
    for (int i = 0; s->detection && i < s->detection->n_nets; i++)
        if (s->detection->nets[i].round == round)
            return &s->detection->nets[i];
    return NULL;
}

static int add_round(
    const struct snapshot *s, struct goodnet_line *lines, int n, int round, const char *name)
{
    struct goodnet_line *line = &lines[n];
    if (n == GOODNET_LINES || !goodnet_defence(s, round, &line->defence))
        return n;
    snprintf(line->name, sizeof line->name, "%s", name);
    line->round = round;
    line->net = detected(s, s->rounds[round]);
    return n + 1;
}

int goodnet_lines(const struct snapshot *s, int viewed, struct goodnet_line lines[GOODNET_LINES])
{
    int n = 0;
    bool there = viewed == 0 && snapshot_base(s) == 0;
    for (int i = 0; i < s->n_thresholds; i++) {
        char name[32];
        snprintf(name, sizeof name, "B′(%g)", s->thresholds[i].points);
        n = add_round(s, lines, n, s->thresholds[i].round, name);
        there = there || s->thresholds[i].round == viewed;
    }
    if (!there)
        n = add_round(s, lines, n, viewed, "seen");
    for (int i = 0; s->detection && i < s->detection->n_nets && n < GOODNET_LINES; i++) {
        const struct detection_net *net = &s->detection->nets[i];
        if (net->round)
            continue;
        lines[n] = (struct goodnet_line){
            .round = -1, .net = net, .defence = net->defence[DATA_VALIDATION]};
        snprintf(lines[n++].name, sizeof lines->name, "%s", net->name);
    }
    return n;
}
