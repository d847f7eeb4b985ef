/* Measures evidence once a site, and keeps it. Leans on engine/train/evidence.h. */
#include "engine/session/machine/session_evidence.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"

#include "engine/prune/criteria/criteria.h"
#include "engine/train/evidence.h"

#include "engine/base/memory.h"

#include <stdlib.h>

/* Of the unpruned net; what measures all sites at once is kept for all of them. */
static bool measure(
    struct session *session, int site, enum criterion_evidence evidence, struct error *err)
{
    const struct description *description = session->description;
    const struct prune_sites *sites = description->sites;
    const struct expected expected = session_expected(session);
    const struct batch_runner_hooks hooks = {session_progress, session, session->hooks.stop};
    const struct evidence_job job = {.network = session_network(session),
        .sites = sites,
        .evaluator = session->evaluator,
        .pool = session->pool,
        .hooks = &hooks,
        .budget = session->budget,
        .scaling = &session->scaling,
        .clean = description->sets[SET_CLEAN],
        .poisoned = description->sets[SET_POISONED],
        .labels = expected.labels[SET_CLEAN],
        .wanted = expected.labels[SET_POISONED],
        .clean_sums = session->states[site].sums[SET_CLEAN],
        .poisoned_sums = session->states[site].sums[SET_POISONED]};
    double **scores = memory_array((size_t)sites->n, sizeof *scores);
    for (int s = 0; s < sites->n; s++)
        if (s == site || evidence_of_all_sites(evidence))
            scores[s] = memory_array((size_t)sites->site[s].n_channels, sizeof **scores);
    session_apply_original(session, &sites->site[site]);
    bool good = evidence_measure(&job, evidence, site, scores, err);
    for (int s = 0; s < sites->n; s++) {
        double **kept = &session->states[s].evidence[evidence];
        if (good && scores[s] && !*kept)
            *kept = scores[s];
        else
            free(scores[s]);
    }
    free(scores);
    return good;
}

bool session_measure_evidence(struct session *session, int site,
    const struct criterion_input *input, const struct criterion *criterion, struct error *err)
{
    double *const *kept = &session->states[site].evidence[criterion->evidence];
    if (criterion->evidence == EVIDENCE_NONE || *kept || !criteria_defined(criterion, input, NULL))
        return true;
    enum phase phase = session->phase;
    session_activity(session, PHASE_SCANNING, "%s: %s at %s", criterion->name,
        evidence_activity(criterion->evidence), input->site->name);
    bool good = measure(session, site, criterion->evidence, err);
    session->phase = phase;
    session->activity[0] = '\0';
    session->done = session->total = 0;
    return good;
}

void session_drop_evidence(struct session *session, int site)
{
    for (int e = 0; e < N_EVIDENCE; e++) {
        free(session->states[site].evidence[e]);
        session->states[site].evidence[e] = NULL;
    }
}
