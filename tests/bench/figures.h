/* Measured values: collected, sorted, printed as min / median / p95 / max.
 * Owner: the caller's stack. Thread: one. */
#ifndef SECATEUR_TESTS_BENCH_FIGURES_H
#define SECATEUR_TESTS_BENCH_FIGURES_H

#include "engine/base/clock.h"

enum { FIGURES_MAX = 2048 };

struct figures {
    int n;
    double value[FIGURES_MAX];
};

void figures_add(struct figures *figures, double value);        /* kept sorted */
double figures_at(const struct figures *figures, double share); /* 0.5: the median; 0 if empty */
double figures_sum(const struct figures *figures);

/* "what   median unit (min … p95 … max, n)", values times scale. */
void figures_print(const char *what, const struct figures *figures, double scale, const char *unit);
/* b where y is about a x^b, by least squares of the logarithms. */
double figures_exponent(const double *x, const double *y, int n);

/* A heading with the load average beside it. */
void figures_heading(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
