/* Command detect: GoodNet and detectors for every kept net. Leans on state/detection.h. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_open.h"
#include "engine/session/machine/session_save.h"
#include "engine/session/machine/session_thresholds.h"
#include "engine/session/machine/session_surrogate.h"
#include "engine/session/state/detection.h"
#include "engine/session/state/net_open.h"

#include "engine/base/memory.h"
#include "engine/defence/detectors/reading.h"
#include "engine/base/refcount.h"
#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NETS = SESSION_THRESHOLDS + 1 + OPTIONS_REPAIRED_MAX };

/* The repaired nets of a detection. */
struct team {
    int n;
    struct {
        int round; /* -1: a file */
        double points;
        struct network *network; /* owned, unless the model owns it */
        struct model *model;
    } nets[MOST_NETS];
};

static void finish_team(struct team *team)
{
    for (int i = 0; i < team->n; i++) {
        if (!team->nets[i].model)
            network_destroy(team->nets[i].network);
        model_destroy(team->nets[i].model);
    }
}

static void add_round(struct team *team, const struct session *session, int round, double points)
{
    for (int i = 0; i < team->n && points <= 0; i++)
        if (team->nets[i].round == round)
            return; /* kept at a threshold already */
    int n = team->n++;
    team->nets[n].round = round;
    team->nets[n].points = points;
    team->nets[n].network = session_network_at(session, round);
}

static bool add_file(
    struct team *team, const struct session *session, const char *path, struct error *err)
{
    struct model *model = net_open_beside(&session->options, path, session_network(session), err);
    if (!model)
        return false;
    int n = team->n++;
    team->nets[n].round = -1;
    team->nets[n].model = model;
    team->nets[n].network = model->network;
    return model_fits(model, session->description->model, err);
}

/* B' of each threshold, the net as it stands, files. */
static bool gather_team(struct team *team, const struct session *session, struct error *err)
{
    const struct history *history = &session->branches[session->branch].history;
    for (int i = 0; i < session->n_thresholds; i++)
        if (session->thresholds[i].round >= 0)
            add_round(team, session, session->thresholds[i].round, session->thresholds[i].points);
    if (history->position > 0 || branch_is_on_top(session_branch(session)))
        add_round(team, session, history->position, 0);
    for (int i = 0; i < session->options.n_repaired; i++)
        if (!add_file(team, session, session->options.repaired[i], err))
            return false;
    return true;
}

static enum kinship compare_weights(
    const struct network *b, const struct network *repaired, int *n_zeroed)
{
    bool other = b->n_layers != repaired->n_layers, differs = false;
    *n_zeroed = 0;
    for (int l = 0; l < b->n_layers && !other; l++) {
        const struct layer *one = &b->layers[l], *two = &repaired->layers[l];
        other = one->class != two->class || one->n_weights != two->n_weights;
        for (int w = 0; w < one->n_weights && !other; w++) {
            const struct weight *from = &one->weights[w], *to = &two->weights[w];
            other = from->count != to->count;
            for (size_t i = 0; i < from->count && !other; i++) {
                bool changed = from->data[i] < to->data[i] || from->data[i] > to->data[i];
                bool zero = !(to->data[i] < 0) && !(to->data[i] > 0);
                differs = differs || changed;
                other = changed && !zero;
                *n_zeroed += changed && zero && one->owner == l;
            }
        }
    }
    return other ? KIN_OTHER : differs ? KIN_PRUNED : KIN_SAME;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Is the net of a round the one that the examination of layers suggests? */
static bool is_suggested(const struct session *session, int round)
{
    const struct history *history = session_history(session);
    int site = session->suggested;
    if (site < 0 || site != session->site || round < 1)
        return false;
    const struct finding *finding = &session->states[site].finding;
    const struct knowledge *own = &history->rounds[round]->own;
    return finding->criterion && finding->repair_channels == round &&
           strcmp(own->criterion, finding->criterion->name) == 0;
}

static void name_round(char name[DETECTION_NAME], const struct session *session, int round)
{
    if (is_suggested(session, round))
        snprintf(name, DETECTION_NAME, "suggested repair");
    else
        snprintf(name, DETECTION_NAME, "round %d", round);
}

static void describe_team(struct found *found, const struct team *team, struct session *session)
{
    const struct history *history = session_history(session);
    for (int i = 0; i < team->n; i++) {
        struct detection_net *net = &found->nets[i];
        int round = net->index = team->nets[i].round;
        net->points = team->nets[i].points;
        if (round >= 0)
            net->round = refcount_ref(history->rounds[round]);
        if (round < 0 && team->nets[i].model->knowledge)
            knowledge_read(team->nets[i].model->knowledge, &net->known);
        else if (round < 0)
            net->known.unknown = true;
        else if (net->points > 0)
            net->known = session_threshold_known(session, round);
        else
            net->known = session_known(session);
        if (round < 0)
            text_fit(net->name, sizeof net->name, base_name(team->nets[i].model->path));
        else if (net->points > 0)
            snprintf(net->name, sizeof net->name, "B'(%g)", net->points);
        else
            name_round(net->name, session, round);
        net->kinship =
            compare_weights(session_network(session), team->nets[i].network, &net->n_zeroed);
        if (round < 0 && net->kinship == KIN_OTHER)
            session_say(session, false, "%s is not a pruned copy of the net: other weights differ",
                net->name);
        if (round < 0 && net->kinship == KIN_SAME)
            session_say(session, false, "%s has the same weights as the net", net->name);
    }
}

/* What answers to the test images are compared with, and the trivial defence on them. */
static void judge_tests(struct session *session, const struct findings findings[N_SETS])
{
    const struct findings *clean = &findings[SET_CLEAN], *poisoned = &findings[SET_POISONED];
    uint16_t *const predicted[N_SETS] = {clean->b, poisoned->b};
    uint16_t *const runners_up[N_SETS] = {clean->runners_up, poisoned->runners_up};
    session_settle_test_attack(session, poisoned->b);
    session_count_test_trivial(session, predicted, runners_up);
}

static bool detect_on(struct session *session, struct found *found, struct comparison *comparison,
    enum detection_data data, struct error *err)
{
    struct dataset *const *sets =
        data == DATA_TEST ? session->description->tests : session->description->sets;
    struct findings findings[N_SETS] = {{0}};
    bool good = true;
    session_activity(session, PHASE_MEASURING, "comparing %d nets on %s images",
        found->detection.n_nets + 1, data == DATA_TEST ? "test" : "validation");
    for (int set = 0; set < N_SETS && good; set++) {
        if (!sets[set])
            continue;
        good = comparison_run(comparison, sets[set], &findings[set], err);
        found->detection.name[data][set] = dataset_name(sets[set]);
    }
    if (good) {
        if (data == DATA_TEST)
            judge_tests(session, findings);
        const struct expected expected =
            data == DATA_TEST ? session_expected_tests(session) : session_expected(session);
        detection_note(found, data, findings, &expected);
    }
    for (int set = 0; set < N_SETS; set++)
        findings_finish(&findings[set], comparison);
    return good;
}

/* Runs that the detector strip may take unasked: some seconds on the lab's net. */
enum { BLENDS_UNASKED = 2000 * READING_BLENDS };

/* Whether images are few enough for detectors that blend each with many; else it is said. */
static bool takes_blends(struct session *session)
{
    int64_t n = 0;
    for (int set = 0; set < N_SETS; set++) {
        const struct description *d = session->description;
        n += d->sets[set] ? dataset_count(d->sets[set]) : 0;
        n += d->tests[set] && session->work.goal > 0 ? dataset_count(d->tests[set]) : 0;
    }
    bool takes = session->options.strip || n * READING_BLENDS <= BLENDS_UNASKED;
    if (!takes)
        session_say(session, false,
            "the detector strip is left out: it runs the net %d times for each of %lld images; "
            "--strip takes it",
            READING_BLENDS, (long long)n);
    return takes;
}

/* Detectors learn from clean images and, where a trigger was inverted, from these with it. */
static bool learn(struct session *session, struct comparison *comparison,
    struct dataset **triggered, struct error *err)
{
    const struct inverted_trigger *trigger = session_trigger_of(session, -1, NULL);
    if (trigger && !(*triggered = session_make_surrogate(session, trigger, err)))
        return false;
    const struct comparison_lesson lesson = {.clean = session->description->sets[SET_CLEAN],
        .triggered = *triggered,
        .blends = takes_blends(session)};
    session_activity(session, PHASE_MEASURING, "detectors learn from clean images");
    return comparison_learn(comparison, &lesson, err);
}

static bool detect(
    struct session *session, struct found *found, const struct team *team, struct error *err)
{
    const struct batch_runner_hooks hooks = {session_progress, session, session->hooks.stop};
    const struct network *networks[MOST_NETS] = {NULL};
    bool tests = session->work.goal > 0;
    for (int i = 0; i < team->n; i++)
        networks[i] = team->nets[i].network;
    if (tests && !session_read_tests(session, err))
        return false;
    if (tests)
        session_say_shared(session, found->detection.warning, DETECTION_WARNING);
    struct comparison *comparison = comparison_create(
        session_network(session), team->n, networks, session->pool, &hooks, &session->scaling);
    struct dataset *triggered = NULL;
    bool good = learn(session, comparison, &triggered, err);
    if (good)
        detection_begin(found, comparison);
    good = good && detect_on(session, found, comparison, DATA_VALIDATION, err) &&
           (!tests || detect_on(session, found, comparison, DATA_TEST, err));
    comparison_destroy(comparison);
    dataset_unref(triggered);
    return good;
}

/* All of it at once: a detection is whole or not there. */
static bool work_detect(struct session *session, struct error *err)
{
    struct team team = {0};
    struct found *found = NULL;
    bool good = gather_team(&team, session, err);
    if (good) {
        found = detection_create(team.n, session->description);
        found->detection.branch = session->branch;
        good = detect(session, found, &team, err);
    }
    if (good) {
        describe_team(found, &team, session);
        refcount_unref(session->detection);
        session->detection = &found->detection;
        session->work.unit = NULL;
        if (session->work.goal > 0)
            session_saw(session, KNOWLEDGE_TEST);
    } else {
        refcount_unref(found);
    }
    finish_team(&team);
    return good;
}

static bool run_detect(struct session *session, const struct command *command, struct error *err)
{
    bool tests = command->number > 0;
    if (tests && session->options.clean && !session->options.test_clean)
        return fail_as(err, ERROR_USAGE, "no test images: give --test-clean FILE");
    session->work.unit = work_detect;
    session->work.goal = tests;
    return true;
}

/* GoodNet and detectors for B' of each threshold, the net as it stands and the repaired nets of the
 * options: engine/api/detection.h; number 1: on the test sets too. */
const struct engine_command engine_command_detect = {
    .name = "detect",
    .begins = "a detection",
    .run = run_detect,
};
