/* GoodNet, agreement and detectors as tables of the report, and a sentence about them. */
#include "app/lab/lab.h"
#include "app/results/results.h"
#include "engine/measures/number.h"

static void measured(struct document *document, int count, int n)
{
    char share[NUMBER_SHARE];
    document_cell(document, "%s", number_share(share, count, n));
}

static bool counted(const struct lab_net *net, enum detection_data data)
{
    return net->found && net->found->defence[data].clean.n > 0;
}

/* Calls `row` for every net and set of images there is. */
static void each(const struct lab *lab, struct document *document,
    void (*row)(struct document *, const char *, const char *, const struct defence *))
{
    for (int i = 0; i < lab->n_nets; i++)
        for (int data = 0; data < N_DATA; data++)
            if (counted(&lab->nets[i], (enum detection_data)data))
                row(document, lab->nets[i].name, results_data((enum detection_data)data),
                    &lab->nets[i].found->defence[data]);
}

static void measures_row(
    struct document *document, const char *net, const char *data, const struct defence *defence)
{
    struct goodnet_measure measures[GOODNET_MEASURES];
    goodnet_measures(defence, measures);
    document_cell(document, "%s", net);
    document_cell(document, "%s", data);
    for (int i = 0; i < GOODNET_MEASURES; i++)
        measured(document, measures[i].count[WHO_GOOD], measures[i].n);
}

/* What every defence has to beat: B that never answers the attacked class. It flags nothing. */
static void trivial_rows(const struct lab *lab, struct document *document)
{
    const struct snapshot *s = lab->detected;
    for (int data = 0; data < N_DATA; data++) {
        const struct outcome *says = data == DATA_TEST ? &s->test_trivial : &s->trivial;
        const struct outcome *of = data == DATA_TEST ? &s->test_of : &s->of;
        if (says->clean < 0 || s->detection->n[data][SET_CLEAN] == 0)
            continue;
        document_cell(document, "never answer class %d (no GoodNet)", s->target);
        document_cell(document, "%s", results_data((enum detection_data)data));
        measured(document, says->clean, of->clean);
        measured(document, says->attack, of->attack);
        measured(document, says->robust, of->robust);
        measured(document, says->own, of->own);
        for (int i = 4; i < GOODNET_MEASURES; i++)
            document_cell(document, "—");
    }
}

/* Of B' and G against B. */
static void rating_row(
    struct document *document, const char *net, const char *data, const struct defence *defence)
{
    document_cell(document, "%s", net);
    document_cell(document, "%s", data);
    for (int who = WHO_REPAIRED; who < N_WHO; who++)
        document_cell(document, "%.3f", goodnet_rating(defence, (enum goodnet_who)who));
    measured(document, goodnet_repaired(&defence->truth), defence->truth.n);
}

static void parts(struct document *document, const struct goodnet_counts *a)
{
    const int counts[] = {a->both, a->only_b, a->only_repaired, a->same_other, a->different_other};
    for (int i = 0; i < 5; i++)
        document_cell(document, "%d", counts[i]);
}

static void agreement_row(
    struct document *document, const char *net, const char *data, const struct defence *defence)
{
    for (int set = 0; set < N_SETS; set++) {
        document_cell(document, "%s", net);
        document_cell(document, "%s, %s", data, set == SET_CLEAN ? "clean" : "poisoned");
        parts(document, set == SET_CLEAN ? &defence->clean : &defence->poisoned);
    }
}

static void detector_rows(
    const struct detection *d, const struct detector_result *r, struct document *document)
{
    for (int data = 0; data < N_DATA; data++)
        for (int i = 0; i < DETECTION_RATES && r->roc[data].n[SET_CLEAN] > 0; i++) {
            const struct operating_point *at = &r->at[i];
            const struct roc *roc = &r->roc[data];
            document_cell(document, "%s", r->name);
            document_cell(document, "%s", r->net >= 0 ? d->nets[r->net].name : "B alone");
            document_cell(document, "%s", results_data((enum detection_data)data));
            document_cell(document, "%.4f", roc->auc);
            document_cell(document, "%g %%", at->rate);
            document_cell(document, "%.5g", at->threshold);
            for (int set = 0; set < N_SETS; set++)
                measured(document, at->flagged[data][set], roc->n[set]);
        }
}

static void detectors(const struct detection *d, struct document *document)
{
    document_add(document, BLOCK_HEADING, "Detectors");
    document_add(document, BLOCK_PARAGRAPH,
        "A detector flags an image whose score lies above a threshold: the least that flags at "
        "most "
        "so many of the clean validation images, which alone set it. Poisoned and test images are "
        "only counted. AUC: the chance that a poisoned image scores above a clean one.");
    document_table(document, "what detectors flag",
        "detector|compares B with|images|AUC|allowed|threshold|false alarms (95 %)|detection (95 "
        "%)");
    for (int i = 0; i < d->n_detectors; i++)
        detector_rows(d, &d->detectors[i], document);
}

/* GoodNet beside the plainest detector, in words. */
static void compared(const struct lab *lab, struct document *document)
{
    const struct detection *d = lab->detected->detection;
    enum detection_data data = d->n[DATA_TEST][SET_CLEAN] > 0 ? DATA_TEST : DATA_VALIDATION;
    const struct detector_result *plain = &d->detectors[0];
    const struct operating_point *at = &plain->at[1];
    for (int i = lab->n_nets - 1; i >= 0; i--) {
        const struct detection_net *found = lab->nets[i].found;
        if (!found)
            continue;
        const struct defence *defence = &found->defence[data];
        document_add(document, BLOCK_PARAGRAPH,
            "Of the %s images GoodNet with the %s flags %.2f %% of the poisoned and %.2f %% of the "
            "clean ones; the detector %s, which reads B alone, %.2f %% and %.2f %% at the "
            "threshold "
            "that flags at most %g %% of the clean validation images.",
            results_data(data), lab->nets[i].name,
            number_percent(goodnet_flagged(&defence->poisoned), defence->poisoned.n),
            number_percent(goodnet_flagged(&defence->clean), defence->clean.n), plain->name,
            number_percent(at->flagged[data][SET_POISONED], plain->roc[data].n[SET_POISONED]),
            number_percent(at->flagged[data][SET_CLEAN], plain->roc[data].n[SET_CLEAN]), at->rate);
        return;
    }
}

void lab_defence(const struct lab *lab, struct document *document)
{
    const struct detection *d = lab->detected->detection;
    document_add(document, BLOCK_HEADING, "GoodNet");
    if (d->warning[0])
        document_add(document, BLOCK_PARAGRAPH, "Warning: %s.", d->warning);
    compared(lab, document);
    document_table(document, "G says what B and the net agree on, else N+1 (flagged)",
        "with|images|clean accuracy (95 %)|ASR (95 %)|robust accuracy (95 %)|the target's own "
        "images (95 %)|detection (95 %)|false alarms (95 %)|coverage (95 %)|selective accuracy "
        "(95 %)");
    each(lab, document, measures_row);
    trivial_rows(lab, document);
    document_table(document,
        "defence effectiveness rating against B: 0.5 where nothing was gained or lost; robust "
        "accuracy: poisoned images read as whom they show, where that is known",
        "net|images|DER of B′|DER of G|robust accuracy of B′ (95 %)");
    each(lab, document, rating_row);
    document_table(document,
        "how B and the net agree, in images: on the label (the attacked class of poisoned ones), "
        "on one other class, or not at all",
        "with|images|both the label|B alone|B′ alone|one other class|two other classes");
    each(lab, document, agreement_row);
    detectors(d, document);
}
