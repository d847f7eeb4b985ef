/* Examines one prune site: prunes a sample of the images by each criterion and rates the result. */
#include "engine/prune/scan/scan.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "engine/prune/criteria/criteria.h"
#include "engine/prune/ranking/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void scan_separation(const struct channel_sums *clean, const struct channel_sums *poisoned, int n,
    struct separation *separation)
{
    int never_active = 0;
    *separation = (struct separation){.channel = -1};
    for (int c = 0; c < n; c++) {
        never_active += clean[c].zeros >= 1;
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
    separation->never_active = n > 0 ? (double)never_active / n : 0;
}

/* A sample of one set, run again and again. */
struct probe {
    const struct dataset *set;  /* NULL: not there */
    struct suffix_cache *cache; /* NULL: all images run from the pixels */
    uint16_t *first, *now;      /* predicted, unpruned and now */
    int n;
};

struct examination {
    struct evaluator *evaluator;
    const struct prune_site *site;
    const struct scan_goals *goals;
    struct probe clean, poisoned;
    struct outcome of; /* images of the sample that each count is out of */
};

/* Adds what a net says of the clean images of the sample: by place in it, or in the whole set. */
static void count_clean(const struct examination *exam, const uint16_t *says, bool whole,
    struct outcome *count, struct outcome *of)
{
    const int32_t *labels = dataset_labels(exam->clean.set);
    count->own = of->own = exam->goals->own < 0 ? -1 : 0;
    for (int i = 0; i < exam->clean.n; i++) {
        int image = evaluator_image(exam->evaluator, exam->clean.set, i);
        bool right = says[whole ? image : i] == labels[image];
        bool own = exam->goals->own >= 0 && labels[image] == exam->goals->own;
        count->clean += right;
        count->own += own && right;
        of->clean++;
        of->own += own;
    }
}

static void count_poisoned(const struct examination *exam, const uint16_t *says, bool whole,
    struct outcome *count, struct outcome *of)
{
    const struct scan_goals *goals = exam->goals;
    count->robust = of->robust = goals->truth ? 0 : -1;
    for (int i = 0; i < exam->poisoned.n; i++) {
        int image = evaluator_image(exam->evaluator, exam->poisoned.set, i);
        int said = says[whole ? image : i];
        count->attack += goals->attack[image] == said;
        of->attack += goals->attack[image] >= 0;
        count->robust += goals->truth && goals->truth[image] == said;
        of->robust += goals->truth && goals->truth[image] >= 0;
    }
}

/* Of predictions of the sample, or (whole) of all images. */
static struct outcome count(const struct examination *exam, const uint16_t *clean,
    const uint16_t *poisoned, bool whole, struct outcome *of)
{
    struct outcome counts = {.own = -1, .robust = -1};
    *of = counts;
    count_clean(exam, clean, whole, &counts, of);
    if (exam->poisoned.set)
        count_poisoned(exam, poisoned, whole, &counts, of);
    return counts;
}

static struct outcome count_now(struct examination *exam)
{
    return count(exam, exam->clean.now, exam->poisoned.now, false, &exam->of);
}

static bool probe_open(struct examination *exam, struct probe *probe, const struct dataset *set,
    struct memory_budget *budget, struct error *err)
{
    if (!set)
        return true;
    probe->set = set;
    probe->n = evaluator_count(exam->evaluator, set);
    probe->first = memory_array((size_t)probe->n, sizeof *probe->first);
    probe->now = memory_array((size_t)probe->n, sizeof *probe->now);
    probe->cache = evaluator_cache_create(exam->evaluator, exam->site, probe->n, budget);
    const struct evaluator_pass pass = {
        .set = set, .predicted = probe->first, .cache = probe->cache};
    if (!evaluator_run(exam->evaluator, &pass, err))
        return false;
    memcpy(probe->now, probe->first, (size_t)probe->n * sizeof *probe->now);
    return true;
}

static void probe_close(struct probe *probe)
{
    evaluator_cache_destroy(probe->cache);
    free(probe->first);
    free(probe->now);
}

/* Prunes a channel and runs the images in which it is not zero. */
static bool probe_commit(
    struct examination *exam, struct probe *probe, int channel, struct error *err)
{
    if (!probe->set)
        return true;
    uint16_t *next = memory_array((size_t)probe->n, sizeof *next);
    bool good = evaluator_commit_channel(
                    exam->evaluator, probe->set, probe->cache, channel, probe->now, next, err) >= 0;
    if (good)
        memcpy(probe->now, next, (size_t)probe->n * sizeof *next);
    free(next);
    return good;
}

/* Everything as it was before pruning. */
static void start_over(struct examination *exam)
{
    struct probe *probes[] = {&exam->clean, &exam->poisoned};
    evaluator_set_site(exam->evaluator, exam->site);
    for (int i = 0; i < 2 && probes[i]->set; i++)
        memcpy(probes[i]->now, probes[i]->first, (size_t)probes[i]->n * sizeof *probes[i]->now);
}

/* Half the channels, in the order of mean activation. */
static bool examine_cost(struct examination *exam, const struct criterion_input *input,
    struct finding *finding, struct error *err)
{
    int n = exam->site->n_channels;
    double *scores = memory_array((size_t)n, sizeof *scores);
    int *order = memory_array((size_t)n, sizeof *order);
    for (int c = 0; c < n; c++)
        scores[c] = input->clean[c].mean;
    ranking_by_score(scores, n, false, order);
    start_over(exam);
    struct worth *worth = &finding->worth;
    worth->before = worth->after = count_now(exam);
    worth->of = exam->of;
    worth->target = exam->goals->own;
    worth->trivial = (struct outcome)OUTCOME_UNKNOWN;
    if (exam->goals->trivial[0] && exam->goals->trivial[1])
        worth->trivial =
            count(exam, exam->goals->trivial[0], exam->goals->trivial[1], true, &exam->of);
    for (int i = 0; i < n / 2; i++)
        evaluator_prune(exam->evaluator, order[i]);
    bool good = evaluator_predict(
                    exam->evaluator, exam->clean.set, exam->clean.cache, exam->clean.now, err) >= 0;
    finding->cost = number_percent(worth->before.clean - count_now(exam).clean, worth->of.clean);
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

/* Keeps a repair that is better than the finding: one that beats the trivial defence, else by what
 * it gains. What gains nothing is none. */
static void consider(struct finding *finding, const struct worth *worth, double lost,
    const struct criterion *criterion, int channels)
{
    double fallen = number_percent(worth->before.attack - worth->after.attack, worth->of.attack);
    double rating = rate(lost, fallen);
    bool beats = worth_beats_trivial(worth);
    if (rating <= rate(0, 0) || beats < finding->beats ||
        (beats == finding->beats && rating <= finding->rating))
        return;
    finding->rating = rating;
    finding->beats = beats;
    finding->worth = *worth;
    finding->criterion = criterion;
    finding->repair_channels = channels;
    finding->repair_clean = number_percent(worth->after.clean, worth->of.clean);
    finding->repair_asr = number_percent(worth->after.attack, worth->of.attack);
}

/* Prunes by one criterion until clean accuracy is spent; keeps what is better than the finding. */
static bool examine_order(struct examination *exam, const struct criterion *criterion,
    const int *order, struct finding *finding, struct error *err)
{
    start_over(exam);
    struct worth worth = finding->worth;
    double lost = 0;
    for (int i = 0; i < exam->site->n_channels && lost <= SCAN_POINTS; i++) {
        if (!probe_commit(exam, &exam->clean, order[i], err) ||
            !probe_commit(exam, &exam->poisoned, order[i], err))
            return false;
        worth.after = count_now(exam);
        lost = number_percent(worth.before.clean - worth.after.clean, worth.of.clean);
        if (lost > SCAN_POINTS)
            break;
        consider(finding, &worth, lost, criterion, i + 1);
    }
    return true;
}

/* The best repair that any quick criterion of the table finds. */
static bool examine_repair(struct examination *exam, const struct criterion_input *input,
    struct finding *finding, struct error *err)
{
    int n = exam->site->n_channels;
    const struct criterion *criterion;
    double *scores = memory_array((size_t)n, sizeof *scores);
    int *order = memory_array((size_t)n, sizeof *order);
    bool good = true;
    finding->rating = rate(0, 0);
    finding->repair_clean = number_percent(finding->worth.before.clean, finding->worth.of.clean);
    finding->repair_asr = number_percent(finding->worth.before.attack, finding->worth.of.attack);
    for (int k = 0; good && (criterion = criteria_at(k)); k++) {
        if (!criterion->examined || !criteria_score(criterion, input, scores, NULL))
            continue; /* slow, or not defined here */
        ranking_by_score(scores, n, criterion->descending, order);
        good = examine_order(exam, criterion, order, finding, err);
    }
    free(scores);
    free(order);
    return good;
}

bool scan_site(struct evaluator *evaluator, const struct prune_site *site,
    const struct criterion_input *input, const struct dataset *clean,
    const struct dataset *poisoned, const struct scan_goals *goals, struct memory_budget *budget,
    struct finding *finding, struct error *err)
{
    struct examination exam = {.evaluator = evaluator, .site = site, .goals = goals};
    *finding = (struct finding){0};
    evaluator_set_site(evaluator, NULL);
    evaluator_set_sample(evaluator, SCAN_IMAGES);
    bool good = probe_open(&exam, &exam.clean, clean, budget, err) &&
                probe_open(&exam, &exam.poisoned, poisoned, budget, err) &&
                examine_cost(&exam, input, finding, err) &&
                (!poisoned || examine_repair(&exam, input, finding, err));
    evaluator_set_site(evaluator, NULL);
    evaluator_set_sample(evaluator, 0);
    probe_close(&exam.clean);
    probe_close(&exam.poisoned);
    return good;
}
