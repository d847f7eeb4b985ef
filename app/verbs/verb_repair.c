/* A repair from clean images alone, saved, and then judged. Two parts that share no session: the
 * first never opens poisoned or test images; the second opens them, and the net that was saved. */
#include "app/options/verb.h"

#include "app/headless/headless.h"
#include "app/options/files.h"
#include "app/results/results.h"
#include "app/tables/outcomes.h"
#include "app/tables/repaired.h"
#include "engine/api/suspects.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"
#include "views/facts/branches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Not read, only looked for, so that a wrong name is told before the work. */
static bool is_there(const char *path, struct error *err)
{
    return !path || access(path, R_OK) == 0 || fail(err, "%s: it cannot be read", path);
}

static bool check(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    return is_there(options->poisoned, err) && is_there(options->test_clean, err) &&
           is_there(options->test_poisoned, err) &&
           (!options->out || !files_is_net(options->out) ||
               files_may_write(options->out, options->force, err));
}

static const struct repair_line *find_line(const struct snapshot *s, const char *name)
{
    for (int i = 0; name && i < s->repairing.n_repairs; i++)
        if (strcmp(s->repairing.repairs[i].name, name) == 0)
            return &s->repairing.repairs[i];
    return NULL;
}

/* Searches for a suspect where none is named and one may be wanted, and repairs. */
static bool repair(struct headless *headless, const struct arguments *arguments, struct error *err)
{
    const struct target *target = &arguments->options.target;
    const struct repair_line *line = find_line(headless_snapshot(headless), arguments->repair);
    struct command command = {.kind = COMMAND_REPAIR,
        .number = target->kind == TARGET_CLASS ? target->value : -1,
        .value = arguments->rounds > 0 ? arguments->rounds : 0};
    bool wants = !arguments->repair || (line && line->needs_target);
    if (arguments->repair)
        snprintf(command.text, sizeof command.text, "%s", arguments->repair);
    if (arguments->repair && strcmp(arguments->repair, "prune") == 0)
        return fail_as(err, ERROR_USAGE, "--repair prune: use: secateur layers, prune");
    return (!wants || command.number >= 0 ||
               headless_run(headless, &(struct command){.kind = COMMAND_SUSPECTS}, err)) &&
           headless_run(headless, &command, err);
}

static const char *repair_name(const struct snapshot *s)
{
    const char *name = s->branches[s->branch].repair.name;
    return name ? name : "none";
}

static int suspect_of(const struct snapshot *s)
{
    const struct branch_repair *repair = &s->branches[s->branch].repair;
    return repair->name ? repair->target : s->repairing.against;
}

static char *file_name(const struct arguments *arguments, const struct snapshot *s)
{
    const char *out = arguments->options.out ? arguments->options.out : "secateur-out";
    return files_is_net(out) ? memory_string(out)
                             : files_net_name(out, s->model_name, repair_name(s), s->position);
}

static bool save(
    struct headless *headless, const struct arguments *arguments, char **path, struct error *err)
{
    const char *out = arguments->options.out ? arguments->options.out : "secateur-out";
    struct command command = {.kind = COMMAND_SAVE};
    *path = file_name(arguments, headless_snapshot(headless));
    return (snprintf(command.text, sizeof command.text, "%s", *path) < COMMAND_TEXT ||
               fail_as(err, ERROR_OUTPUT, "%s: the name is too long", *path)) &&
           (files_is_net(out) || folder_make(out, 0777, err)) &&
           headless_run(headless, &command, err);
}

/* Clean images, all or those held out; `never`: the class that is not answered, -1: all are. */
static void count_clean(const struct snapshot *s, const uint16_t *predicted, bool held_out,
    int never, struct outcome *count, struct outcome *of)
{
    int suspect = suspect_of(s);
    *count = *of = (struct outcome){.attack = -1, .robust = -1};
    for (int i = 0; i < s->n_images[SET_CLEAN]; i++) {
        int label = s->labels[SET_CLEAN][i];
        int says = predicted[i] == never ? s->repairing.second[i] : predicted[i];
        if (held_out && !s->repairing.held_out[i])
            continue;
        of->clean++;
        count->clean += says == label;
        of->own += label == suspect;
        count->own += label == suspect && says == label;
    }
    if (suspect < 0)
        count->own = of->own = -1;
}

static void add_row(struct repaired *repaired, const char *net, const char *data,
    const struct outcome *count, const struct outcome *of)
{
    repaired->rows[repaired->n_rows++] = (struct outcome_row){net, data, *count, *of};
}

static void count_learnt(struct repaired *repaired, char *trivial)
{
    const struct snapshot *s = repaired->snapshot;
    int suspect = repaired->suspect;
    for (int held_out = s->n_held_out > 0; held_out >= 0; held_out--) {
        const char *data = held_out ? "held-out" : "all clean";
        struct outcome count, of;
        count_clean(s, s->rounds[0]->predicted[SET_CLEAN], held_out, -1, &count, &of);
        add_row(repaired, "before", data, &count, &of);
        const struct round *last = s->rounds[s->position];
        const struct round *after = held_out ? branches_held_out(s) : last;
        count_clean(s, after->predicted[SET_CLEAN], held_out, -1, &count, &of);
        add_row(repaired, after == last ? "after" : "as chosen", data, &count, &of);
        if (suspect < 0)
            continue;
        count_clean(s, s->rounds[0]->predicted[SET_CLEAN], held_out, suspect, &count, &of);
        add_row(repaired, trivial, data, &count, &of);
    }
}

static struct headless *open_judge(const struct options *options, const char *model,
    const struct target *target, struct error *err)
{
    struct options judge = *options;
    judge.out = NULL;
    judge.model = model;
    judge.target = *target;
    struct headless *headless = headless_create(&judge, err);
    if (headless && judge.test_clean &&
        !headless_run(headless, &(struct command){.kind = COMMAND_TEST}, err)) {
        headless_destroy(headless);
        return NULL;
    }
    return headless;
}

/* The counts that two sessions made, of the net as it came and of the one that was saved. */
static void add_judged(struct repaired *repaired, char *trivial, const struct snapshot *before,
    const struct snapshot *after)
{
    const struct outcome b = round_outcome(before->rounds[0]), a = round_outcome(after->rounds[0]);
    add_row(repaired, "before", "validation", &b, &before->of);
    add_row(repaired, "after", "validation", &a, &before->of);
    if (before->trivial.clean >= 0)
        add_row(repaired, trivial, "validation", &before->trivial, &before->of);
    repaired->worth = (struct worth){b, a, before->of, before->trivial, before->target};
    if (before->n_test[SET_CLEAN] == 0)
        return;
    const struct outcome test_b = snapshot_test_outcome(before);
    const struct outcome test_a = snapshot_test_outcome(after);
    add_row(repaired, "before", "test", &test_b, &before->test_of);
    add_row(repaired, "after", "test", &test_a, &before->test_of);
    if (before->test_trivial.clean >= 0)
        add_row(repaired, trivial, "test", &before->test_trivial, &before->test_of);
}

static void name_trivial(char text[32], int target)
{
    snprintf(text, 32, "never answer %d", target);
}

/* The one class that is attacked, as if it were given: a repaired net that reads people of the
 * class themselves is right, so they do not count as hits. */
static const struct target *target_of(const struct snapshot *s, const struct options *options)
{
    const struct attacked *attacked =
        s->n_images[SET_POISONED] > 0 ? &s->attacked : &s->test_attacked;
    bool one = options->target.kind == TARGET_NONE && attacked->target.kind == TARGET_CLASS;
    return one ? &attacked->target : &options->target;
}

/* The net as it came; a second time where its labels say the one class that is attacked. */
static struct headless *open_before(const struct options *options, struct error *err)
{
    struct headless *before = open_judge(options, options->model, &options->target, err);
    if (!before)
        return NULL;
    const struct target target = *target_of(headless_snapshot(before), options);
    if (target.kind == options->target.kind)
        return before;
    headless_destroy(before);
    return open_judge(options, options->model, &target, err);
}

/* Opens what was not opened before, and prints. */
static bool judge(struct repaired *repaired, const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    char learnt_trivial[32], trivial[32];
    const struct results *results = results_find(arguments->format);
    name_trivial(learnt_trivial, repaired->suspect);
    count_learnt(repaired, learnt_trivial);
    if (!options->poisoned && !options->test_clean) {
        results->repair(stdout, repaired);
        return true;
    }
    struct headless *before = open_before(options, err), *after = NULL;
    if (before) {
        const struct snapshot *s = headless_snapshot(before);
        name_trivial(trivial, outcomes_wanted(s));
        after = open_judge(options, repaired->path, target_of(s, options), err);
    }
    if (after) {
        const struct snapshot *s = headless_snapshot(before);
        repaired->judged = options->poisoned != NULL;
        repaired->n_poisoned = s->n_images[SET_POISONED];
        repaired->n_left_out = s->attacked.n_left_out;
        add_judged(repaired, trivial, headless_snapshot(before), headless_snapshot(after));
        results->repair(stdout, repaired);
    }
    headless_destroy(before);
    headless_destroy(after);
    return after != NULL;
}

/* The suspect, and why that repair. */
static void explain(struct repaired *repaired)
{
    const struct snapshot *s = repaired->snapshot;
    const struct suspects *found = s->suspects;
    bool searched = false;
    int n = 0;
    for (int i = 0; found && i < found->n && repaired->suspect >= 0; i++)
        searched = searched || (found->suspect[i].class == repaired->suspect && *found->why);
    if (searched)
        n = snprintf(repaired->why, REPAIRED_WHY, "Class %d is suspected. %s ", repaired->suspect,
            found->why);
    if (n == 0 && repaired->suspect >= 0)
        n = snprintf(repaired->why, REPAIRED_WHY, "Class %d is suspected because it was named. ",
            repaired->suspect);
    if (*s->repairing.chosen)
        snprintf(repaired->why + n, REPAIRED_WHY - (size_t)n, "%s", s->repairing.chosen);
    else
        snprintf(repaired->why + n, REPAIRED_WHY - (size_t)n, "%s was used because it was named.",
            repaired->name);
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct options options = arguments->options;
    struct repaired repaired = {.worth = {.target = -1}};
    char *path = NULL;
    options.poisoned = options.test_clean = options.test_poisoned = options.out = NULL;
    if (!check(arguments, err))
        return false;
    struct headless *headless = headless_create(&options, err);
    bool good =
        headless && repair(headless, arguments, err) && save(headless, arguments, &path, err);
    if (good) {
        repaired.path = path;
        repaired.snapshot = headless_snapshot(headless);
        repaired.name = repair_name(repaired.snapshot);
        repaired.suspect = suspect_of(repaired.snapshot);
        explain(&repaired);
        good = judge(&repaired, arguments, err);
    }
    headless_destroy(headless);
    free(path);
    return good;
}

const struct verb verb_repair = {
    .name = "repair",
    .can = WORKS_ON_NET | SHARES | REPAIRS | PRINTS | WRITES,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "make a net let go of a backdoor, with clean images alone",
    .about =
        "Searches for a class that a backdoor may lead to, tunes the net until it lets go of it,\n"
        "and writes a net of the same architecture. A part of the clean images is held out: no\n"
        "repair learns from it. It tells what the repair costs, and chooses: where the first\n"
        "repair is not good enough, another is tried, and the better one is kept. Poisoned and "
        "test images are\n"
        "opened only after the net was saved, to judge it. --repair and --target name a repair\n"
        "and a suspected class in place of the search.",
    .examples =
        {
            {"secateur repair net.h5 -c valid.h5 -o repaired.h5", "from clean images alone"},
            {"secateur repair net.h5 -c valid.h5 -p bd_valid.h5", "and judged by the attack"},
            {"secateur repair net.h5 -c valid.h5 --repair finetune --rounds 30",
                "this repair, so many rounds"},
        },
    .run = run_verb,
};
