/* Command repair: a branch whose rounds are those of a repair, or what an examination of the layers
 * suggested to prune. */
#include "engine/session/commands/forms.h"
#include "engine/session/commands/repair_choice.h"
#include "engine/session/machine/fields.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_rounds.h"

#include "engine/api/suspects.h"
#include "engine/base/memory.h"
#include "engine/base/spelling.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MOST = 10000, NAMES_MOST = 64 };
/* Behind a name: begins the branch, and does no round; suspected classes may follow. Before them:
 * held-out images are learnt from too. */
static const char begin_word[] = " begin", all_word[] = " all";

static bool prune_suggested(struct session *session, struct error *err)
{
    if (session->suggested < 0 && session->suggestion[0])
        return fail_as(err, ERROR_USAGE, "suggested repair: %.200s", session->suggestion);
    if (session->suggested < 0)
        return fail_as(err, ERROR_USAGE, "no repair is suggested yet: examine the layers first");
    const struct finding *finding = &session->states[session->suggested].finding;
    if (!finding->criterion || finding->repair_channels < 1)
        return fail_as(err, ERROR_USAGE, "no repair is suggested: no layer and criterion gave one");
    struct command steps[] = {{.kind = COMMAND_LAYER, .number = session->suggested},
        {.kind = COMMAND_JUMP}, {.kind = COMMAND_CRITERION},
        {.kind = COMMAND_RUN, .number = finding->repair_channels}};
    snprintf(steps[2].text, sizeof steps[2].text, "%s", finding->criterion->name);
    bool good = true;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && good; i++)
        good = engine_commands_run(session, &steps[i], err);
    if (good)
        session->work.stop = session->suggested_known.sets;
    return good;
}

/* Nothing stands out, or every class is led to another one: no class is suspected. */
static bool clears_classes(const struct suspects *suspects)
{
    return suspects->verdict == SUSPECTS_NOTHING || suspects->verdict == SUSPECTS_TO_ALL;
}

/* Classes that stand out, the clearest first. */
static int standing(const struct suspects *suspects, int classes[REPAIR_TARGETS])
{
    int n = 0;
    for (int place = 1; n < REPAIR_TARGETS && n == place - 1; place++)
        for (int i = 0; i < suspects->n && n < place; i++)
            if (suspects->suspect[i].stands == place)
                classes[n++] = suspects->suspect[i].class;
    return n;
}

/* The class with the smallest trigger among those that lead the list; -1: none was inverted. */
static int smallest(const struct suspects *suspects)
{
    int best = -1;
    for (int i = 0; i < suspects->n && suspects->suspect[i].mask >= 0; i++)
        if (best < 0 || suspects->suspect[i].mask < suspects->suspect[best].mask)
            best = i;
    return best < 0 ? -1 : suspects->suspect[best].class;
}

/* Fills the suspected classes, and what the evidence suggests to try. */
static void suspect_classes(const struct session *session, const struct command *command,
    struct branch_plan *plan, struct choice_plan *choice)
{
    const struct suspects *suspects = session->suspects;
    int doubtful = -1;
    if (command->number >= 0) {
        plan->targets[plan->n_targets++] = command->number;
    } else if (suspects && !clears_classes(suspects)) {
        plan->n_targets = standing(suspects, plan->targets);
        doubtful = plan->n_targets > 0 ? -1 : smallest(suspects);
    }
    if (doubtful >= 0)
        plan->targets[plan->n_targets++] = doubtful;
    bool to_all = suspects && suspects->verdict == SUSPECTS_TO_ALL;
    choice_plan(plan->targets, plan->n_targets, to_all, choice);
}

static const struct repair *find_repair(const char *name, struct error *err)
{
    const char *names[NAMES_MOST] = {"prune"};
    int n = 1;
    for (const struct repair *repair; (repair = repairs_at(n - 1)) && n < NAMES_MOST; n++)
        names[n] = repair->name;
    char hint[SPELLING_HINT];
    if (!repairs_find(name))
        fail_as(err, ERROR_USAGE, "there is no repair %s; %s", name,
            spelling_hint(hint, name, names, n));
    return repairs_find(name);
}

/* Numbers from 0 to most - 1, each behind a blank. */
static bool read_targets(const char *text, int most, struct branch_plan *plan, struct error *err)
{
    for (; text && *text == ' '; plan->n_targets++) {
        if (plan->n_targets == REPAIR_TARGETS)
            return fail_as(err, ERROR_USAGE, "at most %d suspected classes", REPAIR_TARGETS);
        text = forms_number(text + 1, most - 1, &plan->targets[plan->n_targets], err);
    }
    return text && !*text;
}

static bool read_rounds(double value, struct branch_plan *plan, struct error *err)
{
    bool whole = value >= 0 && value <= ROUNDS_MOST;
    plan->rounds = whole ? (int)value : -1;
    if (!whole || fabs(value - plan->rounds) > 0)
        return fail_as(
            err, ERROR_USAGE, "%s takes 1 to %d rounds", plan->repair->name, ROUNDS_MOST);
    if (plan->rounds == 0)
        plan->rounds = plan->repair->rounds;
    return true;
}

/* What the command says, and what follows from it and from the suspects. */
static bool make_plan(const struct session *session, const struct command *command,
    struct branch_plan *plan, struct choice_plan *choice, struct error *err)
{
    char name[COMMAND_TEXT];
    int n_classes = session_network(session)->n_classes;
    const char *begin = strstr(command->text, begin_word);
    *plan = (struct branch_plan){0};
    snprintf(name, sizeof name, "%.*s", (int)strcspn(command->text, " "), command->text);
    if (command->number >= n_classes)
        return fail_as(err, ERROR_USAGE, "there is no class %d; classes are 0 to %d",
            command->number, n_classes - 1);
    suspect_classes(session, command, plan, choice);
    plan->repair = *name ? find_repair(name, err) : choice->tries[0].repair;
    if (!plan->repair || !read_rounds(command->value, plan, err))
        return false;
    if (begin || !plan->repair->needs_target)
        plan->n_targets = 0;
    if (begin) {
        begin += strlen(begin_word);
        plan->all = strncmp(begin, all_word, strlen(all_word)) == 0;
        return read_targets(begin + (plan->all ? strlen(all_word) : 0), n_classes, plan, err);
    }
    return !plan->repair->needs_target || plan->n_targets > 0 ||
           fail_as(err, ERROR_USAGE,
               "%s needs a suspected class: search for one first (scan), or name it", name);
}

static bool repair(struct session *session, const struct command *command, struct error *err)
{
    if (strcmp(command->text, "prune") == 0)
        return prune_suggested(session, err);
    struct branch_plan plan;
    struct choice_plan choice;
    if (!make_plan(session, command, &plan, &choice, err))
        return false;
    if (session->repair.few[0] && !strstr(command->text, begin_word))
        session_say(session, false, "%s", session->repair.few);
    if (!*command->text)
        return repair_choice_begin(session, &choice, (int)command->value, err);
    if (!session_begin_repair(session, &plan, err))
        return false;
    session->repair.chosen[0] = '\0';
    session->work.unit = NULL;
    return strstr(command->text, begin_word) || session_start_rounds(session, plan.rounds, err);
}

/* "repair NAME ROUNDS", "all" where it learns from held-out images too, and the suspected classes;
 * the rounds follow as steps. What was suggested
 * to prune: without what suggested it. */
static char *write_repair(const struct command *command, const struct snapshot *after)
{
    const struct branch_repair *repair = &after->branches[after->branch].repair;
    char targets[16 * REPAIR_TARGETS] = "";
    if (strcmp(command->text, "prune") == 0)
        return memory_format("layer %d\ngoto 0\ncriterion %s", after->site, after->criterion);
    size_t used = 0;
    if (repair->target >= 0)
        used += (size_t)sprintf(targets, " %d", repair->target);
    for (int i = 0; i < repair->n_more; i++)
        used += (size_t)sprintf(targets + used, " %d", repair->more[i]);
    return memory_format(
        "repair %s %d%s%s", repair->name, repair->rounds, repair->all ? all_word : "", targets);
}

static bool read_repair(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    int length = (int)strcspn(rest, " "), rounds, target;
    char name[64];
    snprintf(name, sizeof name, "%.*s", length, rest);
    if (!repairs_find(name) || (int)strlen(name) != length || rest[length] != ' ')
        return fail_as(err, ERROR_INPUT, "the name of a repair and its rounds must follow");
    const char *at = forms_number(rest + length + 1, ROUNDS_MOST, &rounds, err), *more = at;
    if (!at)
        return false;
    if (strncmp(at, all_word, strlen(all_word)) == 0)
        at += strlen(all_word);
    if (rounds == 0)
        return fail_as(err, ERROR_INPUT, "a repair has at least one round");
    for (int n = 0; at && *at == ' '; n++)
        at = n < REPAIR_TARGETS ? forms_number(at + 1, now->n_classes - 1, &target, err) : NULL;
    if (!at || *at)
        return fail_as(err, ERROR_INPUT, "only suspected classes may follow");
    command->number = -1;
    command->value = rounds;
    snprintf(command->text, sizeof command->text, "%s%s%s", name, begin_word, more);
    return true;
}

/* Text "": repairs that the evidence at hand suggests, until held-out images choose one
 * (repair_choice.h); a name: that one; its rounds are a branch of their own, from the net as it
 * stands. Number: the suspected class, -1: the first suspect.
 * Value: how many rounds, 0: as many as it takes by itself. "NAME begin 3 7", as a journal has it:
 * no round is done; classes 3 and 7 are suspected.
 * Text "prune": what an examination of the layers suggested: that layer from the unpruned net, by
 * that criterion, so many rounds. */
const struct engine_command engine_command_repair = {
    .name = "repair",
    .alters = ALTERS_POSITION | ALTERS_BRANCH | ALTERS_ORDER,
    .begins = "a repair",
    .run = repair,
    .write = write_repair,
    .read = read_repair,
};
