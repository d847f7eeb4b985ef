/* The report of the exercise as a document. */
#include "app/lab/lab.h"
#include "app/results/outcomes.h"
#include "app/results/results.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "engine/measures/verdict.h"

#include <stdio.h>
#include <stdlib.h>

static void measured(struct document *document, int count, int n)
{
    char share[NUMBER_SHARE];
    document_cell(document, "%s", number_share(share, count, n));
}

static void inputs(const struct lab *lab, struct document *document)
{
    document_add(document, BLOCK_HEADING, "Inputs");
    document_table(document, "files that were read", "role|file|SHA-256|images");
    for (int i = 0; i < LAB_INPUTS; i++) {
        const struct lab_input *input = &lab->inputs[i];
        if (!input->path)
            continue;
        document_cell(document, "%s", input->role);
        document_cell(document, "%s", input->path);
        document_cell(document, "%s", input->sha);
        if (i < 2)
            document_cell(document, "—");
        else if (i < 4)
            document_cell(document, "%d", lab->sweep->n_images[i - 2]);
        else
            document_cell(document, "%d", lab->n_test[i - 4]);
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
            "the target, which is not known here (their labels are whom they "
            "show, and all are read so)");
    } else {
        snprintf(text, size,
            "the target, %s (%s); %d of %d images count, %d belong to the target "
            "and are left out",
            outcomes_target(a, target),
            a->source == TARGET_GIVEN   ? "as --target says"
            : a->source == TARGET_FOUND ? "found: most images are read so"
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
        "Pruning a channel zeroes the weights and the bias that make it. Channels of %s, measured "
        "at %s, are pruned one a round by %s, %s (%s). Clean accuracy is the share of clean "
        "images whose arg-max is their label; attack success rate (ASR) the share of poisoned "
        "images whose arg-max is %s. Intervals are 95 %% Wilson.",
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

static const char outcomes[] = "%s|clean accuracy (95 %%)|ASR (95 %%)|the target's own images (95 "
                               "%%)|robust accuracy (95 %%)";

static void begin_outcomes(struct document *document, const char *caption, const char *first)
{
    char *columns = memory_format(outcomes, first);
    document_table(document, caption, columns);
    free(columns);
}

static void outcome_row(
    struct document *document, const char *name, struct outcome count, const struct outcome *of)
{
    document_cell(document, "%s", name);
    measured(document, count.clean, of->clean);
    measured(document, count.attack, of->attack);
    measured(document, count.own, of->own);
    measured(document, count.robust, of->robust);
}

/* What every repair has to beat; nothing where it is not defined. */
static void trivial_row(struct document *document, const struct snapshot *s,
    const struct outcome *trivial, const struct outcome *of)
{
    char name[48];
    snprintf(name, sizeof name, "never answer class %d", s->target);
    if (s->target >= 0 && trivial->clean >= 0)
        outcome_row(document, name, *trivial, of);
}

static void assessment(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->sweep;
    document_add(document, BLOCK_HEADING, "Assessment");
    begin_outcomes(document, "the net as it came", "images");
    outcome_row(document, "validation", round_outcome(s->rounds[0]), &s->of);
    if (lab->n_test[SET_CLEAN] == 0)
        return;
    const struct defence *test = &lab->detected->detection->nets[0].defence[DATA_TEST];
    const struct outcome of = defence_of(test);
    outcome_row(document, "test", defence_b(test), &of);
}

/* What leaves the attack standing is none. */
static void best_repair(
    struct document *document, const struct snapshot *s, const struct site_line *site)
{
    double before = snapshot_asr(s, 0);
    enum verdict verdict = verdict_of(before, site->repair_asr, s->of.attack);
    bool none = verdict == VERDICT_STANDS || verdict == VERDICT_NO_ATTACK;
    if (site->repair_criterion && site->repair_channels > 0)
        document_cell(document, "%s%s, %d channels: clean %.2f %%, ASR %.2f %%",
            none ? "none; at best " : "", site->repair_criterion, site->repair_channels,
            site->repair_clean, site->repair_asr);
    else
        document_cell(document, "none");
}

static void scan(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->sweep;
    document_add(document, BLOCK_HEADING, "Layers");
    document_table(document,
        "every place where channels can be pruned; cost: points of clean accuracy lost with half "
        "the channels; separation: how far poisoned images stand out; best repair: within 10 "
        "points (oracle: found with poisoned images), on a sample where sets are large",
        "layer|measured at|channels|silent|cost|separation|best repair");
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        document_cell(document, "%s", site->name);
        document_cell(document, "%s", site->measured);
        document_cell(document, "%d", site->n_channels);
        document_cell(document, "%.1f %%", 100.0 * site->dormant);
        document_cell(document, "%.2f", site->cost);
        if (site->separating_channel >= 0)
            document_cell(document, "%.2f", site->separation);
        else
            document_cell(document, "—");
        best_repair(document, s, site);
    }
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
    document_table(document, "how they were made", "net|layer and criterion|pruned|knows|file");
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

static void nets(const struct lab *lab, struct document *document)
{
    document_add(document, BLOCK_HEADING, "Repaired nets");
    recipes(lab, document);
    const struct snapshot *b = lab->sweep, *tested = lab->detected;
    begin_outcomes(document, "on the validation images", "net");
    outcome_row(document, "B, as it came", round_outcome(b->rounds[0]), &b->of);
    trivial_row(document, b, &b->trivial, &b->of);
    for (int i = 0; i < lab->n_nets; i++) {
        const struct lab_net *net = &lab->nets[i];
        const struct snapshot *s = lab_snapshot(lab, net);
        if (net->round >= 0)
            outcome_row(document, net->name, round_outcome(s->rounds[net->round]), &s->of);
    }
    if (lab->n_test[SET_CLEAN] == 0)
        return;
    begin_outcomes(document, "on the test images", "net");
    trivial_row(document, tested, &tested->test_trivial, &tested->test_of);
    for (int i = 0; i < lab->n_nets; i++) {
        const struct detection_net *found = lab->nets[i].found;
        if (!found)
            continue;
        const struct outcome of = defence_of(&found->defence[DATA_TEST]);
        outcome_row(document, lab->nets[i].name, defence_repaired(&found->defence[DATA_TEST]), &of);
    }
}

static void story(const struct lab *lab, struct document *document)
{
    char *text = lab_story(lab->sweep);
    document_add(document, BLOCK_HEADING, "What happened");
    document_add(document, BLOCK_PARAGRAPH, "%s", text);
    free(text);
    if (!lab->repair) {
        document_add(document, BLOCK_PARAGRAPH, "No repair is suggested: %s.",
            lab->sweep->suggestion[0] ? lab->sweep->suggestion : "the layers were not examined");
        return;
    }
    text = lab_story_repair(lab->repair, lab->nets[lab->n_nets - 1].round);
    document_add(document, BLOCK_PARAGRAPH, "%s", text);
    free(text);
}

static void recipe(const struct lab *lab, struct document *document)
{
    static const char *const flags[LAB_INPUTS] = {
        "", "--architecture ", "-c ", "-p ", "--test-clean ", "--test-poisoned "};
    const struct snapshot *s = lab->sweep;
    char *line = memory_string("");
    for (int i = 0; i < LAB_INPUTS; i++) {
        if (!lab->inputs[i].path)
            continue;
        char *path = escape_text(escape_shell, lab->inputs[i].path);
        char *longer = memory_format("%s \\\n  %s%s", line, flags[i], path);
        free(path);
        free(line);
        line = longer;
    }
    char *out = escape_text(escape_shell, lab->folder);
    char *layer = escape_text(escape_shell, s->sites[s->site].name);
    char limit[32] = "", pixels[PIXEL_FLAGS];
    pixel_scaling_flags(&s->scaling, pixels);
    if (lab->options.limit > 0)
        snprintf(limit, sizeof limit, " --limit %d", lab->options.limit);
    document_add(document, BLOCK_HEADING, "To repeat it");
    document_add(document, BLOCK_CODE,
        "secateur lab%s \\\n  --layer %s --criterion %s --order %s %s%s --out %s", line, layer,
        s->criterion, results_order(s), pixels, limit, out);
    if (lab->repair) {
        char *where = escape_text(escape_shell, lab->repair->sites[lab->repair->site].name);
        char *net = escape_text(escape_shell, lab->inputs[0].path);
        char *clean = escape_text(escape_shell, lab->inputs[2].path);
        char *poisoned = escape_text(escape_shell, lab->inputs[3].path);
        document_add(document, BLOCK_CODE,
            "secateur prune %s \\\n  -c %s -p %s \\\n  --layer %s --criterion %s --rounds %d "
            "%s%s --out repaired.h5",
            net, clean, poisoned, where, lab->repair->criterion, lab->nets[lab->n_nets - 1].round,
            pixels, limit);
        free(where);
        free(net);
        free(clean);
        free(poisoned);
    }
    document_add(document, BLOCK_PARAGRAPH, "Made by secateur %s.", SECATEUR_VERSION);
    free(line);
    free(out);
    free(layer);
}

bool lab_report(struct lab *lab, struct document *document, struct error *err)
{
    story(lab, document);
    assessment(lab, document);
    nets(lab, document);
    lab_defence(lab, document);
    if (!lab_figures(lab, document, err))
        return false;
    scan(lab, document);
    method(lab, document);
    inputs(lab, document);
    recipe(lab, document);
    return true;
}
