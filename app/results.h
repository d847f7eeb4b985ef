/* Results on standard output: the same numbers as a table for people, as CSV or as JSON. Numbers
 * of CSV and JSON have full precision; percentages run 0..100. A new format is a file
 * results_<name>.c and a line in results.c. Thread: the UI's. */
#ifndef SECATEUR_APP_RESULTS_H
#define SECATEUR_APP_RESULTS_H

#include "engine/snapshot.h"

#include <stdio.h>

struct results {
    const char *name; /* "text" */
    /* The net as it stands; with_test: on the test sets too, once evaluated. */
    void (*eval)(FILE *out, const struct snapshot *snapshot, bool with_test);
    void (*layers)(FILE *out, const struct snapshot *snapshot);
    /* Before the first round, after each round, after the last one. Any may be NULL. */
    void (*sweep_begin)(FILE *out, const struct snapshot *snapshot);
    void (*sweep_round)(FILE *out, const struct snapshot *snapshot, int round);
    void (*sweep_end)(FILE *out, const struct snapshot *snapshot);
    void (*prune)(FILE *out, const struct snapshot *snapshot, const char *path);
};

extern const struct results results_text, results_csv, results_json;

const struct results *results_find(const char *name); /* NULL: there is no such format */

double results_percent(int hits, int n); /* 0 when n is 0 */
/* Writes "data-free", "clean images only" or "oracle: poisoned images". */
const char *results_badge(enum badge badge);
/* "ascending", "descending" or the name of the order's file. */
const char *results_order(const struct snapshot *snapshot);

#endif
