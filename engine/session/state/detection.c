/* A counted result of detect: memory that snapshots share. */
#include "engine/session/state/detection.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/defence/detectors/roc.h"

#include <stdlib.h>

static const double rates[DETECTION_RATES] = {1, 5, 10};

static void drop(const void *owned)
{
    free((void *)(uintptr_t)owned);
}

static void finish(void *object)
{
    struct found *found = object;
    struct detection *detection = &found->detection;
    for (int data = 0; data < N_DATA; data++) {
        for (int set = 0; set < N_SETS; set++) {
            drop(detection->predicted[data][set]);
            for (int i = 0; i < detection->n_nets; i++)
                drop(found->nets[i].predicted[data][set]);
            for (int i = 0; i < detection->n_detectors; i++)
                drop(found->detectors[i].roc[data].flagged[set]);
        }
    }
    for (int i = 0; i < detection->n_nets; i++)
        refcount_unref(found->nets[i].round);
    free(found->nets);
    free(found->detectors);
    refcount_unref(found->holds);
}

struct found *detection_create(int n_nets, const void *holds)
{
    struct found *found = refcount_create(sizeof *found, finish);
    found->holds = refcount_ref(holds);
    found->detection.n_nets = n_nets;
    found->detection.nets = found->nets = memory_array((size_t)n_nets, sizeof *found->nets);
    return found;
}

void detection_begin(struct found *found, const struct comparison *comparison)
{
    int n = found->detection.n_detectors = comparison_n_scores(comparison);
    found->detection.detectors = found->detectors =
        memory_array((size_t)n, sizeof *found->detectors);
    for (int i = 0; i < n; i++) {
        struct detector_result *result = &found->detectors[i];
        const struct detector *detector = comparison_detector(comparison, i, &result->net);
        result->name = detector->name;
        result->help = detector->help;
        result->source = detector->source;
        result->badge = (enum badge)detector->data;
        for (int data = 0; data < N_DATA; data++)
            result->roc[data].auc = -1;
    }
}

static void note_net(struct found *found, int index, enum detection_data data,
    const struct findings findings[N_SETS], const struct expected *expected)
{
    struct defence *defence = &found->nets[index].defence[data];
    struct goodnet_counts *counts[N_SETS] = {&defence->clean, &defence->poisoned};
    const struct findings *clean = &findings[SET_CLEAN], *poisoned = &findings[SET_POISONED];
    for (int set = 0; set < N_SETS; set++)
        goodnet_count_images(counts[set], findings[set].b,
            findings[set].repaired ? findings[set].repaired[index] : NULL, expected->labels[set],
            findings[set].n);
    if (expected->truth && poisoned->n > 0)
        goodnet_count_images(
            &defence->truth, poisoned->b, poisoned->repaired[index], expected->truth, poisoned->n);
    if (expected->own >= 0 && clean->n > 0)
        agreement_count_of(&defence->own, clean->b, clean->repaired[index],
            expected->labels[SET_CLEAN], clean->n, expected->own);
}

static void note_detector(
    struct found *found, int index, enum detection_data data, struct findings findings[N_SETS])
{
    struct detector_result *result = &found->detectors[index];
    struct roc *roc = &result->roc[data];
    double *scores[N_SETS];
    int *flagged[N_SETS];
    for (int set = 0; set < N_SETS; set++) {
        roc->n[set] = findings[set].n;
        scores[set] = findings[set].n > 0 ? findings[set].scores[index] : NULL;
        roc_sort(scores[set], findings[set].n);
    }
    for (int r = 0; r < DETECTION_RATES; r++) {
        struct operating_point *at = &result->at[r];
        if (data == DATA_VALIDATION)
            *at = (struct operating_point){.rate = rates[r],
                .threshold = roc_threshold(scores[SET_CLEAN], roc->n[SET_CLEAN], rates[r])};
        for (int set = 0; set < N_SETS; set++)
            at->flagged[data][set] = roc_above(scores[set], roc->n[set], at->threshold);
    }
    roc->auc =
        roc_area(scores[SET_CLEAN], roc->n[SET_CLEAN], scores[SET_POISONED], roc->n[SET_POISONED]);
    if (roc->auc < 0)
        return;
    for (int set = 0; set < N_SETS; set++)
        roc->flagged[set] = flagged[set] = memory_array(
            (size_t)roc_most(roc->n[SET_CLEAN], roc->n[SET_POISONED]), sizeof *flagged[set]);
    roc->n_points = roc_curve(scores[SET_CLEAN], roc->n[SET_CLEAN], scores[SET_POISONED],
        roc->n[SET_POISONED], flagged[SET_CLEAN], flagged[SET_POISONED]);
}

void detection_note(struct found *found, enum detection_data data, struct findings findings[N_SETS],
    const struct expected *expected)
{
    struct detection *detection = &found->detection;
    detection->truth[data] = expected->truth;
    for (int i = 0; i < detection->n_nets; i++)
        note_net(found, i, data, findings, expected);
    for (int i = 0; i < detection->n_detectors; i++)
        note_detector(found, i, data, findings);
    for (int set = 0; set < N_SETS; set++) {
        detection->n[data][set] = findings[set].n;
        detection->predicted[data][set] = findings[set].b;
        findings[set].b = NULL;
        for (int i = 0; i < detection->n_nets && findings[set].n > 0; i++) {
            found->nets[i].predicted[data][set] = findings[set].repaired[i];
            findings[set].repaired[i] = NULL;
        }
    }
}
