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
    int silent = 0;
    *separation = (struct separation){.channel = -1};
    for (int c = 0; c < n; c++) {
        silent += clean[c].zeros >= 1;
        if (!poisoned)
            continue;
        double spread = 0.5 * (clean[c].spread + poisoned[c].spread);
        double apart = fabs(poisoned[c].mean - clean[c].mean);
        double d = apart > 0 ? fmin(apart / spread, SCAN_APART) : 0; /* also where spread is 0 */
        if (separation->channel < 0 || d > separation->largest) {
            separation->largest = d;
            separation->channel = c;
        }
    }
    separation->dormant = n > 0 ? (double)silent / n : 0;
}

/* A sample of one set, run again and again. */
struct probe {
    const struct dataset *set; /* NULL: not there */
    struct tail *tail;         /* NULL: no cut */
    uint16_t *first, *now;     /* predicted, unpruned and now */
    int n, right;              /* right: now */
};

struct examination {
    struct evaluator *evaluator;
    const struct site *site;
    struct probe clean, poisoned;
};

static bool probe_open(struct examination *exam, struct probe *probe, const struct dataset *set,
    struct store *store, struct error *err)
{
    if (!set)
        return true;
    const struct network *network = evaluator_network(exam->evaluator);
    probe->set = set;
    probe->n = evaluator_count(exam->evaluator, set);
    probe->first = memory_array((size_t)probe->n, sizeof *probe->first);
    probe->now = memory_array((size_t)probe->n, sizeof *probe->now);
    probe->tail =
        tail_create(network, exam->site, evaluator_lanes(exam->evaluator), probe->n, store);
    const struct evaluator_pass pass = {.set = set, .predicted = probe->first, .tail = probe->tail};
    if (!evaluator_run(exam->evaluator, &pass, err))
        return false;
    memcpy(probe->now, probe->first, (size_t)probe->n * sizeof *probe->now);
    probe->right = evaluator_right(exam->evaluator, set, NULL, probe->now);
    return true;
}

static void probe_close(struct probe *probe)
{
    tail_destroy(probe->tail);
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
    bool good = evaluator_update(exam->evaluator, probe->set, probe->tail, channel, true,
                    probe->now, next, err) >= 0;
    if (good) {
        memcpy(probe->now, next, (size_t)probe->n * sizeof *next);
        probe->right = evaluator_right(exam->evaluator, probe->set, NULL, probe->now);
    }
    free(next);
    return good;
}

static double percent(const struct probe *probe)
{
    return probe->n ? 100.0 * probe->right / probe->n : 0;
}

/* Everything as it was before pruning. */
static void start_over(struct examination *exam)
{
    struct probe *probes[] = {&exam->clean, &exam->poisoned};
    evaluator_set_site(exam->evaluator, exam->site);
    for (int i = 0; i < 2 && probes[i]->set; i++) {
        memcpy(probes[i]->now, probes[i]->first, (size_t)probes[i]->n * sizeof *probes[i]->now);
        probes[i]->right = evaluator_right(exam->evaluator, probes[i]->set, NULL, probes[i]->now);
    }
}

/* Half the channels, in the order of mean activation. */
static bool examine_cost(struct examination *exam, const struct criterion_input *input,
    struct finding *finding, struct error *err)
{
    int n = exam->site->n_channels;
    double *scores = memory_array((size_t)n, sizeof *scores);
    int *order = memory_array((size_t)n, sizeof *order);
    criterion_mean_activation.score(input, scores, NULL);
    ranking_by_score(scores, n, false, order);
    start_over(exam);
    double before = percent(&exam->clean);
    finding->clean = before;
    finding->asr = percent(&exam->poisoned);
    finding->n_clean = exam->clean.n;
    finding->n_poisoned = exam->poisoned.n;
    for (int i = 0; i < n / 2; i++)
        evaluator_prune(exam->evaluator, order[i]);
    bool good = probe_update(exam, &exam->clean, -1, err);
    finding->cost = before - percent(&exam->clean);
    free(scores);
    free(order);
    return good;
}

/* Defense effectiveness rating, 0..1: half of the ASR won less the clean accuracy lost, plus a
 * half (Zhu et al., NeurIPS 2023, as in BackdoorBench). */
static double rate(double clean_lost, double asr_lost)
{
    return (fmax(0, asr_lost) - fmax(0, clean_lost) + 100) / 200;
}

/* Prunes by one criterion until clean accuracy is spent; keeps what is better than the finding. */
static bool examine_order(struct examination *exam, const struct criterion *criterion,
    const int *order, struct finding *finding, struct error *err)
{
    start_over(exam);
    double clean = percent(&exam->clean), asr = percent(&exam->poisoned), lost = 0;
    for (int i = 0; i < exam->site->n_channels && lost <= SCAN_POINTS; i++) {
        evaluator_prune(exam->evaluator, order[i]);
        if (!probe_update(exam, &exam->clean, order[i], err) ||
            !probe_update(exam, &exam->poisoned, order[i], err))
            return false;
        lost = clean - percent(&exam->clean);
        double rating = rate(lost, asr - percent(&exam->poisoned));
        if (lost > SCAN_POINTS || rating <= finding->rating)
            continue;
        finding->rating = rating;
        finding->criterion = criterion;
        finding->repair_channels = i + 1;
        finding->repair_clean = percent(&exam->clean);
        finding->repair_asr = percent(&exam->poisoned);
    }
    return true;
}

/* The best repair that any criterion of the table finds. */
static bool examine_repair(struct examination *exam, const struct criterion_input *input,
    struct finding *finding, struct error *err)
{
    int n = exam->site->n_channels;
    const struct criterion *criterion;
    double *scores = memory_array((size_t)n, sizeof *scores);
    int *order = memory_array((size_t)n, sizeof *order);
    bool good = true;
    start_over(exam);
    finding->rating = rate(0, 0);
    finding->repair_clean = percent(&exam->clean);
    finding->repair_asr = percent(&exam->poisoned);
    for (int k = 0; good && (criterion = criteria_at(k)); k++) {
        if (!criterion->score(input, scores, NULL))
            continue; /* not defined here */
        ranking_by_score(scores, n, criterion->descending, order);
        good = examine_order(exam, criterion, order, finding, err);
    }
    free(scores);
    free(order);
    return good;
}

bool scan_site(struct evaluator *evaluator, const struct site *site,
    const struct criterion_input *input, const struct dataset *clean,
    const struct dataset *poisoned, struct store *store, struct finding *finding, struct error *err)
{
    struct examination exam = {.evaluator = evaluator, .site = site};
    *finding = (struct finding){0};
    evaluator_set_site(evaluator, NULL);
    evaluator_set_sample(evaluator, SCAN_IMAGES);
    bool good = probe_open(&exam, &exam.clean, clean, store, err) &&
                probe_open(&exam, &exam.poisoned, poisoned, store, err) &&
                examine_cost(&exam, input, finding, err) &&
                (!poisoned || examine_repair(&exam, input, finding, err));
    evaluator_set_site(evaluator, NULL);
    evaluator_set_sample(evaluator, 0);
    probe_close(&exam.clean);
    probe_close(&exam.poisoned);
    return good;
}
