/* The case that opens a defender's report, who had clean images alone. */
#include "app/lab/defender.h"
#include "app/lab/lab_parts.h"
#include "engine/measures/number.h"
#include "engine/measures/verdict.h"
#include "views/facts/branches.h"
#include "views/facts/suspects.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 1024 };

/* What was done, with what it cost on images that it did not learn from. */
static void say_repair(const struct lab *lab, char *text, size_t size)
{
    const struct snapshot *s = lab->defended;
    const struct branch_line *branch = &s->branches[s->branch];
    const struct round *chosen = s->n_held_out > 0 ? branches_held_out(s) : s->rounds[s->position];
    int n = s->n_held_out > 0 ? s->n_held_out : s->n_images[SET_CLEAN];
    int before = s->n_held_out > 0 ? s->rounds[0]->held_out_correct : s->rounds[0]->clean_correct;
    int after = s->n_held_out > 0 ? chosen->held_out_correct : chosen->clean_correct;
    if (s->position == 0) {
        snprintf(text, size, "Nothing was changed: the net is as it came.");
        return;
    }
    const char *name = branch->repair.name ? branch->repair.name : "by pruning";
    const char *images = s->n_held_out > 0 ? "held-out" : "clean";
    if (!lab->judged[0] || lab->judged[0]->of.attack <= 0) {
        snprintf(text, size,
            "The repair %s left %d of %d %s images right, where the net read %d; whether the "
            "attack is gone only poisoned images can tell.",
            name, after, n, images, before);
        return;
    }
    double b = snapshot_asr(lab->judged[0], 0), r = snapshot_asr(lab->judged[1], 0);
    snprintf(text, size,
        "After the repair %s %s: attack success on the test images, read last, is %.2f %% where it "
        "was %.2f %%, at %d of %d %s images right, before %d.",
        name, verdict_words(verdict_of(b, r, lab->judged[0]->of.attack)), r, b, after, n, images,
        before);
}

static void row(struct document *document, const char *name, int before, int after, int n)
{
    char text[2][NUMBER_SHARE];
    if (n <= 0)
        return;
    document_cell(document, "%s", name);
    document_cell(document, "%s", number_share(text[0], before, n));
    document_cell(document, "%s", number_share(text[1], after, n));
}

static void numbers(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->defended, *b = lab->judged[0], *r = lab->judged[1];
    const struct round *first = s->rounds[0], *last = s->rounds[s->position];
    const struct defender_cost own = defender_cost(s, defender_target(lab));
    char people[48];
    snprintf(people, sizeof people, "class %d's own people", defender_target(lab));
    document_numbers(document,
        b ? "Clean images; attack success on test images that chose nothing (95 % intervals)."
          : "On the clean images (95 % intervals). Attack success is not known.",
        "measure|as it came|repaired");
    row(document, "clean accuracy", first->clean_correct, last->clean_correct,
        s->n_images[SET_CLEAN]);
    if (s->n_held_out > 0)
        row(document, "held out, as chosen", first->held_out_correct,
            branches_held_out(s)->held_out_correct, s->n_held_out);
    row(document, people, own.before, own.after, own.n);
    if (!b)
        return;
    row(document, "test: clean accuracy", b->rounds[0]->clean_correct, r->rounds[0]->clean_correct,
        b->n_images[SET_CLEAN]);
    row(document, "test: attack success", b->rounds[0]->attack_hits, r->rounds[0]->attack_hits,
        b->of.attack);
}

double defender_doubt(const struct snapshot *s)
{
    double clean = snapshot_clean_accuracy(s, s->position);
    const struct number_interval wilson =
        number_interval(s->rounds[s->position]->clean_correct, s->n_images[SET_CLEAN]);
    return fmax(wilson.high - clean, clean - wilson.low);
}

static void unknown(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->defended;
    document_add(document, BLOCK_HEADING, "What remains unknown");
    document_list(document);
    document_cell(
        document, "Whether there was a backdoor at all: clean nets have a first suspect too.");
    document_cell(document, "Whether there is another trigger: a search finds one, not every one.");
    if (!lab->judged[0] || lab->judged[0]->of.attack <= 0)
        document_cell(
            document, "What is left of the attack: no poisoned image was there to judge by.");
    document_cell(document,
        "More than %d clean images tell: a share is known to within about %.1f points.",
        s->n_images[SET_CLEAN], defender_doubt(s));
}

static bool figures(struct lab *lab, struct document *document, struct error *err)
{
    const struct snapshot *s = lab->defended;
    struct view_state view_state = {.viewed = -1, .axis = AXIS_AUTO}, one = {.viewed = -1};
    one.detail = true;
    return lab_figure(lab, document, "curves", "svg", s, &view_state, "curves_repair",
               "Clean accuracy over the rounds of the repair, on the images held out and on the "
               "suspected class's own images too.",
               err) &&
           (lab->searched->suspects->n_inverted == 0 ||
               lab_figure(lab, document, "trigger", "svg", lab->searched, &one, "suspect",
                   "The trigger inverted for the first suspect: pattern, mask, a clean image "
                   "before "
                   "and after.",
                   err));
}

bool defender_case(struct lab *lab, struct document *document, struct error *err)
{
    char found[TEXT], repair[TEXT];
    suspects_conclude(lab->searched->suspects, found, sizeof found);
    say_repair(lab, repair, sizeof repair);
    document_add(document, BLOCK_VERDICT, "%c%s%s %s", toupper((unsigned char)found[0]), found + 1,
        found[0] && found[strlen(found) - 1] == '.' ? "" : ".", repair);
    numbers(lab, document);
    unknown(lab, document);
    bool good = figures(lab, document, err);
    document_end_case(document);
    return good;
}
