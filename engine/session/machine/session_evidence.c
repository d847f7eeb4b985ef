/* The measurements behind enum criterion_evidence, a function each. */
#include "engine/session/machine/session_evidence.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"

#include "engine/prune/criteria/criteria.h"
#include "engine/prune/scan/entropy.h"
#include "engine/prune/scan/greedy.h"
#include "engine/train/channel_masks.h"
#include "engine/train/saliency.h"

#include "engine/base/memory.h"

#include <stdlib.h>

/* Images of each set that evidence is measured on; more change orders little and take longer. */
enum { IMAGES_MOST = 1000, MASK_IMAGES = 500 /* as published */ };

static int images_of(const struct dataset *set)
{
    int n = dataset_count(set);
    return n < IMAGES_MOST ? n : IMAGES_MOST;
}

static struct batch_runner_hooks hooks_of(struct session *session)
{
    return (struct batch_runner_hooks){session_progress, session, session->hooks.stop};
}

/* What measures all sites at once, on clean images. */
typedef bool measure_sites(struct session *session, const struct saliency_images *images,
    const struct batch_runner_hooks *hooks, double *const *scores, struct error *err);

/* One site's go to `scores`, those of the others are kept. */
static bool measure_all(struct session *session, int site, enum criterion_evidence evidence,
    measure_sites *measure, int most, double *scores, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    struct saliency_images images = {clean, &session->scaling, images_of(clean)};
    const struct batch_runner_hooks hooks = hooks_of(session);
    images.n = images.n < most ? images.n : most;
    double **all = memory_array((size_t)sites->n, sizeof *all);
    for (int s = 0; s < sites->n; s++)
        all[s] = s == site ? scores : memory_array((size_t)sites->site[s].n_channels, sizeof **all);
    bool good = measure(session, &images, &hooks, all, err);
    for (int s = 0; s < sites->n; s++) {
        double **kept = &session->states[s].evidence[evidence];
        if (s == site)
            continue;
        if (good && !*kept)
            *kept = all[s];
        else
            free(all[s]);
    }
    free(all);
    return good;
}

static bool taylor_of(struct session *session, const struct saliency_images *images,
    const struct batch_runner_hooks *hooks, double *const *scores, struct error *err)
{
    return saliency_taylor(session_network(session), session->description->sites, images,
        session->pool, hooks, scores, err);
}

static bool measure_taylor(struct session *session, int site, double *scores, struct error *err)
{
    return measure_all(session, site, EVIDENCE_TAYLOR, taylor_of, IMAGES_MOST, scores, err);
}

static bool search_goes_on(void *context, int step, int steps)
{
    const struct batch_runner_hooks *hooks = context;
    hooks->progress(hooks->context, step, steps);
    return !hooks->stop || !atomic_load(hooks->stop);
}

typedef bool search_masks(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err);

static bool masks_of(struct session *session, search_masks *search,
    const struct saliency_images *images, const struct batch_runner_hooks *hooks,
    double *const *scores, struct error *err)
{
    size_t size = shape_count(dataset_shape(images->set));
    float *pixels = memory_floats((size_t)images->n * size);
    int32_t *labels = memory_array((size_t)images->n, sizeof *labels);
    struct channel_masks_options options = channel_masks_defaults();
    for (int i = 0; i < images->n; i++) {
        int image = (int)((int64_t)i * dataset_count(images->set) / images->n);
        dataset_feed(images->set, image, 1, images->scaling, pixels + (size_t)i * size);
        labels[i] = dataset_labels(images->set)[image];
    }
    options.n = images->n;
    options.batch = images->n < options.batch ? images->n : options.batch;
    options.pixels = pixels;
    options.labels = labels;
    options.progress = search_goes_on;
    options.context = (void *)(uintptr_t)hooks;
    bool good = dataset_check(images->set, err) &&
                search(session_network(session), session->description->sites, session->pool,
                    &options, scores, err);
    free(pixels);
    free(labels);
    return good;
}

static bool anp_of(struct session *session, const struct saliency_images *images,
    const struct batch_runner_hooks *hooks, double *const *scores, struct error *err)
{
    return masks_of(session, channel_masks_anp, images, hooks, scores, err);
}

static bool measure_anp(struct session *session, int site, double *scores, struct error *err)
{
    return measure_all(session, site, EVIDENCE_ANP, anp_of, MASK_IMAGES, scores, err);
}

static bool rnp_of(struct session *session, const struct saliency_images *images,
    const struct batch_runner_hooks *hooks, double *const *scores, struct error *err)
{
    return masks_of(session, channel_masks_rnp, images, hooks, scores, err);
}

static bool measure_rnp(struct session *session, int site, double *scores, struct error *err)
{
    return measure_all(session, site, EVIDENCE_RNP, rnp_of, MASK_IMAGES, scores, err);
}

static bool measure_entropy(struct session *session, int site, double *scores, struct error *err)
{
    struct dataset *const *sets = session->description->sets;
    const struct entropy_images images = {
        sets[SET_CLEAN], sets[SET_POISONED], &session->scaling, IMAGES_MOST};
    const struct batch_runner_hooks hooks = hooks_of(session);
    return entropy_of_site(session_network(session), &session->description->sites->site[site],
        &images, session->pool, &hooks, scores, err);
}

/* With poisoned images, equal channels by the difference; without, by mean activation. */
static void fill_hint(const struct session *session, int site, bool attack, double *hint)
{
    const struct site_state *state = &session->states[site];
    const struct channel_sums *clean = state->sums[SET_CLEAN];
    const struct channel_sums *poisoned = state->sums[SET_POISONED];
    for (int c = 0; c < session->description->sites->site[site].n_channels; c++)
        hint[c] = attack ? poisoned[c].mean - clean[c].mean : -clean[c].mean;
}

static bool run_greedy(
    struct session *session, int at, bool attack, double *scores, struct error *err)
{
    struct dataset *const *sets = session->description->sets;
    const struct prune_site *site = &session->description->sites->site[at];
    const struct expected expected = session_expected(session);
    double *hint = memory_array((size_t)site->n_channels, sizeof *hint);
    struct greedy_job job = {.evaluator = session->evaluator,
        .site = site,
        .hint = hint,
        .progress = session_progress,
        .context = session};
    fill_hint(session, at, attack, hint);
    session_apply_original(session, site);
    evaluator_set_sample(session->evaluator, IMAGES_MOST);
    struct greedy_set *used[] = {&job.clean, &job.poisoned};
    for (int set = 0; set <= attack; set++)
        *used[set] = (struct greedy_set){.set = sets[set],
            .wanted = expected.labels[set],
            .cache = evaluator_cache_create(
                session->evaluator, site, images_of(sets[set]), session->budget)};
    bool good = greedy_order(&job, scores, err);
    for (int set = 0; set <= attack; set++)
        evaluator_cache_destroy(used[set]->cache);
    evaluator_set_sample(session->evaluator, 0);
    free(hint);
    return good;
}

static bool measure_greedy_clean(
    struct session *session, int site, double *scores, struct error *err)
{
    return run_greedy(session, site, false, scores, err);
}

static bool measure_greedy_attack(
    struct session *session, int site, double *scores, struct error *err)
{
    return run_greedy(session, site, true, scores, err);
}

static const struct {
    bool (*measure)(struct session *session, int site, double *scores, struct error *err);
    const char *activity;
} measurements[N_EVIDENCE] = {
    [EVIDENCE_TAYLOR] = {measure_taylor, "gradients of the loss at every channel"},
    [EVIDENCE_ENTROPY] = {measure_entropy, "entropies of the channels"},
    [EVIDENCE_ANP] = {measure_anp, "masks against noise"},
    [EVIDENCE_RNP] = {measure_rnp, "masks after unlearning"},
    [EVIDENCE_GREEDY_CLEAN] = {measure_greedy_clean, "leaving out channel by channel"},
    [EVIDENCE_GREEDY_ATTACK] = {measure_greedy_attack, "leaving out channel by channel"},
};

bool session_measure_evidence(struct session *session, int site,
    const struct criterion_input *input, const struct criterion *criterion, struct error *err)
{
    double **kept = &session->states[site].evidence[criterion->evidence];
    if (criterion->evidence == EVIDENCE_NONE || *kept || !criteria_defined(criterion, input, NULL))
        return true;
    enum phase phase = session->phase;
    double *scores = memory_array((size_t)input->site->n_channels, sizeof *scores);
    session_activity(session, PHASE_SCANNING, "%s: %s at %s", criterion->name,
        measurements[criterion->evidence].activity, input->site->name);
    bool good = measurements[criterion->evidence].measure(session, site, scores, err);
    if (good)
        *kept = scores;
    else
        free(scores);
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
