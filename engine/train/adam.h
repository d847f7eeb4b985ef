/* Adam (Kingma & Ba 2015) over plain arrays, a value at a time, so that each caller adds, bounds or
 * masks as it needs: weights, masks and patterns of triggers, pixels. Thread: any. */
#ifndef SECATEUR_ENGINE_TRAIN_ADAM_H
#define SECATEUR_ENGINE_TRAIN_ADAM_H

#include <math.h>

/* One step, with both corrections of the bias in its rate. */
struct adam {
    float keep_first, keep_second; /* shares of the moments that stay, 0..1 */
    float rate, epsilon;
};

/* step: from 1. */
static inline struct adam adam_at(
    double rate, double keep_first, double keep_second, double epsilon, int step)
{
    double second = sqrt(1 - pow(keep_second, step));
    return (struct adam){.keep_first = (float)keep_first,
        .keep_second = (float)keep_second,
        .rate = (float)(rate * second / (1 - pow(keep_first, step))),
        .epsilon = (float)(epsilon * second)};
}

/* How far a value is to go against its gradient; its two moments, 0 before the first step, move on.
 */
static inline float adam_move(const struct adam *adam, float gradient, float *first, float *second)
{
    *first = adam->keep_first * *first + (1 - adam->keep_first) * gradient;
    *second = adam->keep_second * *second + (1 - adam->keep_second) * gradient * gradient;
    return adam->rate * *first / (sqrtf(*second) + adam->epsilon);
}

#endif
