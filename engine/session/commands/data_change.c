/* Reads other files and measures the branches anew. Leans on session_anew.h for what is begun empty
 * and on session_open.h for reading. */
#include "engine/session/commands/data_change.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_anew.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_caches.h"
#include "engine/session/machine/session_measure.h"
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/session_pixels.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_rounds.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/state/net_open.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

/* --- branches anew --- */

/* Round 0 of a branch that does not begin with the net as it came. */
static bool measure_first(struct session *session, const struct branch *old, struct error *err)
{
    struct branch *branch = session_branch(session);
    struct channel_sums **sums[N_SETS];
    session_apply(session, 0);
    session_make_caches(session);
    struct round *round = session_measure(session, sums, err);
    if (!round)
        return false;
    for (int set = 0; set < N_SETS; set++)
        branch->sums[set] = session_sums_of(session, sums[set], branch->site);
    session_drop_sums(session, sums);
    branch->shown =
        session_show_sums(branch->sums, session->description->sites->site[branch->site].n_channels);
    round->own = old->history.rounds[0]->own;
    round->known = old->history.rounds[0]->known;
    history_init(&branch->history, refcount_ref(old->history.order), round);
    branch->history.first = round;
    return true;
}

/* The rounds that a branch shares with the one it forked from. */
static void share_rounds(struct session *session, const struct branch *old)
{
    struct branch *branch = session_branch(session), *from = &session->branches[old->parent];
    size_t n = (size_t)old->history.order->n_channels;
    for (int set = 0; set < N_SETS; set++)
        if (from->sums[set]) {
            branch->sums[set] = memory_array(n, sizeof **branch->sums);
            memcpy(branch->sums[set], from->sums[set], n * sizeof **branch->sums);
        }
    branch->shown = refcount_ref(from->shown);
    history_init(&branch->history, refcount_ref(old->history.order), from->history.rounds[0]);
    branch->history.first = refcount_ref(from->history.first);
    for (int r = 1; r <= old->fork_round && r < old->history.n_rounds; r++)
        history_add(&branch->history, refcount_ref(from->history.rounds[r]));
}

/* The branch up to the rounds that are its own; it is the newest. The very first is there. */
static bool begin_branch(
    struct session *session, const struct branch *old, bool first, struct error *err)
{
    if (!first)
        session_add_branch(session, old->site, old->n_base > 0 ? old->base : NULL);
    struct branch *branch = session_branch(session);
    branch->plan = old->plan;
    branch->root = old->root;
    branch->parent = old->parent;
    branch->fork_round = old->fork_round;
    branch->tuned = refcount_ref(old->tuned);
    if (first)
        history_set_order(&branch->history, refcount_ref(old->history.order));
    else if (old->parent >= 0)
        share_rounds(session, old);
    else if (branch_is_on_top(old))
        return measure_first(session, old, err);
    else
        history_init(&branch->history, refcount_ref(old->history.order), session->unpruned);
    return true;
}

/* The round of the old one, with what it was chosen with. */
static bool add_round(struct session *session, const struct round *old, struct error *err)
{
    const struct history *history = session_history(session);
    const struct tuned *tuned = round_tuned(old);
    struct round *round = session_branch(session)->plan.repair
                              ? session_judge(session, tuned, err)
                              : session_measure_channel(session, old->channel, err);
    if (!round)
        return false;
    if (session_branch(session)->plan.repair) {
        const struct expected expected = session_expected(session);
        round_count(round, history->rounds[history->position], &expected);
    }
    round->by_hand = old->by_hand;
    round->repair = old->repair;
    round->own = old->own;
    round->known = old->known;
    history_add(session_history(session), round);
    return true;
}

/* Rounds of the branches up to this one. */
static int rounds_until(const struct session *session, int branch)
{
    int n = 0;
    for (int b = 0; b <= branch; b++)
        n += session->branches[b].history.n_rounds - 1;
    return n;
}

static bool rebuild_branch(
    struct session *session, const struct session *before, int index, struct error *err)
{
    const struct branch *old = &before->branches[index];
    int n = rounds_until(before, before->n_branches - 1), last = rounds_until(before, index);
    if (!begin_branch(session, old, index == 0, err))
        return false;
    struct history *history = session_history(session);
    if (old->plan.repair)
        history_reserve(history,
            old->plan.rounds > old->history.n_rounds ? old->plan.rounds : old->history.n_rounds);
    session_apply(session, history->position);
    for (int r = history->n_rounds; r < old->history.n_rounds; r++) {
        session_activity(session, PHASE_MEASURING, "other images: round %d of %d anew",
            last - old->history.n_rounds + 1 + r, n);
        if (!add_round(session, old->history.rounds[r], err))
            return false;
    }
    refcount_unref(history->grown);
    history->grown = refcount_ref(old->history.grown);
    for (int i = 0; i < old->history.n_stops; i++)
        history_stop(history, old->history.stops[i].round, old->history.stops[i].sets);
    history_move(history, old->history.position);
    return true;
}

static bool rebuild(struct session *session, const struct session *before, struct error *err)
{
    session->branch = session->shown = 0;
    for (int b = 0; b < before->n_branches; b++)
        if (!rebuild_branch(session, before, b, err))
            return false;
    session->branch = session->shown = before->branch;
    session->site = session_branch(session)->site;
    session_apply(session, session_history(session)->position);
    session_find_thresholds(session);
    return true;
}

/* --- images --- */

static bool measure_anew(struct session *session, const struct session *before, struct error *err)
{
    session_open_attack(session);
    session_split(session);
    return session_find_pixels(session, err) &&
           session_begin(session, before->branches[0].site, err) && rebuild(session, before, err);
}

/* What is measured anew is seen when it is whole: meanwhile snapshots show what there was, and how
 * far the work is. context: the session as it was. */
static void show_progress(void *context, struct session *session)
{
    const struct session *before = context;
    struct session anew = *session;
    *session = *before;
    session->serial = anew.serial;
    session->phase = PHASE_MEASURING;
    memcpy(session->activity, anew.activity, sizeof session->activity);
    session->done = anew.done;
    session->total = anew.total;
    before->hooks.progress(before->hooks.context, session);
    anew.serial = session->serial;
    *session = anew;
}

/* Takes both sets over; on failure everything is as it was. */
static bool take_sets(struct session *session, struct dataset *sets[N_SETS], struct error *err)
{
    struct description *description = session_description_with(session->description, sets, NULL);
    session_drop_repair(session);
    session_apply_original(session, &session->description->sites->site[session->site]);
    struct session before = *session;
    if (before.hooks.progress)
        session->hooks = (struct session_hooks){show_progress, &before, before.hooks.stop};
    session_begin_empty(session);
    session->test = session->test_trivial = (struct outcome)OUTCOME_UNKNOWN;
    session->description = description;
    bool good = measure_anew(session, &before, err);
    if (!good)
        session_apply_original(session, &description->sites->site[before.site]);
    struct session after = *session;
    if (!good)
        session_forget_measured(session);
    *session = before;
    session->repair.unpruned = after.repair.unpruned;
    if (!good) {
        refcount_unref(description);
        session_keep_messages(session, &after);
        session->serial = after.serial;
        session_apply(session, session_history(session)->position);
        return false;
    }
    session_forget_measured(session);
    refcount_unref(before.description);
    *session = after;
    session->hooks = before.hooks;
    return true;
}

static bool change_images(struct session *session, struct error *err)
{
    struct dataset *sets[N_SETS] = {NULL};
    if (dataset_surrogate(session->description->sets[SET_POISONED]))
        return fail_as(err, ERROR_USAGE,
            "the poisoned images are a surrogate of the clean ones: open the net anew with others");
    if (!session_read_sets(session, sets, err))
        return false;
    return take_sets(session, sets, err);
}

static bool change_tests(struct session *session, struct error *err)
{
    struct dataset *tests[N_SETS] = {NULL};
    struct description *before = session->description;
    if (session->options.test_clean && !session_read_test_sets(session, tests, err))
        return false;
    session->description = session_description_with(before, NULL, tests);
    refcount_unref(before);
    if (tests[SET_CLEAN])
        session_open_test_attack(session);
    session->test = session->test_trivial = (struct outcome)OUTCOME_UNKNOWN;
    refcount_unref(session->detection);
    session->detection = NULL;
    session_forget_tests(session);
    return true;
}

static bool add_repaired(struct session *session, const char *path, struct error *err)
{
    struct options *options = &session->options;
    if (options->n_repaired == OPTIONS_REPAIRED_MAX)
        return fail_as(err, ERROR_USAGE, "at most %d repaired nets", OPTIONS_REPAIRED_MAX);
    struct model *model = net_open_beside(options, path, session_network(session), err);
    bool good = model && model_fits(model, session->description->model, err);
    model_destroy(model);
    if (good)
        options->repaired[options->n_repaired++] = path;
    return good;
}

static bool change(
    struct session *session, enum session_file file, const char *path, struct error *err)
{
    struct options *options = &session->options;
    const char **const paths[] = {
        &options->clean, &options->poisoned, &options->test_clean, &options->test_poisoned};
    const char **const names[] = {&options->clean_names, &options->poisoned_names,
        &options->test_clean_names, &options->test_poisoned_names};
    if (file == FILE_REPAIRED)
        return add_repaired(session, path, err);
    *paths[file] = path;
    *names[file] = NULL; /* of the arrays in the file before */
    if (file == FILE_TEST_CLEAN && !path)
        options->test_poisoned = NULL;
    if (!options->model)
        return fail_as(err, ERROR_USAGE, "the demo has its own images: open a net first");
    if (!options->clean)
        return fail_as(err, ERROR_USAGE, "clean images are always needed");
    if (options->test_poisoned && !options->test_clean)
        return fail_as(err, ERROR_USAGE, "poisoned test images need clean ones: test-clean first");
    return file < FILE_TEST_CLEAN ? change_images(session, err) : change_tests(session, err);
}

bool session_change_file(
    struct session *session, enum session_file file, const char *path, struct error *err)
{
    const struct options before = session->options;
    char *own = *path ? memory_string(path) : NULL;
    if (!own && file == FILE_REPAIRED)
        return fail_as(err, ERROR_USAGE, "which repaired net?");
    if (!change(session, file, own, err)) {
        session->options = before;
        free(own);
        return false;
    }
    struct changed_files *files = &session->files;
    files->path = memory_grow(files->path, (size_t)files->n + 1, sizeof own);
    files->path[files->n++] = own;
    files->changes++;
    if (file == FILE_CLEAN) { /* they were searched with others */
        refcount_unref(session->suspects);
        session->suspects = NULL;
    }
    return true;
}
