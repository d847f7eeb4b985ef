/* What criteria read beside weights and activations. Leans on saliency.h, entropy.h,
 * channel_masks.h and greedy.h. */
#include "engine/train/evidence.h"

#include "engine/base/memory.h"
#include "engine/prune/scan/entropy.h"
#include "engine/prune/scan/greedy.h"
#include "engine/train/channel_masks.h"
#include "engine/train/saliency.h"

#include <stdlib.h>

/* Images of each set that evidence is measured on; more change orders little and take longer. */
enum { IMAGES_MOST = 1000, MASK_IMAGES = 500 /* as published */ };

static int images_of(const struct dataset *set, int most)
{
    int n = dataset_count(set);
    return n < most ? n : most;
}

static bool measure_taylor(
    const struct evidence_job *job, int site, double *const *scores, struct error *err)
{
    const struct saliency_images images = {
        job->clean, job->scaling, images_of(job->clean, IMAGES_MOST)};
    (void)site;
    return saliency_taylor(job->network, job->sites, &images, job->pool, job->hooks, scores, err);
}

static bool measure_entropy(
    const struct evidence_job *job, int site, double *const *scores, struct error *err)
{
    const struct entropy_images images = {job->clean, job->poisoned, job->scaling, IMAGES_MOST};
    return entropy_of_site(
        job->network, &job->sites->site[site], &images, job->pool, job->hooks, scores[site], err);
}

static bool search_goes_on(void *context, int step, int steps)
{
    const struct batch_runner_hooks *hooks = context;
    if (hooks->progress)
        hooks->progress(hooks->context, step, steps);
    return !hooks->stop || !atomic_load(hooks->stop);
}

typedef bool search_masks(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err);

static bool measure_masks(
    const struct evidence_job *job, search_masks *search, double *const *scores, struct error *err)
{
    struct channel_masks_options options = channel_masks_defaults();
    size_t size = shape_count(dataset_shape(job->clean));
    options.n = images_of(job->clean, MASK_IMAGES);
    float *pixels = memory_floats((size_t)options.n * size);
    int32_t *labels = memory_array((size_t)options.n, sizeof *labels);
    for (int i = 0; i < options.n; i++) {
        int image = (int)((int64_t)i * dataset_count(job->clean) / options.n);
        dataset_feed(job->clean, image, 1, job->scaling, pixels + (size_t)i * size);
        labels[i] = dataset_labels(job->clean)[image];
    }
    options.batch = options.n < options.batch ? options.n : options.batch;
    options.pixels = pixels;
    options.labels = labels;
    options.progress = search_goes_on;
    options.context = (void *)(uintptr_t)job->hooks;
    bool good = dataset_check(job->clean, err) &&
                search(job->network, job->sites, job->pool, &options, scores, err);
    free(pixels);
    free(labels);
    return good;
}

static bool measure_anp(
    const struct evidence_job *job, int site, double *const *scores, struct error *err)
{
    (void)site;
    return measure_masks(job, channel_masks_anp, scores, err);
}

static bool measure_rnp(
    const struct evidence_job *job, int site, double *const *scores, struct error *err)
{
    (void)site;
    return measure_masks(job, channel_masks_rnp, scores, err);
}

static void tell_nobody(void *context, int done, int total)
{
    (void)context, (void)done, (void)total;
}

/* With poisoned images, equal channels by the difference; without, by mean activation. */
static bool run_greedy(
    const struct evidence_job *job, int at, bool attack, double *scores, struct error *err)
{
    const struct prune_site *site = &job->sites->site[at];
    double *hint = memory_array((size_t)site->n_channels, sizeof *hint);
    const struct dataset *sets[] = {job->clean, job->poisoned};
    const int32_t *wanted[] = {job->labels, job->wanted};
    struct greedy_job greedy = {.evaluator = job->evaluator,
        .site = site,
        .hint = hint,
        .progress = job->hooks->progress ? job->hooks->progress : tell_nobody,
        .context = job->hooks->context};
    struct greedy_set *used[] = {&greedy.clean, &greedy.poisoned};
    for (int c = 0; c < site->n_channels; c++)
        hint[c] = attack ? job->poisoned_sums[c].mean - job->clean_sums[c].mean
                         : -job->clean_sums[c].mean;
    evaluator_set_site(job->evaluator, site);
    evaluator_set_sample(job->evaluator, IMAGES_MOST);
    for (int set = 0; set <= attack; set++)
        *used[set] = (struct greedy_set){.set = sets[set],
            .wanted = wanted[set],
            .cache = evaluator_cache_create(
                job->evaluator, site, images_of(sets[set], IMAGES_MOST), job->budget)};
    bool good = greedy_order(&greedy, scores, err);
    for (int set = 0; set <= attack; set++)
        evaluator_cache_destroy(used[set]->cache);
    evaluator_set_sample(job->evaluator, 0);
    free(hint);
    return good;
}

static bool measure_greedy_clean(
    const struct evidence_job *job, int site, double *const *scores, struct error *err)
{
    return run_greedy(job, site, false, scores[site], err);
}

static bool measure_greedy_attack(
    const struct evidence_job *job, int site, double *const *scores, struct error *err)
{
    return run_greedy(job, site, true, scores[site], err);
}

static const struct {
    bool (*measure)(
        const struct evidence_job *job, int site, double *const *scores, struct error *err);
    bool all_sites;
    const char *activity;
} measurements[N_EVIDENCE] = {
    [EVIDENCE_TAYLOR] = {measure_taylor, true, "gradients of the loss at every channel"},
    [EVIDENCE_ENTROPY] = {measure_entropy, false, "entropies of the channels"},
    [EVIDENCE_ANP] = {measure_anp, true, "masks against noise"},
    [EVIDENCE_RNP] = {measure_rnp, true, "masks after unlearning"},
    [EVIDENCE_GREEDY_CLEAN] = {measure_greedy_clean, false, "leaving out channel by channel"},
    [EVIDENCE_GREEDY_ATTACK] = {measure_greedy_attack, false, "leaving out channel by channel"},
};

bool evidence_of_all_sites(enum criterion_evidence evidence)
{
    return measurements[evidence].all_sites;
}

const char *evidence_activity(enum criterion_evidence evidence)
{
    return measurements[evidence].activity;
}

bool evidence_measure(const struct evidence_job *job, enum criterion_evidence evidence, int site,
    double *const *scores, struct error *err)
{
    return measurements[evidence].measure(job, site, scores, err);
}
