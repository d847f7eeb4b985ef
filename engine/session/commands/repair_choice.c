/* Tries repairs and chooses, a unit of work at a time. Leans on engine/defence/repairs for the
 * plan, the measures and the decision; goes between branches by commands, as a person would. */
#include "engine/session/commands/repair_choice.h"
#include "engine/session/commands/commands.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_rounds.h"
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/session_trigger.h"

#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/defence/repairs/held_out.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct choosing {
    struct choice_plan plan;
    struct choice_result result;
    int rounds;                 /* as asked for; 0: each repair's own */
    int from;                   /* the branch that stood */
    int branches[CHOICE_TRIES]; /* of the tries */
    bool again, failed;         /* the one that is kept learns once more, from all images; it
                                   diverged */
    struct network *original;   /* the net that stood */
    struct measuring *measuring;
    struct arena *arena; /* of the pixels */
    int32_t *labels;
    int n; /* of them */
};

static bool do_round(struct session *session, struct error *err);
static bool measure_original(struct session *session, struct error *err);
static bool measure_try(struct session *session, struct error *err);
static bool try_next(struct session *session, struct error *err);
static bool decide(struct session *session);
static bool learn_again(struct session *session, struct error *err);
static bool measure_again(struct session *session, struct error *err);
static bool stand_on_kept(struct session *session, struct error *err);

void repair_choice_drop(struct session *session)
{
    struct choosing *choosing = session->repair.choosing;
    if (!choosing)
        return;
    measuring_destroy(choosing->measuring);
    network_destroy(choosing->original);
    arena_destroy(choosing->arena);
    free(choosing->labels);
    free(choosing);
    session->repair.choosing = NULL;
}

static int all_suspects(const struct choice_plan *plan, const int **suspects)
{
    int most = 0;
    for (int i = 0; i < plan->n; i++)
        if (plan->tries[i].n_suspects > most) {
            most = plan->tries[i].n_suspects;
            *suspects = plan->tries[i].suspects;
        }
    return most;
}

/* A branch for a try, from the net as it stands; all: held-out images are learnt from too. */
static bool begin_try(struct session *session, int which, bool all, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    const struct choice_try *attempt = &choosing->plan.tries[which];
    const int *suspects = NULL; /* a repair that needs none is said to be against them too */
    struct branch_plan plan = {.repair = attempt->repair,
        .all = all,
        .n_targets = all_suspects(&choosing->plan, &suspects),
        .rounds = choosing->rounds > 0 ? choosing->rounds : attempt->repair->rounds};
    if (suspects)
        memcpy(plan.targets, suspects, sizeof plan.targets);
    if (!session_begin_repair(session, &plan, err) ||
        !session_start_rounds(session, plan.rounds, err))
        return false;
    session->work.unit = do_round;
    return true;
}

static bool begin_next(struct session *session, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    if (!begin_try(session, choosing->result.n, false, err))
        return false;
    choosing->branches[choosing->result.n++] = session->branch;
    return true;
}

bool repair_choice_begin(
    struct session *session, const struct choice_plan *plan, int rounds, struct error *err)
{
    repair_choice_drop(session);
    session->repair.chosen[0] = '\0';
    session->repair.chosen_branch = -1;
    struct choosing *choosing = session->repair.choosing = memory_array(1, sizeof *choosing);
    choosing->plan = *plan;
    const int *suspects = NULL;
    session->repair.against = all_suspects(plan, &suspects) > 0 ? suspects[0] : -1;
    choosing->rounds = rounds;
    choosing->from = session->branch;
    choosing->original = session_network_at(session, session_history(session)->position);
    if (begin_next(session, err))
        return true;
    repair_choice_drop(session);
    return false;
}

static bool cancelled(const struct session *session)
{
    return session->hooks.stop && atomic_load(session->hooks.stop);
}

static bool show_measuring(void *context, const struct repair_progress *progress)
{
    struct session *session = context;
    session_progress(session, progress->step, progress->steps);
    return !cancelled(session);
}

/* A round of the try; a repair that fails is a try that diverged. */
static bool do_round(struct session *session, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    struct error why = {0};
    bool good = session_work_round(session, &why);
    if (!good && why.class == ERROR_CANCELLED)
        return fail_as(err, why.class, "%s", why.text);
    if (!good) {
        session_say(session, false, "%s", why.text);
        if (choosing->again)
            choosing->failed = true;
        else
            choosing->result.rows[choosing->result.n - 1].diverged = true;
    }
    if (!good || !session->work.unit)
        session->work.unit = choosing->again       ? measure_again
                             : choosing->measuring ? measure_try
                                                   : measure_original;
    return true;
}

/* The images that repairs divide, whole: the measuring divides them in the same way. */
static bool read_images(
    struct session *session, struct choosing *choosing, struct repair_job *job, struct error *err)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    size_t size = shape_count(dataset_shape(clean));
    int all = dataset_count(clean), n = all < REPAIR_IMAGES_MOST ? all : REPAIR_IMAGES_MOST;
    choosing->arena = arena_create(session->budget);
    choosing->labels = memory_array((size_t)n, sizeof *choosing->labels);
    float *pixels = arena_take(choosing->arena, (size_t)n * size * sizeof *pixels, err);
    for (int i = 0; pixels && i < n; i++) {
        int from = (int)((int64_t)i * all / n);
        dataset_feed(clean, from, 1, &session->scaling, pixels + (size_t)i * size);
        choosing->labels[i] = dataset_labels(clean)[from];
    }
    choosing->n = n;
    job->images = (struct repair_images){n, pixels, choosing->labels};
    return pixels && dataset_check(clean, err);
}

/* Too few images to hold any out: the first try is kept as it is. */
static bool keep_unmeasured(struct session *session)
{
    struct choosing *choosing = session->repair.choosing;
    snprintf(session->repair.chosen, sizeof session->repair.chosen,
        "%s is kept, and nothing measures it: no class has %d clean images or more, so none could "
        "be held out.",
        choosing->plan.tries[0].repair->name, HELD_OUT_FEW);
    session_say(session, false, "%s", session->repair.chosen);
    return true;
}

/* What held-out images tell of the net as it stood. */
static bool measure_original(struct session *session, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    struct choice_result *result = &choosing->result;
    const struct picture_scale scale = session_picture_scale(session, &session->scaling);
    const int *suspects = NULL;
    int n = all_suspects(&choosing->plan, &suspects);
    struct repair_job job = {.original = choosing->original,
        .pool = session->pool,
        .seed = session->options.seed,
        .progress = show_measuring,
        .context = session};
    session->work.unit = NULL;
    session_drop_repair(session); /* its images make room for those that measure */
    session_rest_repair(session);
    if (session->repair.n_held_out == 0)
        return keep_unmeasured(session);
    session_activity(session, PHASE_RUNNING, "judging the net as it was on held-out images");
    session_input_range(&scale, &job.low, &job.high);
    if (!read_images(session, choosing, &job, err))
        return false;
    choosing->measuring = measuring_create(&job, suspects, n, err);
    if (!choosing->measuring ||
        !measuring_net(choosing->measuring, choosing->original, &result->before, err))
        return false;
    if (n > 0)
        measuring_trivial(choosing->measuring, &result->trivial);
    session->work.unit = measure_try;
    return true;
}

/* What they tell of the try, and what follows from it. */
static bool measure_try(struct session *session, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    struct choice_result *result = &choosing->result;
    struct choice_row *row = &result->rows[result->n - 1];
    session_drop_repair(session);
    session_rest_repair(session);
    session_activity(session, PHASE_RUNNING, "judging %s on held-out images",
        choosing->plan.tries[result->n - 1].repair->name);
    struct network *network = session_network_at(session, session_history(session)->position);
    bool good = row->diverged || measuring_net(choosing->measuring, network, &row->measure, err);
    network_destroy(network);
    if (!good)
        return false;
    bool enough = choice_decide(&choosing->plan, result);
    session->work.unit = try_next;
    return enough || result->n == choosing->plan.n ? decide(session) : true;
}

/* A branch that was left stands again; the work goes on. */
static bool stand_on(struct session *session, int branch, struct error *err)
{
    const struct command to = {.kind = COMMAND_BRANCH, .number = branch};
    return session->branch == branch || engine_commands_run(session, &to, err);
}

/* The net as it stood, and then the next try on it: each is a unit, and a line of a journal. */
static bool try_next(struct session *session, struct error *err)
{
    int from = session->repair.choosing->from;
    if (session->branch == from)
        return begin_next(session, err);
    bool good = stand_on(session, from, err);
    session->work.unit = try_next;
    return good;
}

/* Says what held-out images chose. What they chose then learns from them too. */
static bool decide(struct session *session)
{
    struct choosing *choosing = session->repair.choosing;
    int kept = choosing->result.kept;
    _Static_assert(sizeof session->repair.chosen >= CHOICE_TEXT, "the reason fits");
    memcpy(session->repair.chosen, choosing->result.why, CHOICE_TEXT);
    session->repair.chosen_branch = kept >= 0 ? choosing->branches[kept] : -1;
    session_say(session, false, "%s", session->repair.chosen);
    session->work.unit = kept >= 0 ? learn_again : stand_on_kept;
    return true;
}

/* The repair that is kept once more, from the net as it stood and with all images. */
static bool learn_again(struct session *session, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    choosing->again = session->branch == choosing->from;
    if (choosing->again) {
        session_say(session, false, "%s again, with all images: also those held out to choose it",
            choosing->plan.tries[choosing->result.kept].repair->name);
        return begin_try(session, choosing->result.kept, true, err);
    }
    bool good = stand_on(session, choosing->from, err);
    session->work.unit = learn_again;
    return good;
}

/* Held-out images cannot judge it any more; where it is worse on them, the try stands. */
static bool measure_again(struct session *session, struct error *err)
{
    struct choosing *choosing = session->repair.choosing;
    struct choice_again again = {.diverged = choosing->failed, .n = choosing->n};
    char said[CHOICE_AGAIN];
    session_drop_repair(session);
    session_rest_repair(session);
    session_activity(session, PHASE_RUNNING, "looking whether more images made it worse");
    struct network *network = session_network_at(session, session_history(session)->position);
    bool good = again.diverged || measuring_net(choosing->measuring, network, &again.measure, err);
    network_destroy(network);
    if (!good)
        return false;
    bool stands = choice_again(&choosing->result, &again, said);
    size_t used = strlen(session->repair.chosen);
    snprintf(session->repair.chosen + used, sizeof session->repair.chosen - used, " %s", said);
    session_say(session, false, "%s", said);
    session->work.unit = stands ? NULL : stand_on_kept;
    return true;
}

static bool stand_on_kept(struct session *session, struct error *err)
{
    const struct choosing *choosing = session->repair.choosing;
    int kept = choosing->result.kept;
    session->work.unit = NULL;
    return stand_on(session, kept >= 0 ? choosing->branches[kept] : choosing->from, err);
}
