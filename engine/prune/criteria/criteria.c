/* The table, from the list of names in meson.build, and what all criteria have in common. */
#include "engine/prune/criteria/criteria.h"

#include "engine/base/spelling.h"
#include "engine/measures/moments.h"

#include <math.h>
#include <string.h>

#define ENTRY(name) extern const struct criterion criterion_##name;
#include "engine/prune/criteria/criteria.def"
#undef ENTRY

static const struct criterion *const criteria[] = {
#define ENTRY(name) &criterion_##name,
#include "engine/prune/criteria/criteria.def"
#undef ENTRY
};

const struct criterion *criteria_at(int index)
{
    int n = (int)(sizeof criteria / sizeof *criteria);
    return index >= 0 && index < n ? criteria[index] : NULL;
}

const struct criterion *criteria_find(const char *name, struct error *err)
{
    enum { N = sizeof criteria / sizeof *criteria };
    const char *names[N];
    char hint[SPELLING_HINT];
    for (int i = 0; i < N; i++) {
        names[i] = criteria[i]->name;
        if (strcmp(names[i], name) == 0)
            return criteria[i];
    }
    fail_as(err, ERROR_USAGE, "no criterion %s; %s", name, spelling_hint(hint, name, names, N));
    return NULL;
}

bool criteria_defined(
    const struct criterion *criterion, const struct criterion_input *input, struct error *err)
{
    bool attack = criterion->data == CRITERION_ORACLE || criterion->data == CRITERION_MIXTURE;
    if (attack && !input->poisoned)
        return fail_as(err, ERROR_USAGE,
            "criterion %s needs poisoned images (--poisoned FILE), or clean ones with an inverted "
            "trigger on them (--surrogate)",
            criterion->name);
    return !criterion->defined || criterion->defined(input, err);
}

bool criteria_score(const struct criterion *criterion, const struct criterion_input *input,
    double *scores, struct error *err)
{
    if (!criteria_defined(criterion, input, err))
        return false;
    const double *evidence = input->evidence[criterion->evidence];
    if (criterion->evidence != EVIDENCE_NONE && !evidence)
        return fail_as(err, ERROR_USAGE,
            "criterion %s is measured on the unpruned net alone: choose it there, or use one that "
            "reads weights or activations, such as l1 or mean-activation",
            criterion->name);
    if (criterion->score)
        criterion->score(input, scores);
    else
        memcpy(scores, evidence, (size_t)input->site->n_channels * sizeof *scores);
    return true;
}

void criteria_scale(enum criterion_scaling scaling, double *scores, int n)
{
    double mean = 0, by = 0;
    if (scaling == SCALING_STANDARD)
        moments_of(scores, n, &mean, &by);
    for (int c = 0; c < n && scaling == SCALING_L2; c++)
        by = hypot(by, scores[c]); /* large scores squared would be infinite */
    for (int c = 0; c < n && scaling != SCALING_NONE; c++)
        scores[c] = by > 0 ? (scores[c] - mean) / by : 0;
}

const char *criteria_scaling_said(enum criterion_scaling scaling)
{
    static const char *const said[] = {
        [SCALING_L2] = "each layer's scores divided by their L2 norm",
        [SCALING_STANDARD] = "each layer's scores less their mean, by their standard deviation",
        [SCALING_NONE] = "scores of all layers as they are",
        [SCALING_REFUSED] = "not defined across layers",
    };
    return said[scaling];
}

int criteria_rule_channels(
    const struct criterion *criterion, const double *scores, int n, double threshold)
{
    double mean, deviation;
    int pruned = 0;
    if (criterion->rule == RULE_NONE)
        return -1;
    moments_of(scores, n, &mean, &deviation);
    double far = n > 1 ? threshold * deviation : HUGE_VAL;
    for (int c = 0; c < n; c++)
        if (criterion->rule == RULE_AT_MOST)
            pruned += scores[c] <= threshold;
        else
            pruned += criterion->descending ? scores[c] > mean + far : scores[c] < mean - far;
    return pruned;
}
