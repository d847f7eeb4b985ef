/* Plants, writes, scans, counts: one net after the other. Leans on headless sessions. */
#include "app/zoo/zoo.h"

#include "app/headless/headless.h"
#include "app/headless/progress.h"
#include "app/zoo/planted_files.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Below this ASR an attack has failed, and there is nothing to find. */
static const double WORKS = 50;

struct planting_progress {
    struct progress bar;
    const char *name;
    const atomic_bool *stop;
};

static bool tell(void *context, const struct plant_report *report)
{
    struct planting_progress *progress = context;
    char label[PROGRESS_LABEL];
    snprintf(label, sizeof label, "%.30s: %s", progress->name, plant_progress_text(report->phase));
    progress_show(&progress->bar, label, report->done, report->total, -1);
    return !progress->stop || !atomic_load(progress->stop);
}

static bool is_asked(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && *at; at += strcspn(at, ",")) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return !list;
}

/* Every name of the list is one of an attack. */
static bool check_names(const char *list, struct error *err)
{
    char *copy = list ? memory_string(list) : NULL, *save;
    bool good = true;
    for (char *name = copy ? strtok_r(copy, ",", &save) : NULL; good && name;
         name = strtok_r(NULL, ",", &save))
        good = attacks_find(name, err);
    free(copy);
    return good;
}

static int mask_rank(const struct suspects *found, int row)
{
    int rank = 1;
    for (int i = 0; i < found->n; i++)
        rank += found->suspect[i].mask >= 0 && found->suspect[i].mask < found->suspect[row].mask;
    return found->suspect[row].mask >= 0 ? rank : 0;
}

/* What the scan said, beside what is true. */
static void compare(
    const struct planted *planted, const struct suspects *found, struct zoo_net *net)
{
    bool all = strcmp(planted->attack->name, "all-to-all") == 0, named = false;
    size_t used = 0;
    net->verdict = found->verdict;
    net->index = found->index;
    for (int i = 0; i < found->n; i++) {
        const struct suspect *suspect = &found->suspect[i];
        bool target = planted_is_target(planted, suspect->class);
        net->n_targets += target;
        named = named || (target && suspect->stands > 0);
        if (target && net->rank == 0)
            net->rank = i + 1;
        int by_mask = target ? mask_rank(found, i) : 0;
        if (by_mask > 0 && (net->mask_rank == 0 || by_mask < net->mask_rank))
            net->mask_rank = by_mask;
        if (suspect->stands > 0 && used < sizeof net->stands)
            used += (size_t)snprintf(net->stands + used, sizeof net->stands - used, "%s%d",
                used ? ", " : "", suspect->class);
    }
    net->counts = net->n_targets == 0 || net->asr >= WORKS;
    net->right = net->n_targets == 0
                     ? net->verdict != SUSPECTS_CLASSES && net->verdict != SUSPECTS_TO_ALL
                 : all ? net->verdict == SUSPECTS_TO_ALL
                       : net->verdict == SUSPECTS_CLASSES && named;
}

static bool scan(const struct zoo_options *zoo, const char *folder, const struct planted *planted,
    struct zoo_net *net, struct error *err)
{
    struct options options = OPTIONS_DEFAULT;
    char *model = planted_files_path(folder, PLANTED_NET);
    char *clean = planted_files_path(folder, PLANT_CLEAN);
    options.model = model;
    options.clean = clean;
    options.threads = zoo->threads;
    struct headless *headless = headless_create(&options, err);
    bool good =
        headless && headless_run(headless, &(struct command){.kind = COMMAND_SUSPECTS}, err);
    if (good)
        compare(planted, headless_snapshot(headless)->suspects, net);
    headless_destroy(headless);
    free(model);
    free(clean);
    return good;
}

/* The best of those that a defender could have used, and the sums for the means. */
static void localise(struct zoo *zoo, struct zoo_net *net, const struct localisation *scores, int n)
{
    net->auc = net->precision = NAN;
    for (int i = 0; i < n; i++) {
        struct localisation *sum = &zoo->criteria[i];
        if (zoo->n_criteria < n)
            zoo->criteria[zoo->n_criteria++] =
                (struct localisation){.criterion = scores[i].criterion, .oracle = scores[i].oracle};
        if (scores[i].n_sites == 0)
            continue;
        sum->n_sites++;
        sum->auc += scores[i].auc;
        sum->precision += scores[i].precision;
        if (scores[i].oracle || (net->best[0] && scores[i].auc <= net->auc))
            continue;
        net->auc = scores[i].auc;
        net->precision = scores[i].precision;
        snprintf(net->best, sizeof net->best, "%s", scores[i].criterion);
    }
}

static bool grow(const struct zoo_options *options, const struct plant_options *plan,
    struct thread_pool *pool, struct zoo *zoo, struct error *err)
{
    char *name = memory_format(
        "%s-%s-%d", plan->attack->name, practice_net_name(plan->net), (int)plan->seed);
    char *folder = memory_format("%s/%s", options->folder, name);
    struct planting_progress progress = {.name = name, .stop = options->stop};
    const struct plant_hooks hooks = {tell, &progress};
    struct localisation scores[LOCALISATION_MAX];
    struct planted *planted = NULL;
    progress_init(&progress.bar);
    if (planted_files_check(folder, options->force, err))
        planted = plant_net(plan, pool, &hooks, err);
    progress_clear(&progress.bar);
    bool good = planted && planted_files_write(planted, folder, options->force, err);
    zoo->nets = memory_grow(zoo->nets, (size_t)zoo->n + 1, sizeof *zoo->nets);
    struct zoo_net net = {
        .attack = plan->attack->name, .net = practice_net_name(plan->net), .seed = (int)plan->seed};
    if (good) {
        net.clean_accuracy = planted->clean_accuracy;
        net.asr = planted->asr;
        int n = localisation_score(planted, pool, scores, err);
        good = n >= 0 && scan(options, folder, planted, &net, err);
        localise(zoo, &net, scores, n > 0 ? n : 0);
    }
    if (good)
        zoo->nets[zoo->n++] = net;
    planted_destroy(planted);
    free(folder);
    free(name);
    return good;
}

static bool grow_all(
    const struct zoo_options *options, struct thread_pool *pool, struct zoo *zoo, struct error *err)
{
    for (int seed = 1; seed <= options->seeds; seed++)
        for (int net = 0; net < N_PRACTICE_NETS; net++)
            for (int i = 0; attacks_at(i); i++) {
                struct plant_options plan = plant_defaults();
                plan.attack = attacks_at(i);
                plan.net = (enum practice_net)net;
                plan.seed = (uint64_t)seed;
                plan.identities = options->identities ? options->identities : plan.identities;
                plan.images = options->images ? options->images : plan.images;
                plan.epochs = options->epochs;
                if ((options->nets >> net & 1) && is_asked(options->attacks, plan.attack->name) &&
                    !grow(options, &plan, pool, zoo, err))
                    return false;
            }
    return true;
}

bool zoo_run(const struct zoo_options *options, struct zoo *zoo, struct error *err)
{
    *zoo = (struct zoo){0};
    if (!check_names(options->attacks, err))
        return false;
    struct thread_pool *pool = thread_pool_create(options->threads);
    if (thread_pool_shortage(pool))
        escape_line(stderr, "secateur: %s", thread_pool_shortage(pool));
    bool good = grow_all(options, pool, zoo, err);
    thread_pool_destroy(pool);
    for (int i = 0; i < zoo->n_criteria; i++) {
        zoo->criteria[i].auc /= zoo->criteria[i].n_sites;
        zoo->criteria[i].precision /= zoo->criteria[i].n_sites;
    }
    return good;
}

void zoo_finish(struct zoo *zoo)
{
    free(zoo->nets);
    *zoo = (struct zoo){0};
}

struct zoo_counts zoo_count(const struct zoo *zoo)
{
    struct zoo_counts counts = {0};
    for (int i = 0; i < zoo->n; i++) {
        const struct zoo_net *net = &zoo->nets[i];
        counts.clean += net->n_targets == 0;
        counts.alarms += net->n_targets == 0 && !net->right;
        counts.attacks += net->n_targets > 0 && net->counts;
        counts.found += net->n_targets > 0 && net->counts && net->right;
    }
    return counts;
}
