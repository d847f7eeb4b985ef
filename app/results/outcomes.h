/* What ASR hides, for every format: accuracy on the target's own images, robust accuracy, and the
 * trivial defence as a row of its own. Counts of -1 are not known. */
#ifndef SECATEUR_APP_RESULTS_OUTCOMES_H
#define SECATEUR_APP_RESULTS_OUTCOMES_H

#include "engine/api/snapshot.h"

#include <stdio.h>

/* A table: the head, a net a line, and last the trivial defence (or why there is none). */
void outcomes_head(FILE *out, const struct snapshot *snapshot);
void outcomes_line(
    FILE *out, const char *net, const struct outcome *count, const struct outcome *of);
void outcomes_trivial(FILE *out, const struct snapshot *snapshot, const struct outcome *trivial,
    const struct outcome *of);
/* Says whether a repair beats it; nothing where there is none. */
void outcomes_verdict(FILE *out, const char *repair, const struct worth *worth);

/* ",n_own,own_correct,own_accuracy,n_robust,robust_correct,robust_accuracy" and its values; empty
 * where they are not known. */
extern const char outcomes_csv_head[];
void outcomes_csv(FILE *out, const struct outcome *count, const struct outcome *of);

/* "class 0", "+1", "" */
enum { OUTCOMES_TARGET = TARGET_TEXT + 16 };
const char *outcomes_target(const struct attacked *attacked, char text[OUTCOMES_TARGET]);

#endif
