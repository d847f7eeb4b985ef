/* session: random ways through commands lead to the rounds that a plain model of them foresees. */
#include "tests/unit/session/session_trial.h"

enum { SITES = 4, CHANNELS = 16, TRACKS = 64 };

/* A branch, as the header of commands says it. */
struct track {
    int site;
    int n_base;
    struct network *network;                        /* with the base zeroed */
    bool cut[SITES][CHANNELS];                      /* by the base */
    int n_rounds, position, channels[CHANNELS + 1]; /* channels[0] is round 0's */
    int parent, shared; /* its rounds up to `shared` are those of the track `parent`; -1: begins */
    bool descending;    /* what goes next */
};

struct model {
    struct random random;
    const struct network *network;
    int n_sites, n_tracks, at;
    struct track tracks[TRACKS];
    const struct snapshot *shown; /* of the session: its order is taken as given */
};

static bool is_pruned(const struct track *track, int channel)
{
    if (track->cut[track->site][channel])
        return true;
    for (int r = 1; r <= track->position; r++)
        if (track->channels[r] == channel)
            return true;
    return false;
}

static int next_channel(const struct model *model)
{
    for (int i = 0; i < model->shown->n_ranking; i++)
        if (!is_pruned(&model->tracks[model->at], model->shown->ranking[i]))
            return model->shown->ranking[i];
    return -1;
}

static bool has_own(const struct track *track)
{
    return track->n_rounds - 1 > track->shared;
}

/* Goes on from the position as another branch. */
static struct track *fork_track(struct model *model)
{
    const struct track *track = &model->tracks[model->at];
    assert_true(model->n_tracks < TRACKS);
    struct track *fork = &model->tracks[model->n_tracks];
    *fork = *track;
    fork->network = network_clone(track->network);
    fork->n_rounds = track->position + 1;
    fork->parent = model->at;
    fork->shared = track->position;
    model->at = model->n_tracks++;
    return fork;
}

static void prune(struct model *model, int channel)
{
    struct track *track = &model->tracks[model->at];
    int next = track->position + 1;
    if (next < track->n_rounds && track->channels[next] != channel) { /* another way */
        if (has_own(track)) {
            track = fork_track(model);
        } else {
            track->n_rounds = next;
            track->shared = track->position;
        }
    }
    track->channels[next] = channel;
    track->position = next;
    if (next == track->n_rounds)
        track->n_rounds++;
}

static bool step(struct model *model, int goal)
{
    if (goal <= model->tracks[model->at].position || next_channel(model) < 0)
        return false;
    while (model->tracks[model->at].position < goal && next_channel(model) >= 0)
        prune(model, next_channel(model));
    return true;
}

/* Rounds that can be gone to: without own ones, those of the branch it comes from too. */
static int known_rounds(const struct model *model)
{
    const struct track *track = &model->tracks[model->at];
    int n = track->n_rounds;
    if (track->parent >= 0 && !has_own(track) && model->tracks[track->parent].n_rounds > n)
        n = model->tracks[track->parent].n_rounds;
    return n;
}

static bool move(struct model *model, int round)
{
    struct track *track = &model->tracks[model->at];
    if (round < 0 || round >= known_rounds(model))
        return false;
    for (; track->n_rounds <= round; track->n_rounds++) {
        track->channels[track->n_rounds] = model->tracks[track->parent].channels[track->n_rounds];
        track->shared = track->n_rounds;
    }
    track->position = round;
    return true;
}

static bool turn(struct model *model, bool descending)
{
    struct track *track = &model->tracks[model->at];
    if (track->descending == descending)
        return true;
    if (has_own(track))
        track = fork_track(model);
    track->descending = descending;
    return true;
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

/* A new branch at a site, on top of what stands or of nothing. */
static void add_track(struct model *model, int site, bool on_top)
{
    struct track *track = &model->tracks[model->n_tracks];
    const struct track *below = &model->tracks[model->at];
    *track =
        (struct track){.site = site, .n_rounds = 1, .parent = -1, .descending = below->descending};
    if (on_top) {
        memcpy(track->cut, below->cut, sizeof track->cut);
        for (int r = 1; r <= below->position; r++)
            track->cut[below->site][below->channels[r]] = true;
        track->n_base = below->n_base + below->position;
        track->network = trial_zeroed(below->network, model->shown, below->position);
    } else {
        track->network = network_clone(model->network);
    }
    model->at = model->n_tracks++;
}

static bool change_layer(struct model *model, int site, bool keep)
{
    const struct track *now = &model->tracks[model->at];
    if (site < 0 || site >= model->n_sites)
        return false;
    bool on_top = keep && now->n_base + now->position > 0;
    if (!on_top && now->site == site && now->n_base == 0)
        return true;
    for (int i = model->n_tracks - 1; i >= 0 && !on_top; i--)
        if (model->tracks[i].site == site && model->tracks[i].n_base == 0) {
            model->at = i;
            return true;
        }
    add_track(model, site, on_top);
    return true;
}

static bool change_branch(struct model *model, int branch)
{
    bool known = branch >= 0 && branch < model->n_tracks;
    model->at = known ? branch : model->at;
    return known;
}

static void reset(struct track *track)
{
    track->n_rounds = 1;
    track->position = track->shared = 0;
}

/* Whether the command is taken, and what it does. */
static bool foresee(struct model *model, const struct command *command)
{
    struct track *track = &model->tracks[model->at];
    int number = command->number, some = number > 0 ? number : 1;
    switch (command->kind) {
    case COMMAND_RUN:
        return step(model, number > 0 ? number : model->shown->n_channels);
    case COMMAND_STEP:
        return step(model, track->position + some);
    case COMMAND_UNDO:
        return track->position > 0 && move(model, track->position - at_most(some, track->position));
    case COMMAND_REDO:
        return track->position + 1 < known_rounds(model) &&
               move(model, at_most(track->position + some, known_rounds(model) - 1));
    case COMMAND_JUMP:
        return move(model, number);
    case COMMAND_ORDER:
        return turn(model, command->text[0] == 'd');
    case COMMAND_RESET:
        reset(track);
        return true;
    case COMMAND_PRUNE:
        if (number < 0 || number >= model->shown->n_channels || is_pruned(track, number))
            return false;
        prune(model, number);
        return true;
    case COMMAND_LAYER:
        return change_layer(model, number, command->text[0] != '\0');
    case COMMAND_BRANCH:
        return change_branch(model, number);
    default:
        return true; /* rounds stay */
    }
}

static struct command choose(struct model *model)
{
    static const enum command_kind kinds[] = {COMMAND_RUN, COMMAND_STEP, COMMAND_STEP, COMMAND_UNDO,
        COMMAND_REDO, COMMAND_JUMP, COMMAND_PRUNE, COMMAND_PRUNE, COMMAND_LAYER, COMMAND_BRANCH,
        COMMAND_ORDER, COMMAND_TEST, COMMAND_EXAMINE, COMMAND_WHAT_IF, COMMAND_RESET};
    enum { N_KINDS = sizeof kinds / sizeof *kinds };
    struct command command = {.kind = kinds[random_below(&model->random, N_KINDS)]};
    command.number = (int)random_below(&model->random, 12) - 1;
    bool coin = random_below(&model->random, 2);
    if (command.kind == COMMAND_RUN && command.number > 6)
        command.number = 0;
    if (command.kind == COMMAND_LAYER)
        command.number = (int)random_below(&model->random, (uint32_t)model->n_sites + 1);
    if (command.kind == COMMAND_LAYER && coin && model->n_tracks + SITES < TRACKS)
        strcpy(command.text, "on-top");
    if (command.kind == COMMAND_BRANCH)
        command.number = (int)random_below(&model->random, (uint32_t)model->n_tracks + 1);
    if (command.kind == COMMAND_WHAT_IF)
        command.number = -1;
    if (command.kind == COMMAND_ORDER)
        strcpy(command.text, coin ? "ascending" : "descending");
    return command;
}

static void check_model(struct model *model, struct session *session)
{
    const struct track *track = &model->tracks[model->at];
    snapshot_unref(model->shown);
    model->shown = session_snapshot(session);
    assert_int_equal(model->shown->site, track->site);
    assert_int_equal(model->shown->n_branches, model->n_tracks);
    assert_int_equal(model->shown->branch, model->at);
    assert_int_equal(model->shown->branches[model->at].n_base, track->n_base);
    assert_int_equal(model->shown->n_rounds, track->n_rounds);
    assert_int_equal(model->shown->position, track->position);
    assert_int_equal(snapshot_next_channel(model->shown), next_channel(model));
    for (int r = 1; r < track->n_rounds; r++)
        assert_int_equal(model->shown->rounds[r]->channel, track->channels[r]);
    trial_check_exactly(model->shown, track->network);
}

/* Two sessions go the same way, one of them with little memory and other workers. */
static void go_random_ways(struct model *model, uint64_t seed, int commands)
{
    struct options options = trial_options();
    struct session *session = trial_open(&options, NULL);
    options.memory = 1 << 16;
    options.threads = 2;
    struct session *poor = trial_open(&options, NULL);
    model->shown = session_snapshot(session);
    model->n_sites = model->shown->n_sites;
    random_init(&model->random, seed, 0);
    add_track(model, model->shown->site, false);
    for (int i = 0; i < commands; i++) {
        struct error err = {0};
        const struct command command = choose(model);
        bool good = foresee(model, &command);
        assert_int_equal(trial_try(session, &command, &err), good);
        assert_int_equal(trial_try(poor, &command, &err), good);
        check_model(model, session);
        char *found = trial_found(session);
        trial_expect_found(poor, found);
        free(found);
    }
    snapshot_unref(model->shown);
    session_destroy(poor);
    session_destroy(session);
}

static void random_ways_lead_to_the_same_rounds(void **state)
{
    (void)state;
    const char *text = getenv("SECATEUR_TRIAL_COMMANDS");
    int commands = text ? atoi(text) : 80;
    for (int i = 0; i < trial_n_nets; i++) {
        struct model *model = memory_array(1, sizeof *model);
        struct network *network = trial_network(&trial_nets[i]);
        model->network = network;
        trial_write(&trial_nets[i]);
        go_random_ways(model, 100 + (uint64_t)i, commands);
        for (int t = 0; t < model->n_tracks; t++)
            network_destroy(model->tracks[t].network);
        network_destroy(network);
        free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_ways_lead_to_the_same_rounds, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
