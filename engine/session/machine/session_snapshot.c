/* Fills the immutable snapshot that views and application see. */
#include "engine/session/machine/session_snapshot.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_order.h"
#include "engine/session/machine/snapshot_private.h"

#include "engine/prune/criteria/criteria.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

static void *copy(const void *from, int n, size_t size)
{
    void *to = memory_array((size_t)n, size);
    if (n > 0)
        memcpy(to, from, (size_t)n * size);
    return to;
}

static const struct branch *shown(const struct session *session)
{
    return &session->branches[session->shown];
}

static double find_eta(const struct session *session)
{
    const struct history *history = &shown(session)->history;
    int done = history->position - session->work.first;
    int most = history->position + branch_next_rounds(shown(session));
    int end = session->work.goal < most ? session->work.goal : most;
    if (session->phase != PHASE_RUNNING || done < 2)
        return -1;
    return (clock_seconds() - session->work.started) / done * (end - history->position);
}

static struct site_line site_line_of(const struct description *description, int index)
{
    const struct prune_site *site = &description->sites->site[index];
    bool joint = prune_site_is_joint(site);
    return (struct site_line){
        .name = site->name,
        .measured = joint ? "each layer" : description->model->network->layers[site->measured].name,
        .producers = site->producers,
        .shape = joint ? "joint" : description->shapes[site->measured],
        .n_channels = site->n_channels,
        .n_members = site->n_members,
        .members = site->members,
        .separating_channel = -1,
    };
}

static void show_state(struct site_line *line, const struct site_state *state)
{
    line->never_active = state->separation.never_active;
    line->separation = state->separation.largest;
    line->separating_channel = state->separation.channel;
    line->scanned = state->scanned;
    line->cost = state->finding.cost;
    if (state->finding.criterion)
        line->repair_criterion = state->finding.criterion->name;
    line->repair_channels = state->finding.repair_channels;
    line->repair_clean = state->finding.repair_clean;
    line->repair_asr = state->finding.repair_asr;
    line->repair_worth = state->finding.worth;
}

static void show_model(struct held *held, const struct session *session)
{
    const struct description *description = held->description;
    const struct network *network = description->model->network;
    const struct shape *input = &network->layers[network->input].shape;
    struct snapshot *s = &held->snapshot;
    s->model_name = description->model_name;
    s->opens_in = description->model->opens_in;
    s->height = input->dim[0];
    s->width = input->dim[1];
    s->channels = input->dim[2];
    s->n_classes = network->n_classes;
    s->n_layers = description->n_layers;
    s->layers = description->layers;
    s->n_sites = description->sites->n + description->sites->n_joint;
    held->sites = memory_array((size_t)s->n_sites, sizeof *held->sites);
    s->sites = held->sites;
    for (int i = 0; i < s->n_sites; i++) {
        held->sites[i] = site_line_of(description, i);
        if (session->states)
            show_state(&held->sites[i], &session->states[i]);
    }
}

static struct outcome images_of(const struct expected *expected, const struct attack *attack)
{
    struct outcome of = {.clean = expected->n[SET_CLEAN], .own = -1, .robust = -1};
    return attack && attack->settled ? attack->of : of;
}

static void show_attack(struct held *held, const struct session *session)
{
    struct snapshot *s = &held->snapshot;
    const struct description *d = held->description;
    const struct expected expected = session_expected(session);
    const struct expected tests = session_expected_tests(session);
    s->labels[SET_POISONED] = expected.labels[SET_POISONED];
    s->truth = expected.truth;
    s->pairs = d->attack && d->attack->settled ? d->attack->pairs : NULL;
    s->of = images_of(&expected, d->attack);
    s->test_of = images_of(&tests, d->test_attack);
    if (d->attack && d->attack->settled)
        s->attacked = d->attack->attacked;
    if (d->test_attack && d->test_attack->settled)
        s->test_attacked = d->test_attack->attacked;
}

static void show_sets(struct held *held, const struct session *session)
{
    struct snapshot *s = &held->snapshot;
    for (int set = 0; set < N_SETS; set++) {
        const struct dataset *images = held->description->sets[set];
        const struct dataset *tests = held->description->tests[set];
        s->set_said[set] = images ? dataset_said(images) : "";
        s->test_said[set] = tests ? dataset_said(tests) : "";
        s->set_name[set] = images ? dataset_name(images) : NULL;
        s->n_images[set] = images ? dataset_count(images) : 0;
        s->labels[set] = images ? dataset_labels(images) : NULL;
        s->test_name[set] = tests ? dataset_name(tests) : NULL;
        s->n_test[set] = tests ? dataset_count(tests) : 0;
    }
    s->doubt = held->description->doubt ? held->description->doubt : held->description->test_doubt;
    s->n_held_out = session->repair.n_held_out;
    s->repairing.held_out = held->description->held_out;
    s->repairing.second = held->description->second;
    show_attack(held, session);
    s->scaling = session->scaling;
    s->scale = session->scaling.scale[0];
    s->images_per_second = session->images_per_second;
}

/* Criteria with whether they are defined at the site. */
static void show_criteria(struct held *held, struct session *session)
{
    struct snapshot *s = &held->snapshot;
    const struct branch *branch = shown(session);
    const struct criterion *criterion;
    while (criteria_at(s->n_criteria))
        s->n_criteria++;
    held->criteria = memory_array((size_t)s->n_criteria, sizeof *held->criteria);
    s->criteria = held->criteria;
    for (int i = 0; (criterion = criteria_at(i)); i++)
        held->criteria[i] = (struct criterion_line){
            .name = criterion->name,
            .help = criterion->help,
            .source = criterion->source,
            .badge = session_criterion_badge(session, criterion),
            .descending = criterion->descending,
            .outliers = criterion->rule == RULE_OUTLIERS ? criterion->threshold : 0,
            .examined = criterion->examined,
            .available = session_criterion_defined(session, branch, branch->site, criterion, NULL),
        };
}

/* The table of repairs, and the round under way. */
static void show_repairs(struct held *held, const struct session *session)
{
    struct repairing *repairing = &held->snapshot.repairing;
    const struct repair *repair;
    *repairing = session->repair.now;
    memcpy(repairing->few, session->repair.few, sizeof repairing->few);
    memcpy(repairing->chosen, session->repair.chosen, sizeof repairing->chosen);
    repairing->against = *repairing->chosen ? session->repair.against : -1;
    repairing->chosen_branch = *repairing->chosen ? session->repair.chosen_branch : -1;
    while (repairs_at(repairing->n_repairs))
        repairing->n_repairs++;
    held->repairs = memory_array((size_t)repairing->n_repairs, sizeof *held->repairs);
    for (int i = 0; (repair = repairs_at(i)); i++)
        held->repairs[i] = (struct repair_line){
            repair->name, repair->help, repair->source, repair->needs_target, repair->rounds};
    repairing->repairs = held->repairs;
}

static struct branch_repair branch_repair_of(const struct branch *branch)
{
    const struct branch_plan *plan = &branch->plan;
    struct branch_repair repair = {.name = plan->repair ? plan->repair->name : NULL,
        .target = plan->n_targets > 0 ? plan->targets[0] : -1,
        .n_more = plan->n_targets > 1 ? plan->n_targets - 1 : 0,
        .rounds = plan->rounds,
        .all = plan->all,
        .tuned = branch->tuned != NULL};
    _Static_assert(REPAIRING_MORE == REPAIR_TARGETS - 1, "all suspected classes fit");
    for (int i = 0; i < repair.n_more; i++)
        repair.more[i] = plan->targets[i + 1];
    return repair;
}

static void show_branches(struct held *held, const struct session *session)
{
    struct snapshot *s = &held->snapshot;
    size_t n = (size_t)session->n_branches;
    n -= !session->branches[n - 1].history.order; /* is being measured */
    s->n_branches = (int)n;
    s->branch = session->shown;
    s->branches = held->branches = memory_array(n, sizeof *held->branches);
    held->orders = memory_array(n, sizeof *held->orders);
    held->rounds = memory_array(n, sizeof *held->rounds);
    for (size_t b = 0; b < n; b++) {
        const struct branch *branch = &session->branches[b];
        const struct history *history = &branch->history;
        held->orders[b] = refcount_ref(history->order);
        held->rounds[b] = memory_array((size_t)history->n_rounds, sizeof **held->rounds);
        for (int r = 0; r < history->n_rounds; r++)
            held->rounds[b][r] = refcount_ref(history->rounds[r]);
        held->branches[b] = (struct branch_line){
            .site = branch->site,
            .n_base = branch->n_base,
            .parent = branch->parent,
            .fork_round = branch->fork_round,
            .criterion = history->order->criterion->name,
            .descending = history->order->descending,
            .order_file = history->order->file,
            .known = session_branch_known(branch),
            .n_rounds = history->n_rounds,
            .position = history->position,
            .rounds = held->rounds[b],
            .repair = branch_repair_of(branch),
        };
    }
}

static void show_history(struct held *held, struct session *session)
{
    struct snapshot *s = &held->snapshot;
    const struct branch *branch = shown(session);
    const struct history *history = &branch->history;
    const struct order *order = history->order;
    show_branches(held, session);
    held->activations =
        refcount_ref(branch->shown ? branch->shown : session->states[branch->site].shown);
    s->criterion = order->criterion->name;
    s->criterion_help = order->criterion->help;
    s->badge = session_criterion_badge(session, order->criterion);
    s->descending = order->descending;
    s->order_file = order->file;
    bool stands = session->shown == session->branch; /* else it is left, while work goes on */
    s->known = stands ? session_known(session) : held->branches[session->shown].known;
    s->next = stands ? session_next_known(session) : order->known;
    s->next.sets |= session->seen & KNOWLEDGE_TEST;
    s->stopped = history_stopped(history, history->position);
    s->n_channels = order->n_channels;
    s->activations = held->activations;
    s->n_ranking = branch->plan.repair ? 0 : order->n_ranking; /* else nothing goes next */
    s->ranking = order->ranking;
    s->scores = order->scores;
    s->score_scaling = session_scaling(session, branch->site, order->criterion);
    if (session->what_if)
        s->what_if = held->what_if =
            copy(session->what_if, s->n_channels, sizeof *session->what_if);
    if (session->inspection && session->inspected == session->shown)
        s->inspection = held->inspection = refcount_ref(session->inspection);
    for (int set = 0; set < N_SETS; set++)
        s->explanation[set] = held->explanation[set] = refcount_ref(session->explanation[set]);
    s->scatter = held->scatter = refcount_ref(session->scatter);
    s->detection = held->detection = refcount_ref(session->detection);
    s->n_rounds = history->n_rounds;
    s->position = history->position;
    s->rounds = held->branches[session->shown].rounds;
    s->eta = find_eta(session);
    show_criteria(held, session);
}

static void show_work(struct snapshot *s, const struct session *session)
{
    s->changes = session->files.changes;
    s->phase = session->phase;
    s->done = session->done;
    s->total = session->total;
    s->speed = session->speed;
    memcpy(s->activity, session->activity, sizeof s->activity);
}

const struct snapshot *session_snapshot(struct session *session)
{
    struct held *held = snapshot_create();
    struct snapshot *s = &held->snapshot;
    s->serial = ++session->serial;
    s->failures = session->failures;
    show_work(s, session);
    s->eta = s->site = -1;
    s->target = session->target;
    s->suggested = session->suggested;
    memcpy(s->suggestion, session->suggestion, sizeof s->suggestion);
    s->suggested_known = session->suggested_known;
    s->seen = session->seen;
    s->test_clean_correct = session->test.clean;
    s->test_attack_hits = session->test.attack;
    s->test_own_correct = session->test.own;
    s->test_robust_correct = session->test.robust;
    s->trivial = session->trivial;
    s->test_trivial = session->test_trivial;
    s->n_thresholds = session->n_thresholds;
    s->thresholds = held->thresholds =
        copy(session->thresholds, session->n_thresholds, sizeof *session->thresholds);
    s->n_messages = session->n_messages;
    s->messages = held->messages =
        copy(session->messages, session->n_messages, sizeof *session->messages);
    s->suspects = held->suspects = refcount_ref(session->suspects);
    s->forming = held->forming = refcount_ref(session->repair.forming);
    show_repairs(held, session);
    s->compared = held->compared = refcount_ref(session->compared);
    s->comparing = session->comparing && session->work.unit;
    held->description = refcount_ref(session->description);
    if (held->description && held->description->layers) {
        show_model(held, session);
        show_sets(held, session);
    }
    if (session->site >= 0 && session->n_branches > 0 && shown(session)->history.order) {
        s->site = shown(session)->site;
        show_history(held, session);
    }
    return s;
}
