/* Which steps of a defence a snapshot has behind it, by what it holds alone. */
#include "views/facts/defence_path.h"

#include "engine/api/suspects.h"
#include "engine/measures/number.h"
#include "engine/measures/tradeoff.h"
#include "views/facts/branches.h"
#include "views/facts/suspects.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {"opened", "found", "inverted", "repaired", "judged"};
/* Points of clean accuracy that no defender gives up: where curves of a trade-off end. */
static const double costly_points = TRADEOFF_AREA_POINTS;

const char *defence_path_data(enum path_data data)
{
    static const char *const names[] = {"the net alone", "clean images alone",
        "an inverted trigger on clean images (surrogate)", "the poisoned images (oracle)"};
    return names[data];
}

enum path_data defence_path_has(const struct snapshot *s)
{
    bool poisoned = s->n_images[SET_POISONED] > 0;
    return poisoned && s->attacked.surrogate ? PATH_SURROGATE
           : poisoned                        ? PATH_ORACLE
           : s->n_images[SET_CLEAN] > 0      ? PATH_CLEAN
                                             : PATH_NO_IMAGES;
}

static void say_word(
    struct defence_path *path, enum path_step step, const char *word, const char *detail)
{
    path->done[step] = true;
    path->word[step] = word;
    snprintf(path->said[step], PATH_SAID, "%s%s%.38s", word, *detail ? " " : "", detail);
}

static void say(struct defence_path *path, enum path_step step, const char *detail)
{
    say_word(path, step, words[step], detail);
}

/* A search that named nothing is done, and has found nothing. */
static void say_nothing(struct defence_path *path, const char *word)
{
    say(path, PATH_FOUND, word);
    path->word[PATH_FOUND] = word;
}

static void say_found(struct defence_path *path, const struct snapshot *s)
{
    char detail[PATH_SAID];
    const struct suspects *suspects = s->suspects;
    bool class = suspects && suspects->n > 0 && path->data < PATH_SURROGATE;
    if (class && suspects->verdict == SUSPECTS_NOTHING) {
        say_nothing(path, "nothing");
    } else if (class && suspects->verdict == SUSPECTS_UNCLEAR) {
        say_nothing(path, "doubt");
    } else if (class) {
        say(path, PATH_FOUND, suspects_found(suspects, detail, sizeof detail));
    } else if (s->suggestion[0] && s->suggested >= 0 && s->suggested < s->n_sites) {
        snprintf(detail, sizeof detail, "%.40s", s->sites[s->suggested].name);
        say(path, PATH_FOUND, detail);
    } else if (s->suggestion[0]) {
        say_nothing(path, "nothing");
    }
}

static void say_inverted(struct defence_path *path, const struct snapshot *s)
{
    char detail[PATH_SAID];
    if (!s->suspects || s->suspects->n_inverted < 1)
        return;
    snprintf(detail, sizeof detail, "%.1f px", s->suspects->suspect[0].mask);
    say(path, PATH_INVERTED, detail);
}

static void say_repaired(struct defence_path *path, const struct snapshot *s)
{
    const struct branch_line *branch = s->branch < s->n_branches ? &s->branches[s->branch] : NULL;
    char detail[PATH_SAID] = "";
    if (s->n_rounds == 0 || !branch ||
        (s->position == 0 && branch->n_base == 0 && !branch->repair.tuned))
        return;
    path->repaired = branch->repair.name;
    if (path->repaired)
        snprintf(detail, sizeof detail, "%.20s round %d", branch->repair.name, s->position);
    else
        snprintf(detail, sizeof detail, "%d", s->position + branch->n_base);
    say_word(path, PATH_REPAIRED, path->repaired ? "repair" : "pruned", detail);
}

/* Held-out images tell what a repair costs; nothing here tells what it leaves of the attack. */
static void say_judged_blindly(struct defence_path *path, const struct snapshot *s)
{
    char detail[PATH_SAID];
    const struct round *round = branches_held_out(s);
    bool last = s->position >= branches_length(s, s->branch);
    if (!branches_repair(s) || !last || s->n_held_out <= 0 || round->held_out_correct < 0)
        return;
    snprintf(detail, sizeof detail, "held-out %.1f %%, attack unknown",
        number_percent(round->held_out_correct, s->n_held_out));
    say(path, PATH_JUDGED, detail);
    path->blind = true;
}

static void say_judged(struct defence_path *path, const struct snapshot *s)
{
    char detail[PATH_SAID];
    if (path->done[PATH_REPAIRED] && s->of.attack <= 0)
        say_judged_blindly(path, s);
    if (!path->done[PATH_REPAIRED] || s->of.attack <= 0)
        return;
    double before = number_percent(branches_unpruned(s)->attack_hits, s->of.attack);
    double after = snapshot_asr(s, s->position);
    double clean = snapshot_clean_accuracy(s, s->position);
    path->verdict = verdict_of(before, after, s->of.attack);
    bool fell = verdict_repaired(path->verdict) || path->verdict == VERDICT_WEAKENED;
    path->costly = fell && branches_unpruned_clean(s) - clean > costly_points;
    int used = snprintf(detail, sizeof detail, "%s %.1f %%", attack_rate_name(&s->attacked), after);
    if (path->costly)
        snprintf(detail + used, sizeof detail - (size_t)used, ", clean %.1f %%", clean);
    say(path, PATH_JUDGED, detail);
}

/* What is being done now is not done. */
static void say_now(struct defence_path *path, enum path_step step, const char *word)
{
    path->now = (int)step;
    if (path->done[step])
        return;
    path->word[step] = word;
    snprintf(path->said[step], PATH_SAID, "%s", word);
}

bool defence_path_bad(const struct defence_path *path)
{
    return path->costly || path->verdict == VERDICT_STANDS || path->verdict == VERDICT_WEAKENED;
}

/* The first that is missing; with poisoned images no trigger has to be found. */
static int next_of(const struct defence_path *path)
{
    int next = 0;
    while (next < N_PATH_STEPS &&
           (path->done[next] || (next == PATH_INVERTED && path->data >= PATH_SURROGATE)))
        next++;
    return next;
}

void defence_path_of(const struct snapshot *s, struct defence_path *path)
{
    *path = (struct defence_path){.now = -1};
    path->data = defence_path_has(s);
    for (int i = 0; i < N_PATH_STEPS; i++) {
        path->word[i] = words[i];
        snprintf(path->said[i], PATH_SAID, "%s", words[i]);
    }
    if (s->n_rounds > 0)
        say(path, PATH_OPENED, "");
    say_found(path, s);
    say_inverted(path, s);
    say_repaired(path, s);
    say_judged(path, s);
    path->next = next_of(path);
    if (s->comparing)
        return;
    if (s->repairing.name)
        say_now(path, PATH_REPAIRED, "repairing");
    else if (s->phase == PHASE_RUNNING)
        say_now(path, PATH_REPAIRED, "pruning");
    else if (s->phase == PHASE_SCANNING && s->forming)
        say_now(path, PATH_INVERTED, "inverting");
    else if (s->phase == PHASE_SCANNING)
        say_now(path, PATH_FOUND, "searching");
}
