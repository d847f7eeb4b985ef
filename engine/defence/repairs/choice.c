/* Plans and chooses. Leans on what held-out images tell of a net. */
#include "engine/defence/repairs/choice.h"

#include <stdio.h>

/* Tried in this order: with a suspect, without one, and where every class is led to another: then
 * the backdoor is spread thin, and pruning alone finds little of it. */
static const char *const with_suspect[] = {"unlearn", "quiet"};
static const char *const without[] = {"quiet", "adversarial"};
static const char *const of_all[] = {"adversarial", "quiet"};
/* A repair is good enough to look no further where it costs no more than two held-out images and
 * this share of them (two alone say little), keeps KEPT of the suspected classes' own images, and
 * leaves no more than TURNED of what triggers turn. */
enum { FEW_LOST = 2, DESCRIBED = 192 };
static const double COST = 0.02, KEPT = 0.75, TURNED = 0.02;

static void add(struct choice_plan *plan, const char *name, const int *suspects, int n)
{
    const struct repair *repair = repairs_find(name);
    if (!repair || plan->n == CHOICE_TRIES || (repair->needs_target && n == 0))
        return;
    struct choice_try *attempt = &plan->tries[plan->n++];
    attempt->repair = repair;
    for (int i = 0; i < n && i < REPAIR_TARGETS && repair->needs_target; i++)
        attempt->suspects[attempt->n_suspects++] = suspects[i];
}

void choice_plan(const int *suspects, int n, bool to_all, struct choice_plan *plan)
{
    *plan = (struct choice_plan){0};
    const char *const *names = n > 0 ? with_suspect : to_all ? of_all : without;
    for (int i = 0; i < 2; i++)
        add(plan, names[i], suspects, n);
    const char *first = plan->n > 0 ? plan->tries[0].repair->name : "nothing";
    if (n == 1)
        snprintf(plan->why, sizeof plan->why,
            "class %d stands out, so triggers that lead to it are unlearned first (%s)",
            suspects[0], first);
    else if (n > 1)
        snprintf(plan->why, sizeof plan->why,
            "%d classes stand out, class %d most: triggers that lead to them are unlearned first "
            "(%s)",
            n, suspects[0], first);
    else if (to_all)
        snprintf(plan->why, sizeof plan->why,
            "every class is led to another, so the net is tuned where it errs first (%s)", first);
    else
        snprintf(plan->why, sizeof plan->why,
            "no class stands out, so a repair is tried that needs no suspect (%s)", first);
}

/* How much worse `after` is than `before`, as shares. */
static double cost(const struct measure *before, const struct measure *after)
{
    return (double)(before->right - after->right) / before->n;
}

static double kept(const struct measure *before, const struct measure *after)
{
    return before->own > 0 ? (double)after->own / before->own : 1;
}

static double turned(const struct measure *measure)
{
    return measure->n_turned > 0 ? (double)measure->turned / measure->n_turned : 0;
}

static bool good(const struct measure *before, const struct measure *after)
{
    bool still = after->n_turned > 0 ? turned(after) > TURNED : after->moved < before->moved;
    return before->right - after->right <= FEW_LOST + COST * before->n &&
           kept(before, after) >= KEPT && !still;
}

/* What decides between two nets: the shares of held-out images lost, of the suspected classes' own
 * lost (they are few, so a quarter), and of images that triggers, or without a suspect small
 * moves, still turn. The net as it came has this too, and so has the trivial defence. */
static double loss(const struct measure *before, const struct measure *after)
{
    double still = after->n_turned > 0  ? turned(after)
                   : after->n_moved > 0 ? 1 - (double)after->moved / after->n_moved
                                        : 0;
    return cost(before, after) + 0.25 * (1 - kept(before, after)) + still;
}

/* What a person would count, of the held-out images, and then the class's own, which are all, as
 * few are held out; bare: numbers alone, behind one that says what they are. */
static void describe(const struct measure *measure, bool bare, char text[DESCRIBED])
{
    char own[96] = "", still[64];
    if (measure->n_own > 0)
        snprintf(own, sizeof own, "; %s%d of %d",
            bare ? "" : "of all clean images of the suspected class ", measure->own,
            measure->n_own);
    if (measure->n_turned > 0)
        snprintf(still, sizeof still, "%.1f %%%s", 100 * turned(measure),
            bare ? "" : " turned by inverted triggers");
    else
        snprintf(still, sizeof still, "%d of %d%s", measure->moved, measure->n_moved,
            bare ? "" : " when moved a little");
    snprintf(text, DESCRIBED, "%d of %d%s, %s%s", measure->right, measure->n, bare ? "" : " right",
        still, own);
}

/* Tries of the plan other than the one that is kept: those that were run, or those that were not.
 */
static int list_others(
    const struct choice_plan *plan, const struct choice_result *result, bool run, char list[64])
{
    int n = 0;
    size_t used = 0;
    list[0] = '\0';
    for (int i = run ? 0 : result->n; i < (run ? result->n : plan->n); i++)
        if (i != result->kept && used < 64)
            used += (size_t)snprintf(list + used, 64 - used, "%s%s", n++ > 0 ? " and " : "",
                plan->tries[i].repair->name);
    return n;
}

static void say(const struct choice_plan *plan, struct choice_result *result)
{
    char before[DESCRIBED], after[DESCRIBED], run[64], left[64], *why = result->why;
    int n_run = list_others(plan, result, true, run);
    int n_left = list_others(plan, result, false, left);
    describe(&result->before, result->kept >= 0, before);
    if (result->kept < 0) {
        snprintf(why, sizeof result->why,
            "Held-out clean images leave the net as it was (%s): %s %s no better than it%s.",
            before, run, n_run > 1 ? "are" : "is",
            result->before.n_own > 0 ? ", or than never answering the suspected class" : "");
        return;
    }
    const struct choice_row *row = &result->rows[result->kept];
    describe(&row->measure, false, after);
    int used = snprintf(why, sizeof result->why, "Held-out clean images keep %s: %s (before: %s).",
        plan->tries[result->kept].repair->name, after, before);
    if (used < 0 || (size_t)used >= sizeof result->why)
        return;
    if (n_left > 0)
        snprintf(why + used, sizeof result->why - (size_t)used,
            " It is good enough, so %s %s not tried.", left, n_left > 1 ? "were" : "was");
    else if (n_run > 0)
        snprintf(why + used, sizeof result->why - (size_t)used, " %s %s tried too, and %s worse.",
            run, n_run > 1 ? "were" : "was", n_run > 1 ? "are" : "is");
}

bool choice_decide(const struct choice_plan *plan, struct choice_result *result)
{
    const struct measure *before = &result->before;
    double least = loss(before, before);
    result->kept = -1;
    if (result->trivial.n_own > 0 && loss(before, &result->trivial) < least)
        least = loss(before, &result->trivial);
    for (int i = 0; i < result->n; i++) {
        const struct choice_row *row = &result->rows[i];
        /* Without a suspect nothing here measures a backdoor: what costs nothing is kept too. */
        bool blind = before->n_turned == 0 && good(before, &row->measure);
        bool better = loss(before, &row->measure) < least || (blind && result->kept < 0);
        if (row->diverged || !better)
            continue;
        result->kept = i;
        least = loss(before, &row->measure);
    }
    say(plan, result);
    return result->kept >= 0 && good(before, &result->rows[result->kept].measure);
}

bool choice_again(
    const struct choice_result *result, const struct choice_again *again, char said[CHOICE_AGAIN])
{
    const struct measure *first = &result->rows[result->kept].measure, *now = &again->measure;
    double still = turned(first) > TURNED ? turned(first) : TURNED;
    bool stands = !again->diverged && now->right >= first->right - FEW_LOST &&
                  now->own >= first->own && turned(now) <= still;
    if (stands)
        snprintf(said, CHOICE_AGAIN,
            "It then learnt once more, from all %d images: those held out can no longer judge it.",
            again->n);
    else if (again->diverged)
        snprintf(said, CHOICE_AGAIN,
            "Learnt once more from all %d images it diverged, so the first one stands.", again->n);
    else
        snprintf(said, CHOICE_AGAIN,
            "Learnt once more from all %d images it is worse even on those held out before, so the "
            "first one stands.",
            again->n);
    return stands;
}
