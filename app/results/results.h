/* Results on standard output: the same numbers as a table for people, as CSV or as JSON. Numbers
 * of CSV and JSON have full precision; percentages run 0..100. A new format is a file
 * results_<name>.c and its name in meson.build. Thread: the UI's. */
#ifndef SECATEUR_APP_RESULTS_RESULTS_H
#define SECATEUR_APP_RESULTS_RESULTS_H

#include "app/tables/repaired.h"
#include "app/tables/tables.h"
#include "engine/api/detection.h"
#include "engine/measures/number.h"
#include "engine/session/state/classifier.h"

#include <stdio.h>

struct results {
    const char *name; /* "text" */
    /* The net as it stands; with_test: on the test sets too, once evaluated. */
    void (*eval)(FILE *out, const struct snapshot *snapshot, bool with_test);
    void (*layers)(FILE *out, const struct snapshot *snapshot);
    void (*suspects)(FILE *out, const struct snapshot *snapshot);
    void (*compare)(FILE *out, const struct snapshot *snapshot); /* its comparison of criteria */
    /* Before the first round, after each round, after the last one. Any may be NULL. */
    void (*sweep_begin)(FILE *out, const struct snapshot *snapshot);
    void (*sweep_round)(FILE *out, const struct snapshot *snapshot, int round);
    void (*sweep_end)(FILE *out, const struct snapshot *snapshot);
    void (*prune)(FILE *out, const struct snapshot *snapshot, const char *path);
    void (*repair)(FILE *out, const struct repaired *repaired);
    void (*goodnet)(FILE *out, const struct snapshot *snapshot); /* its detection */
};

const struct results *results_find(const char *name); /* NULL: there is no such format */

void results_goodnet_text(FILE *out, const struct snapshot *snapshot);
void results_goodnet_csv(FILE *out, const struct snapshot *snapshot);
void results_goodnet_json(FILE *out, const struct snapshot *snapshot);
/* What is worked on: net, images, layer, order; ends with a blank line. */
void results_about(FILE *out, const struct snapshot *snapshot);
/* A round in words, on one line: layer, channel, counts, what changed. */
void results_round(const struct snapshot *snapshot, int round, char *text, size_t size);
/* Its counts alone: "clean accuracy 98.25 % (168 of 171), ASR 100.00 % (171 of 171)". */
void results_counts(const struct snapshot *snapshot, int round, char *text, size_t size);
/* What was found about the channel that was inspected last, in lines. */
void results_inspection(FILE *out, const struct snapshot *snapshot);
void results_explanation(FILE *out, const struct snapshot *snapshot, enum image_set set);
void results_scatter(FILE *out, const struct snapshot *snapshot);

/* Of pictures; detector NULL: none. */
void results_classified_json(FILE *out, const char *detector, double threshold,
    const struct pixel_scaling *scaling, int n_classes, const char *const *paths, int n,
    const struct classified *results);

/* Writes "data-free", "clean images only" or "oracle: poisoned images". */
const char *results_badge(enum badge badge);
/* What nets were chosen with, behind a heading: "; chosen on clean images". */
const char *results_chosen(const struct knowledge *known, char text[KNOWLEDGE_TEXT]);
/* What the nets of all thresholds were chosen with. */
struct knowledge results_thresholds_known(const struct snapshot *snapshot);
/* "B with weights zeroed" and the like. */
const char *results_kinship(const struct detection_net *net);
/* A sentence or several, in lines. */
void results_paragraph(FILE *out, const char *text);
/* A net that was written, and which programs open it. */
void results_file(FILE *out, const struct snapshot *snapshot, const char *path);
/* The first lines of text: net, images, target, scale. */
void results_sources(FILE *out, const struct snapshot *snapshot);
/* "ascending", "descending" or the name of the order's file. */
const char *results_order(const struct snapshot *snapshot);

#endif
