/* The suffix caches of the chosen site: made, filled by a pass, given up where none can be. */
#include "engine/session/machine/session_caches.h"

#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_branch.h"

static void make_cache(void *context, int set, int worker)
{
    struct session *session = context;
    const struct dataset *images = session->description->sets[set];
    (void)worker;
    if (images)
        session->caches[set] = evaluator_cache_create(session->evaluator,
            &session->description->sites->site[session->site], dataset_count(images),
            session->budget);
}

void session_make_caches(struct session *session)
{
    for (int set = 0; set < N_SETS; set++) {
        evaluator_cache_destroy(session->caches[set]);
        session->caches[set] = NULL;
    }
    thread_pool_run(session->pool, N_SETS, make_cache, session);
    session->cached = session_branch(session)->root;
}

void session_check_caches(struct session *session)
{
    const struct prune_site *site = &session->description->sites->site[session->site];
    bool complete = true;
    for (int set = 0; set < N_SETS; set++)
        if (session->description->sets[set])
            complete = complete && evaluator_cache_complete(session->caches[set]);
    for (int set = 0; set < N_SETS && !complete; set++) {
        evaluator_cache_destroy(session->caches[set]);
        session->caches[set] = NULL;
    }
    if (!complete)
        session_say(session, false, "%s: every round runs all images from the pixels (%s)",
            site->name,
            session->options.exact      ? "--exact"
            : prune_site_is_joint(site) ? "each prunes in another layer"
                                        : "other layers read its channels before the measured "
                                          "layer");
}

bool session_fill_caches(struct session *session, struct error *err)
{
    if (session->cached == session_branch(session)->root)
        return true;
    enum phase phase = session->phase;
    session_activity(session, PHASE_MEASURING, "caching the layers before %s",
        session->description->sites->site[session->site].name);
    session_apply(session, 0);
    session_make_caches(session);
    bool good = true;
    for (int set = 0; set < N_SETS && good; set++) {
        const struct evaluator_pass pass = {
            .set = session->description->sets[set], .cache = session->caches[set]};
        if (pass.cache)
            good = evaluator_run(session->evaluator, &pass, err);
    }
    session_apply(session, session_history(session)->position);
    session_activity(session, phase, "%s", "");
    if (good)
        session_check_caches(session);
    else
        session->cached = -1;
    return good;
}
