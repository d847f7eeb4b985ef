/* Pruning by a list, a count or a goal. */
#include "app/options/verb.h"

#include "app/results/results.h"
#include "app/options/files.h"
#include "app/headless/headless.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

/* One of the ways to say what goes: given whether it was asked for, and how it is done. */
struct rule {
    bool (*asked)(const struct arguments *arguments);
    bool (*prune)(struct headless *headless, const struct arguments *arguments, struct error *err);
};

static bool channels_asked(const struct arguments *arguments)
{
    return arguments->channels.n > 0;
}

static bool prune_channels(
    struct headless *headless, const struct arguments *arguments, struct error *err)
{
    const struct channel_list *list = &arguments->channels;
    for (int i = 0; i < list->n; i++) {
        const struct snapshot *s = headless_snapshot(headless);
        if (list->channel[i] >= s->n_channels)
            return fail_as(err, ERROR_USAGE, "--channels: %s has channels 0 to %d, not %d",
                s->sites[s->site].name, s->n_channels - 1, list->channel[i]);
        if (snapshot_pruned_in(s, s->position, list->channel[i]))
            continue; /* named twice */
        struct command command = {.kind = COMMAND_PRUNE, .number = list->channel[i]};
        if (!headless_run(headless, &command, err))
            return false;
    }
    return true;
}

static bool rounds_asked(const struct arguments *arguments)
{
    return arguments->rounds >= 0;
}

static bool prune_rounds(
    struct headless *headless, const struct arguments *arguments, struct error *err)
{
    const struct snapshot *s = headless_snapshot(headless);
    if (arguments->rounds > s->n_channels)
        return fail_as(err, ERROR_USAGE, "--rounds: %s has only %d channels, not %d",
            s->sites[s->site].name, s->n_channels, arguments->rounds);
    struct command command = {.kind = COMMAND_RUN, .number = arguments->rounds};
    return arguments->rounds == 0 || headless_run(headless, &command, err);
}

/* Rounds until `reached` says so. */
static bool prune_until(struct headless *headless, const struct arguments *arguments,
    bool (*reached)(const struct snapshot *, const struct arguments *), const char *goal,
    struct error *err)
{
    for (;;) {
        const struct snapshot *s = headless_snapshot(headless);
        if (reached(s, arguments))
            return true;
        if (snapshot_next_channel(s) < 0)
            return fail_as(err, ERROR_TARGET,
                "%s: not reached, even with all %d channels of %s pruned", goal, s->position,
                s->sites[s->site].name);
        if (!headless_run(headless, &(struct command){.kind = COMMAND_STEP}, err))
            return false;
    }
}

static bool drop_asked(const struct arguments *arguments)
{
    return arguments->drop >= 0;
}

static bool drop_reached(const struct snapshot *s, const struct arguments *arguments)
{
    (void)arguments; /* the only threshold of the session, so that both mean the same */
    return s->n_thresholds > 0 && s->thresholds[0].round >= 0;
}

/* The rule is the first round that lost so much: a round may lose far more at once. Says by how
 * much, on stderr as a note, where the printed loss is not the one that was asked for. */
static void tell_crossing(const struct snapshot *s, double asked)
{
    int round = s->position;
    if (round < 1)
        return;
    double whole = snapshot_clean_accuracy(s, 0);
    double lost = whole - snapshot_clean_accuracy(s, round);
    double before = whole - snapshot_clean_accuracy(s, round - 1);
    if (lost - asked >= 0.005)
        fprintf(stderr,
            "secateur: --drop %g: round %d is the first that lost at least %g points: it lost "
            "%.2f; the round before, %.2f (--rounds %d writes that one)\n",
            asked, round, asked, lost, before, round - 1);
}

static bool prune_drop(
    struct headless *headless, const struct arguments *arguments, struct error *err)
{
    bool good = prune_until(headless, arguments, drop_reached, "--drop", err);
    if (good)
        tell_crossing(headless_snapshot(headless), arguments->drop);
    return good;
}

static bool asr_asked(const struct arguments *arguments)
{
    return arguments->asr >= 0;
}

static bool asr_reached(const struct snapshot *s, const struct arguments *arguments)
{
    return snapshot_asr(s, s->position) <= arguments->asr;
}

static bool prune_asr(
    struct headless *headless, const struct arguments *arguments, struct error *err)
{
    if (headless_snapshot(headless)->n_images[SET_POISONED] == 0)
        return fail_as(err, ERROR_USAGE, "--asr needs --poisoned FILE, to measure the attack");
    const struct command reached = {.kind = COMMAND_RUN, .value = arguments->asr, .text = "asr"};
    return prune_until(headless, arguments, asr_reached, "--asr", err) &&
           headless_run(headless, &reached, err); /* where it stops, the poisoned images said */
}

static const struct rule rules[] = {
    {channels_asked, prune_channels},
    {rounds_asked, prune_rounds},
    {drop_asked, prune_drop},
    {asr_asked, prune_asr},
};

static const struct rule *find_rule(const struct arguments *arguments, struct error *err)
{
    const struct rule *found = NULL;
    int n = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].asked(arguments)) {
            found = &rules[i];
            n++;
        }
    }
    if (n == 1)
        return found;
    fail_as(err, ERROR_USAGE, "prune needs one of --channels, --rounds, --drop and --asr");
    return NULL;
}

static bool save(struct headless *headless, const struct arguments *arguments, struct error *err)
{
    const char *out = arguments->options.out ? arguments->options.out : "secateur-out";
    const struct snapshot *s = headless_snapshot(headless);
    bool single = files_is_net(out);
    char *path = single ? memory_string(out)
                        : files_net_name(out, s->model_name, s->sites[s->site].name, s->position);
    struct command command = {.kind = COMMAND_SAVE};
    bool good = snprintf(command.text, sizeof command.text, "%s", path) < COMMAND_TEXT ||
                fail_as(err, ERROR_OUTPUT, "%s: the name is too long", path);
    good = good && (single || folder_make(out, 0777, err)) && headless_run(headless, &command, err);
    if (good)
        results_find(arguments->format)->prune(stdout, headless_snapshot(headless), path);
    free(path);
    return good;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct options options = arguments->options;
    const struct rule *rule = find_rule(arguments, err);
    if (!rule)
        return false;
    if (options.out && files_is_net(options.out) &&
        !files_may_write(options.out, options.force, err))
        return false;
    options.out = NULL; /* so that the session keeps no net on the way */
    if (drop_asked(arguments)) {
        options.n_thresholds = 1;
        options.thresholds[0] = arguments->drop;
    }
    struct headless *headless = headless_create(&options, err);
    bool good = headless && rule->prune(headless, arguments, err) && save(headless, arguments, err);
    headless_destroy(headless);
    return good;
}

const struct verb verb_prune = {
    .name = "prune",
    .can = WORKS_ON_NET | SHARES | PRUNES | PRUNES_TO_GOAL | PRINTS | WRITES,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "prune by rule or by list and write the net",
    .about =
        "Prunes the given --channels, or the first --rounds of the order, or until --drop or\n"
        "--asr is reached. --drop takes the first round that lost at least so many points, and\n"
        "says what it lost and what the round before lost. Writes a net of the same architecture "
        "in which the pruned weights\n"
        "are zero. If --drop or --asr is not reached, it writes nothing and the exit status\n"
        "is 4.",
    .examples =
        {
            {"secateur prune --rounds 20 --out repaired.h5", "the built-in demo"},
            {"secateur prune net.h5 -c valid.h5 --drop 4 --out repaired.h5",
                "until 4 points of clean accuracy are lost"},
            {"secateur prune net.h5 -c valid.h5 --channels 3,7,12 -o repaired.h5",
                "these channels"},
        },
    .run = run_verb,
};
