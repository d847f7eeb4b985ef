/* What ASR hides, for every medium: accuracy on the target's own images, robust accuracy, and the
 * trivial defence as a row of its own. Counts of -1 are not known. */
#ifndef SECATEUR_APP_TABLES_OUTCOMES_H
#define SECATEUR_APP_TABLES_OUTCOMES_H

#include "app/tables/table.h"
#include "engine/api/detection.h"

/* Names of the parts of shares, for columns. */
#define NAMES_CLEAN "n_clean,clean_correct,clean_accuracy"
#define NAMES_ATTACK "n_poisoned,attack_hits,asr"
#define NAMES_OWN "n_own,own_correct,own_accuracy"
#define NAMES_ROBUST "n_robust,robust_correct,robust_accuracy"

/* A row: a net, or the images that it is counted on; what is NULL stands in no column. */
struct outcome_row {
    const char *net, *data;
    struct outcome count, of;
};
extern const struct results_table table_outcomes; /* source: struct outcome_row [n] */

/* The same as values of any table that has them. */
struct outcome_fields {
    struct table_value *clean, *attack, *own, *robust;
};
void outcome_values(
    const struct outcome *count, const struct outcome *of, struct outcome_fields fields);

/* The one class that the attack wants: of validation images, else of test images; -1: none. */
int outcomes_wanted(const struct snapshot *snapshot);

/* As text: the head, a net a line, and last the trivial defence (or why there is none). */
void outcomes_head(FILE *out, const struct snapshot *snapshot);
void outcomes_line(
    FILE *out, const char *net, const struct outcome *count, const struct outcome *of);
void outcomes_trivial(FILE *out, const struct snapshot *snapshot, const struct outcome *trivial,
    const struct outcome *of);
/* Says whether a repair beats it; nothing where there is none. */
void outcomes_verdict(FILE *out, const char *repair, const struct worth *worth);

/* The counts one by one, under the names that JSON has; n not above 0: not known. */
struct outcome_measure {
    const char *name;
    int count, n;
};
enum { OUTCOME_MEASURES = 4 };
void outcome_measures(const struct outcome *count, const struct outcome *of,
    struct outcome_measure measures[OUTCOME_MEASURES]);

/* The trivial defence on a set of images, and how many those are. */
const struct outcome *outcomes_trivial_of(
    const struct snapshot *snapshot, enum detection_data data);
const struct outcome *outcomes_of(const struct snapshot *snapshot, enum detection_data data);

/* "class 0", "+1", "" */
enum { OUTCOMES_TARGET = TARGET_TEXT + 16 };
const char *outcomes_target(const struct attacked *attacked, char text[OUTCOMES_TARGET]);

#endif
