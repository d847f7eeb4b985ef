/* The layers whose gradients are checked. Inputs are "input", "left" and "right", of the shape that
 * is said, and of images "pixel" (one place), "place" (one channel) and "row" (the channels alone).
 */
#ifndef SECATEUR_TESTS_UNIT_NN_GRADIENT_CASES_H
#define SECATEUR_TESTS_UNIT_NN_GRADIENT_CASES_H

struct gradient_case {
    const char *class, *shape, *settings, *inputs;
};
extern const struct gradient_case gradient_cases[]; /* class NULL behind the last */

#endif
