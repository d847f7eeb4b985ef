/* The defender's story: what was looked at, what stood out, what was done, what it costs whom, and
 * what stays unknown. */
#include "app/lab/defender.h"
#include "app/lab/lab_parts.h"
#include "app/report/document_results.h"
#include "app/tables/outcomes.h"
#include "app/tables/suspects.h"
#include "engine/measures/verdict.h"
#include "views/facts/branches.h"
#include "views/facts/suspects.h"

#include <stdio.h>

enum { CLASSES_TOLD = 5, SUSPECTS_TOLD = 10, TEXT = 2048 };

static void looked_at(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->searched;
    const struct suspects *suspects = s->suspects;
    document_add(document, BLOCK_HEADING, "What was looked at");
    document_add(document, BLOCK_PARAGRAPH,
        "The net %s has %d classes. The defender has %d clean images, of which it reads %.2f %% "
        "right, and no poisoned image: nothing in this part was chosen with one. For each class an "
        "input "
        "was searched that makes its logit lead as far as possible; no image is needed for that. "
        "For %d classes, the first ones and others by chance, a trigger was inverted on %d clean "
        "images: the smallest mask and pattern that turn them into the class.",
        s->model_name, s->n_classes, s->n_images[SET_CLEAN], snapshot_clean_accuracy(s, 0),
        suspects->n_inverted, suspects->n_images);
}

static bool stood_out(struct lab *lab, struct document *document, struct error *err)
{
    const struct snapshot *s = lab->searched;
    const struct suspects *suspects = s->suspects;
    char text[TEXT];
    int n = suspects_rows(suspects);
    document_add(document, BLOCK_HEADING, "What stood out");
    suspects_conclude(suspects, text, sizeof text);
    document_add(document, BLOCK_PARAGRAPH, "%c%s", text[0] == 'c' ? 'C' : text[0], text + 1);
    suspects_say(suspects, text, sizeof text);
    document_results(
        document, &table_suspects, s, n < SUSPECTS_TOLD ? n : SUSPECTS_TOLD, IN_REPORT, text);
    struct view_state view_state = {.viewed = -1};
    return suspects->n_inverted == 0 ||
           lab_figure(lab, document, "trigger", "svg", s, &view_state, "trigger",
               "Inverted triggers: the pattern where the mask covers, the mask, a clean image "
               "before and after. The mask of a target is small and compact.",
               err);
}

static void done(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->defended;
    const struct branch_line *branch = &s->branches[s->branch];
    bool all = branch->repair.all;
    char sentence[KNOWLEDGE_TEXT];
    document_add(document, BLOCK_HEADING, "What was done");
    if (branch->repair.name && branch->repair.target >= 0)
        document_add(document, BLOCK_PARAGRAPH,
            "The repair %s against class %d, %d rounds; it was %s.", branch->repair.name,
            branch->repair.target, s->position, knowledge_sentence(&s->known, sentence));
    else if (branch->repair.name)
        document_add(document, BLOCK_PARAGRAPH, "The repair %s, %d rounds; it was %s.",
            branch->repair.name, s->position, knowledge_sentence(&s->known, sentence));
    else if (s->position == 0)
        document_add(document, BLOCK_PARAGRAPH, "Nothing: the net is as it came.");
    else
        document_add(document, BLOCK_PARAGRAPH, "%d of %d channels of %s were pruned by %s; %s.",
            s->position, s->n_channels, s->sites[s->site].name, s->criterion,
            knowledge_sentence(&s->known, sentence));
    if (*s->repairing.chosen)
        document_add(document, BLOCK_PARAGRAPH, "%s", s->repairing.chosen);
    if (s->n_held_out > 0)
        document_add(document, BLOCK_PARAGRAPH,
            "%d of the clean images were held out: the repair %s. Of these the net read %d right "
            "before, and %d after it.%s",
            s->n_held_out,
            all ? "that was chosen by them had not learnt from them" : "did not learn from them",
            s->rounds[0]->held_out_correct, branches_held_out(s)->held_out_correct,
            all ? " The net that stands then learnt from all images: no clean image here can judge "
                  "it."
                : "");
}

static struct outcome_row row_of(
    const char *net, const char *data, struct outcome count, struct outcome of)
{
    return (struct outcome_row){net, data, count, of};
}

/* What is known with clean images alone: no attack, the suspected class's own images. */
static int clean_rows(const struct lab *lab, struct outcome_row rows[4])
{
    const struct snapshot *s = lab->defended;
    const struct defender_cost own = defender_cost(s, defender_target(lab));
    bool suspected = defender_target(lab) >= 0 && own.n > 0;
    const struct outcome of = {s->n_images[SET_CLEAN], -1, suspected ? own.n : -1, -1};
    const struct outcome held = {s->n_held_out, -1, -1, -1};
    const struct round *b = s->rounds[0], *last = s->rounds[s->position];
    int n = 0;
    rows[n++] = row_of(
        "B, as it came", "all clean", (struct outcome){b->clean_correct, -1, own.before, -1}, of);
    rows[n++] = row_of(
        "repaired", "all clean", (struct outcome){last->clean_correct, -1, own.after, -1}, of);
    if (s->n_held_out > 0) {
        rows[n++] = row_of(
            "B, as it came", "held out", (struct outcome){b->held_out_correct, -1, -1, -1}, held);
        const struct round *chosen = branches_held_out(s);
        rows[n++] = row_of(chosen == last ? "repaired" : "repaired, as chosen", "held out",
            (struct outcome){chosen->held_out_correct, -1, -1, -1}, held);
    }
    return n;
}

static void classes(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->defended;
    int told[CLASSES_TOLD], n = 0, worst;
    while (n < CLASSES_TOLD && (worst = defender_worst(s, told, n)) >= 0)
        told[n++] = worst;
    if (n == 0) {
        document_add(document, BLOCK_PARAGRAPH, "No class lost more images than it won.");
        return;
    }
    document_table(document, "Classes that lost most clean images.",
        "class|images|right before|"
        "right now");
    for (int i = 0; i < n; i++) {
        const struct defender_cost cost = defender_cost(s, told[i]);
        document_cell(document, "%d", told[i]);
        document_cell(document, "%d", cost.n);
        document_cell(document, "%d", cost.before);
        document_cell(document, "%d", cost.after);
    }
}

static void own_people(const struct lab *lab, struct document *document)
{
    int target = defender_target(lab);
    if (target < 0)
        return;
    const struct defender_cost own = defender_cost(lab->defended, target);
    if (own.n == 0)
        document_add(document, BLOCK_PARAGRAPH,
            "There is no clean image of class %d: what the repair does to its own people is not "
            "known.",
            target);
    else
        document_add(document, BLOCK_PARAGRAPH,
            "Class %d's own people: %d of %d images right before, %d now. The trivial defence, "
            "never to answer class %d, gets none of them right; a repair must keep more.",
            target, own.before, own.n, own.after, target);
}

/* These images were counted last, and chose nothing. */
static void tested(const struct lab *lab, struct document *document)
{
    const struct snapshot *b = lab->judged[0], *r = lab->judged[1];
    struct outcome_row rows[3];
    char never[48];
    if (!b)
        return;
    int n = 0;
    snprintf(never, sizeof never, "never answer class %d", b->target);
    const char *data = lab->judged_by_tests ? "test" : "validation";
    rows[n++] = row_of("B, as it came", data, round_outcome(b->rounds[0]), b->of);
    rows[n++] = row_of("repaired", data, round_outcome(r->rounds[0]), r->of);
    if (b->target >= 0 && b->trivial.clean >= 0)
        rows[n++] = row_of(never, data, b->trivial, b->of);
    document_results(document, &table_outcomes, rows, n, IN_REPORT,
        lab->judged_by_tests
            ? "On the test images, which were read after everything was chosen."
            : "On the validation images. The repair learnt from the clean ones; it was chosen and "
              "saved before a poisoned one was read.");
    if (b->of.attack > 0) {
        double before = snapshot_asr(b, 0), after = snapshot_asr(r, 0);
        document_add(document, BLOCK_PARAGRAPH,
            "Attack success on them: %.2f %% before, %.2f %% "
            "now: %s.",
            before, after, verdict_words(verdict_of(before, after, b->of.attack)));
    }
}

static void costs(const struct lab *lab, struct document *document)
{
    struct outcome_row rows[4];
    int n = clean_rows(lab, rows);
    document_add(document, BLOCK_HEADING, "What it costs, and whom");
    document_results(document, &table_outcomes, rows, n, IN_REPORT,
        lab->defended->branches[lab->defended->branch].repair.all
            ? "On the clean images. Held-out ones judge the repair as it was chosen; the net that "
              "stands learnt from all."
            : "On the clean images. The repair learnt from those that were not held out.");
    own_people(lab, document);
    classes(lab, document);
    tested(lab, document);
}

/* Classes without a clean image: nothing is known of what became of them. */
static int unseen(const struct snapshot *s)
{
    int n = 0;
    for (int class = 0; class < s->n_classes; class ++)
        n += defender_cost(s, class).n == 0;
    return n;
}

static void unknown(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->defended;
    int without = unseen(s);
    document_add(document, BLOCK_HEADING, "What remains unknown");
    document_add(document, BLOCK_PARAGRAPH,
        "Whether there was a backdoor at all: clean nets have a first suspect too. Whether there "
        "is another one: a search finds a trigger, not every trigger, and one that spreads over "
        "the image, moves, or needs a certain person may escape it. ASR 0 on one trigger is no "
        "proof for another, nor that the backdoor cannot be learnt again from a few poisoned "
        "images.");
    if (!lab->judged[0] || lab->judged[0]->of.attack <= 0)
        document_add(document, BLOCK_PARAGRAPH,
            "No poisoned image was there to judge by: what is left of the attack is not measured. "
            "With --test-clean and --test-poisoned it is, after everything is chosen.");
    if (without > 0)
        document_add(document, BLOCK_PARAGRAPH,
            "%d of %d classes have no clean image here: what the repair does to them is not known.",
            without, s->n_classes);
    document_add(document, BLOCK_PARAGRAPH,
        "With %d clean images a share is known to within about %.1f points (95 %%).",
        s->n_images[SET_CLEAN], defender_doubt(s));
}

bool defender_part(struct lab *lab, struct document *document, struct error *err)
{
    looked_at(lab, document);
    if (!stood_out(lab, document, err))
        return false;
    done(lab, document);
    costs(lab, document);
    unknown(lab, document);
    return true;
}

bool defender_report(struct lab *lab, struct document *document, struct error *err)
{
    if (!defender_case(lab, document, err) || !defender_part(lab, document, err))
        return false;
    lab_inputs(lab, document);
    lab_recipe(lab, document);
    lab_cite(lab, document);
    return true;
}
