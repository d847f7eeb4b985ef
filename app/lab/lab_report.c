/* The report of the exercise as a document. */
#include "app/lab/defender.h"
#include "app/lab/lab_parts.h"
#include "app/report/document_results.h"
#include "app/results/results.h"
#include "app/tables/outcomes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lab_inputs(const struct lab *lab, struct document *document)
{
    document_add(document, BLOCK_HEADING, "Inputs");
    document_table(document, "Files that were read.", "role|file|SHA-256|images");
    for (int i = 0; i < LAB_INPUTS; i++) {
        const struct lab_input *input = &lab->inputs[i];
        if (!input->path)
            continue;
        document_cell(document, "%s", input->role);
        document_cell(document, "%s", input->path);
        document_cell(document, "%s", input->sha);
        if (i >= 2 && i < 4)
            document_cell(document, "%d", lab->sweep->n_images[i - 2]);
        else if (i >= 4 && i < 6)
            document_cell(document, "%d", lab->n_test[i - 4]);
        else
            document_cell(document, "—"); /* a file of a net */
    }
}

/* What a poisoned image is read as where the attack succeeds. */
static const char *counted_as(const struct snapshot *s, char *text, size_t size)
{
    const struct attacked *a = &s->attacked;
    char target[OUTCOMES_TARGET];
    if (a->source == TARGET_LABELS) {
        snprintf(text, size, "the label stored with them");
    } else if (a->source == TARGET_UNKNOWN) {
        snprintf(text, size,
            "the target, which is not known here (their labels are the true classes, and the net "
            "gets all of them right)");
    } else {
        snprintf(text, size,
            "the target, %s (%s); %d of %d images count, %d belong to the target "
            "and are left out",
            outcomes_target(a, target),
            a->source == TARGET_GIVEN      ? "as --target says"
            : a->source == TARGET_INVERTED ? "whose inverted trigger they carry: a surrogate"
            : a->source == TARGET_FOUND    ? "found: most images are read so"
                                           : "doubtful: the most frequent wrong answer",
            s->of.attack, s->n_images[SET_POISONED], a->n_left_out);
    }
    return text;
}

static void method(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->sweep;
    char as[256];
    document_add(document, BLOCK_HEADING, "Method");
    document_add(document, BLOCK_PARAGRAPH,
        "Pruning a channel sets the weights and the bias that make it to zero. Channels of %s, "
        "measured at %s, are pruned one a round by %s, %s (%s). An image is read as the class "
        "with the largest output. Clean accuracy is the share of clean images that are read as "
        "their label; attack success rate (ASR) the share of poisoned images that are read as "
        "%s. Intervals are 95 %% Wilson.",
        s->sites[s->site].name, s->sites[s->site].measured, s->criterion, results_order(s),
        results_badge(s->badge), counted_as(s, as, sizeof as));
    document_add(document, BLOCK_PARAGRAPH,
        "B′(T) is the net of the first round that lost at least T percentage points of clean "
        "accuracy. GoodNet answers G(x) = B(x) where B and B′ agree, else class N+1, whose "
        "label is %d since labels begin at 0. Nets are "
        "chosen on validation images; test images are only counted. Pixels are %s "
        "%s.",
        s->n_classes, pixel_scaling_plain(&s->scaling) ? "multiplied by" : "given to the net as",
        s->scaling.text);
}

static struct outcome_row row_of(
    const char *net, const char *data, struct outcome count, const struct outcome *of)
{
    return (struct outcome_row){net, data, count, *of};
}

static void assessment(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->sweep;
    const struct defence *test = &lab->detected->detection->nets[0].defence[DATA_TEST];
    const struct outcome of = defence_of(test);
    const struct outcome_row rows[] = {
        row_of(NULL, "validation", round_outcome(s->rounds[0]), &s->of),
        row_of(NULL, "test", defence_b(test), &of)};
    document_add(document, BLOCK_HEADING, "Assessment");
    document_results(document, &table_outcomes, rows, lab->n_test[SET_CLEAN] > 0 ? 2 : 1, IN_REPORT,
        "The net as it came.");
}

static void examination(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->sweep;
    document_add(document, BLOCK_HEADING, "Layers");
    document_results(document, &table_layers, s, s->n_sites, IN_REPORT,
        "Every place where channels can be pruned. " LAYERS_NEVER_ACTIVE " " LAYERS_COST
        " " LAYERS_SEPARATION " Best repair: within 10 points of clean accuracy (oracle: found "
        "with poisoned images). " LAYERS_SAMPLE);
    if (s->suggestion[0])
        document_add(document, BLOCK_PARAGRAPH, "Suggested: %s.", s->suggestion);
}

/* How the net was chosen: what a defender would have needed to know. */
static void badge(const struct lab *lab, const struct lab_net *net, struct document *document)
{
    char sentence[KNOWLEDGE_TEXT];
    document_cell(document, "%s%s", lab_is_repair(lab, net) ? "layer, criterion and number " : "",
        net->round >= 0 ? knowledge_sentence(lab_known(lab, net), sentence) : "—");
}

static void recipes(const struct lab *lab, struct document *document)
{
    document_table(
        document, "How they were made.", "net|layer and criterion|pruned|knowledge|file");
    for (int i = 0; i < lab->n_nets; i++) {
        const struct lab_net *net = &lab->nets[i];
        const struct snapshot *s = lab_snapshot(lab, net);
        document_cell(document, "%s", net->name);
        document_cell(document, "%s, %s", s->sites[s->site].name, s->criterion);
        if (net->round >= 0)
            document_cell(document, "%d of %d", net->round, s->n_channels);
        else
            document_cell(document, "never reached");
        badge(lab, net, document);
        document_cell(document, "%s", net->round >= 0 ? net->file : "—");
    }
}

/* What every repair has to beat; nothing where it is not defined. */
static int add_trivial(struct outcome_row *rows, int n, const char *name, int target,
    const struct outcome *trivial, const struct outcome *of)
{
    if (target < 0 || trivial->clean < 0)
        return n;
    rows[n] = row_of(name, NULL, *trivial, of);
    return n + 1;
}

static void nets(const struct lab *lab, struct document *document)
{
    const struct snapshot *b = lab->sweep, *tested = lab->detected;
    struct outcome_row rows[LAB_NETS + 2];
    const struct defence *b_tested = &tested->detection->nets[0].defence[DATA_TEST];
    const struct outcome b_of = defence_of(b_tested);
    char never[48];
    snprintf(never, sizeof never, "never answer class %d", b->target);
    document_add(document, BLOCK_HEADING, "Repaired nets");
    recipes(lab, document);
    rows[0] = row_of("B, as it came", NULL, round_outcome(b->rounds[0]), &b->of);
    int n = add_trivial(rows, 1, never, b->target, &b->trivial, &b->of);
    for (int i = 0; i < lab->n_nets; i++) {
        const struct lab_net *net = &lab->nets[i];
        const struct snapshot *s = lab_snapshot(lab, net);
        if (net->round >= 0)
            rows[n++] = row_of(net->name, NULL, round_outcome(s->rounds[net->round]), &s->of);
    }
    document_results(document, &table_outcomes, rows, n, IN_REPORT, "On the validation images.");
    if (lab->n_test[SET_CLEAN] == 0)
        return;
    snprintf(never, sizeof never, "never answer class %d", tested->target);
    rows[0] = row_of("B, as it came", NULL, defence_b(b_tested), &b_of);
    n = add_trivial(rows, 1, never, tested->target, &tested->test_trivial, &tested->test_of);
    for (int i = 0; i < lab->n_nets; i++) {
        const struct detection_net *found = lab->nets[i].found;
        const struct defence *defence = found ? &found->defence[DATA_TEST] : NULL;
        const struct outcome of = defence ? defence_of(defence) : (struct outcome){0};
        if (defence)
            rows[n++] = row_of(lab->nets[i].name, NULL, defence_repaired(defence), &of);
    }
    document_results(document, &table_outcomes, rows, n, IN_REPORT, "On the test images.");
}

static void story(const struct lab *lab, struct document *document)
{
    char *text = lab_story(lab->sweep);
    document_add(document, BLOCK_HEADING, "What happened");
    document_add(document, BLOCK_PARAGRAPH, "%s", text);
    free(text);
    if (!lab->repair) {
        const char *why = lab->sweep->suggestion, *none = "none: ";
        why += strncmp(why, none, strlen(none)) == 0 ? strlen(none) : 0;
        document_add(document, BLOCK_PARAGRAPH, "No repair is suggested: %s.",
            *why ? why : "the layers were not examined");
        return;
    }
    text = lab_story_repair(lab->repair, lab->nets[lab->n_nets - 1].round);
    document_add(document, BLOCK_PARAGRAPH, "%s", text);
    free(text);
}

static bool add_defender(struct lab *lab, struct document *document, struct error *err)
{
    if (!lab->defender)
        return true;
    document_add(document, BLOCK_PARAGRAPH,
        "All of this saw poisoned images. What follows is what a defender finds and repairs who "
        "has none; poisoned images only judge it.");
    return defender_part(lab, document, err);
}

bool lab_report(struct lab *lab, struct document *document, struct error *err)
{
    if (!lab_case(lab, document, err))
        return false;
    story(lab, document);
    assessment(lab, document);
    nets(lab, document);
    lab_defence(lab, document);
    if (!lab_figures(lab, document, err))
        return false;
    examination(lab, document);
    if (!add_defender(lab, document, err))
        return false;
    method(lab, document);
    lab_inputs(lab, document);
    lab_recipe(lab, document);
    lab_cite(lab, document);
    return true;
}
