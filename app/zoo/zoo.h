/* The zoo: nets with every kind of attack, planted, written and scanned as a user would, and how
 * well the scan and the criteria did on them. The same bytes for the same seeds.
 * Owner: the caller (zoo_finish). Thread: the UI's. */
#ifndef SECATEUR_APP_ZOO_ZOO_H
#define SECATEUR_APP_ZOO_ZOO_H

#include "app/tables/table.h"
#include "engine/api/suspects.h"
#include "engine/attack/planting/localisation.h"

#include <stdatomic.h>

struct zoo_options {
    const char *folder;
    const char *attacks;            /* names with commas between; NULL: all */
    int nets;                       /* bits of enum practice_net */
    int seeds;                      /* 1 … seeds */
    int identities, images, epochs; /* as of plant; 0: its own */
    int threads;
    bool force;
    const atomic_bool *stop;
};

enum { ZOO_TEXT = 48 };

struct zoo_net {
    const char *attack, *net;
    int seed;
    double clean_accuracy, asr; /* percent, on test images; asr NAN: there is no attack */
    int n_targets;              /* classes that the attack wants; 0: none */
    int rank;                   /* of the first of them in the scan's list, from 1; 0: no target */
    int mask_rank;              /* by the size of its mask; 0 */
    enum suspects_verdict verdict;
    char stands[ZOO_TEXT]; /* classes that stand out: "2, 5" */
    double index;          /* anomaly index of the smallest mask */
    bool right;  /* the verdict names a target, or all-to-all, or nothing on a clean net */
    bool counts; /* the attack works, or there is none */
    double auc, precision; /* of the best criterion without poisoned images; NAN: no carriers */
    char best[ZOO_TEXT];   /* its name */
};

struct zoo {
    int n;
    struct zoo_net *nets;
    int n_criteria;
    struct localisation criteria[LOCALISATION_MAX]; /* means over all nets with carriers */
};

/* False with err: one could not be planted, written or scanned; what is there is kept. */
bool zoo_run(const struct zoo_options *options, struct zoo *zoo, struct error *err);
void zoo_finish(struct zoo *zoo);

/* Attacks that work and whose target the verdict names, of how many; clean nets on which a class
 * stands out, of how many. */
struct zoo_counts {
    int found, attacks, alarms, clean;
};
struct zoo_counts zoo_count(const struct zoo *zoo);

/* {"targets_found", "attacks", …, "nets", "criteria"} (zoo_json.c). */
void zoo_print_json(FILE *out, const struct zoo *zoo);

extern const struct results_table table_zoo, table_localisation; /* source: a struct zoo */

#endif
