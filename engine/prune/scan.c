#include "engine/prune/scan.h"

#include "engine/base/memory.h"
#include "engine/prune/criteria.h"
#include "engine/prune/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void scan_separation(const struct channel_sums *clean, const struct channel_sums *poisoned, int n,
    struct separation *separation)
{
    *separation = (struct separation){.channel = -1};
    for (int c = 0; c < n; c++) {
        separation->dormant += (clean[c].max <= 0) / (double)n;
        if (!poisoned)
            continue;
        double spread = 0.5 * (clean[c].spread + poisoned[c].spread);
        double apart = fabs(poisoned[c].mean - clean[c].mean);
        double d = spread > 0 ? apart / spread : 0;
        if (separation->channel < 0 || d > separation->largest) {
            separation->largest = d;
            separation->channel = c;
        }
    }
}

/* A sample of one set, run again and again. */
struct probe {
    const struct dataset *set; /* NULL: not there */
    struct cache *cache;       /* NULL: too large or no cut */
    uint16_t *first, *now;     /* predicted, unpruned and now */
    int n, right;              /* right: now */
};

struct examination {
    struct evaluator *evaluator;
    const struct site *site;
    struct probe clean, poisoned;
};

static bool probe_open(struct examination *exam, struct probe *probe, const struct dataset *set,
    size_t memory, struct error *err)
{
    if (!set)
        return true;
    const struct network *network = evaluator_network(exam->evaluator);
    probe->set = set;
    probe->n = evaluator_count(exam->evaluator, set);
    probe->first = memory_array((size_t)probe->n, sizeof *probe->first);
    probe->now = memory_array((size_t)probe->n, sizeof *probe->now);
    size_t bytes = cache_bytes(network, exam->site, probe->n);
    if (bytes > 0 && bytes <= memory / 2)
        probe->cache = cache_create(network, exam->site, probe->n);
    const struct evaluator_pass pass = {
        .set = set, .predicted = probe->first, .cache = probe->cache};
    if (!evaluator_run(exam->evaluator, &pass, err))
        return false;
    memcpy(probe->now, probe->first, (size_t)probe->n * sizeof *probe->now);
    probe->right = evaluator_right(exam->evaluator, set, probe->now);
    return true;
}

static void probe_close(struct probe *probe)
{
    cache_destroy(probe->cache);
    free(probe->first);
    free(probe->now);
}

/* Runs the images again after a channel (-1: several) was pruned. */
static bool probe_update(
    struct examination *exam, struct probe *probe, int channel, struct error *err)
{
    if (!probe->set)
        return true;
    uint16_t *next = memory_array((size_t)probe->n, sizeof *next);
    bool good = evaluator_update(
                    exam->evaluator, probe->set, probe->cache, channel, probe->now, next, err) >= 0;
    if (good) {
        memcpy(probe->now, next, (size_t)probe->n * sizeof *next);
        probe->right = evaluator_right(exam->evaluator, probe->set, probe->now);
    }
    free(next);
    return good;
}

static double percent(const struct probe *probe)
{
    return probe->n ? 100.0 * probe->right / probe->n : 0;
}

/* Half the channels, least active first. */
static bool examine_cost(struct examination *exam, const struct criterion_input *input,
    struct finding *finding, struct error *err)
{
    int n = exam->site->n_channels;
    double before = percent(&exam->clean);
    double *scores = memory_array((size_t)n, sizeof *scores);
    int *order = memory_array((size_t)n, sizeof *order);
    for (int c = 0; c < n; c++)
        scores[c] = input->clean[c].mean;
    ranking_by_score(scores, n, false, order);
    evaluator_set_site(exam->evaluator, exam->site);
    for (int i = 0; i < n / 2; i++)
        evaluator_prune(exam->evaluator, order[i]);
    bool good = probe_update(exam, &exam->clean, -1, err);
    finding->cost = before - percent(&exam->clean);
    memcpy(exam->clean.now, exam->clean.first, (size_t)exam->clean.n * sizeof *exam->clean.now);
    exam->clean.right = evaluator_right(exam->evaluator, exam->clean.set, exam->clean.now);
    free(scores);
    free(order);
    return good;
}

/* Prunes by the difference criterion until clean accuracy is spent, and keeps the best. */
static bool examine_repair(struct examination *exam, const struct criterion_input *input,
    struct finding *finding, struct error *err)
{
    int n = exam->site->n_channels;
    double before = percent(&exam->clean);
    double *scores = memory_array((size_t)n, sizeof *scores);
    int *order = memory_array((size_t)n, sizeof *order);
    bool good = criterion_difference.score(input, scores, err);
    ranking_by_score(scores, n, true, order);
    evaluator_set_site(exam->evaluator, exam->site);
    finding->repair_clean = before;
    finding->repair_asr = percent(&exam->poisoned);
    for (int i = 0; i < n && good && finding->repair_asr > 0; i++) {
        evaluator_prune(exam->evaluator, order[i]);
        good = probe_update(exam, &exam->clean, order[i], err) &&
               probe_update(exam, &exam->poisoned, order[i], err);
        double lost = before - percent(&exam->clean), asr = percent(&exam->poisoned);
        if (lost > SCAN_GIVE_UP_POINTS)
            break;
        if (lost > SCAN_POINTS || asr >= finding->repair_asr)
            continue;
        finding->repair_channels = i + 1;
        finding->repair_clean = percent(&exam->clean);
        finding->repair_asr = asr;
    }
    free(scores);
    free(order);
    return good;
}

bool scan_site(struct evaluator *evaluator, const struct site *site,
    const struct criterion_input *input, const struct dataset *clean,
    const struct dataset *poisoned, size_t memory, struct finding *finding, struct error *err)
{
    struct examination exam = {.evaluator = evaluator, .site = site};
    *finding = (struct finding){0};
    evaluator_set_site(evaluator, NULL);
    evaluator_set_sample(evaluator, SCAN_IMAGES);
    bool good = probe_open(&exam, &exam.clean, clean, memory, err) &&
                probe_open(&exam, &exam.poisoned, poisoned, memory, err) &&
                examine_cost(&exam, input, finding, err) &&
                (!poisoned || examine_repair(&exam, input, finding, err));
    evaluator_set_site(evaluator, NULL);
    evaluator_set_sample(evaluator, 0);
    probe_close(&exam.clean);
    probe_close(&exam.poisoned);
    return good;
}
