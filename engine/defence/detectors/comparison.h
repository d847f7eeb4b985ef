/* A comparison runs an unpruned net B and repaired nets over the same images, side by side, and
 * keeps what each predicts and how every detector scores each image. One pass over the pixels.
 * Predictions equal those of an evaluator, bit for bit.
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_ENGINE_DEFENCE_COMPARISON_H
#define SECATEUR_ENGINE_DEFENCE_COMPARISON_H

#include "engine/defence/detectors/detector.h"
#include "engine/io/images/dataset.h"
#include "engine/prune/ranking/batch_runner.h"

#include <stdint.h>

struct comparison;

/* Of n repaired nets with the input and the classes of B; keeps pointers to all of them, the pool
 * and what the hooks point to. */
struct comparison *comparison_create(const struct network *b, int n,
    const struct network *const *repaired, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks, const struct pixel_scaling *scaling);
void comparison_destroy(struct comparison *comparison); /* accepts NULL */

/* Lets the detectors learn that read more than logits: from the clean validation images, and from
 * the same with an inverted trigger on them (NULL: none was inverted). Until then, and where the
 * images are too few, these detectors are left out. */
struct comparison_lesson {
    const struct dataset *clean, *triggered; /* kept until the comparison is destroyed */
    const char *only;                        /* the one detector that is wanted; NULL: all */
    bool blends;                             /* those that run B on blends too: many runs */
};
bool comparison_learn(
    struct comparison *comparison, const struct comparison_lesson *lesson, struct error *err);

/* Detectors of B alone come first, then those that compare, net by net. */
int comparison_n_scores(const struct comparison *comparison);
/* The detector of a score, and which repaired net it reads (-1: none). */
const struct detector *comparison_detector(
    const struct comparison *comparison, int score, int *net);

/* What is found of one set. */
struct findings {
    int n;                /* images */
    uint16_t *b;          /* [n] */
    uint16_t *runners_up; /* [n] the best class of B but b[i]; b[i] where there is no other */
    uint16_t **repaired;  /* [nets][n] */
    double **scores;      /* [n_scores][n] in the order of the images */
};
/* Fails when a logit is not finite, naming image and net, or when stopped; findings are empty
 * then. */
bool comparison_run(struct comparison *comparison, const struct dataset *set,
    struct findings *findings, struct error *err);
void findings_finish(struct findings *findings, const struct comparison *comparison);

#endif
