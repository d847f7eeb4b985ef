/* Measured values: sorted as they come, printed with their spread. */
#include "tests/bench/figures.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void figures_add(struct figures *figures, double value)
{
    int at = figures->n < FIGURES_MAX ? figures->n++ : FIGURES_MAX - 1;
    for (; at > 0 && figures->value[at - 1] > value; at--)
        figures->value[at] = figures->value[at - 1];
    figures->value[at] = value;
}

double figures_at(const struct figures *figures, double share)
{
    return figures->n ? figures->value[(int)lround(share * (figures->n - 1))] : 0;
}

double figures_sum(const struct figures *figures)
{
    double sum = 0;
    for (int i = 0; i < figures->n; i++)
        sum += figures->value[i];
    return sum;
}

void figures_print(const char *what, const struct figures *figures, double scale, const char *unit)
{
    printf("  %-34s %9.4g %-9s (min %.4g, p95 %.4g, max %.4g, n %d)\n", what,
        figures_at(figures, 0.5) * scale, unit, figures_at(figures, 0) * scale,
        figures_at(figures, 0.95) * scale, figures_at(figures, 1) * scale, figures->n);
}

double figures_exponent(const double *x, const double *y, int n)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 0; i < n; i++) {
        sx += log(x[i]);
        sy += log(y[i]);
        sxx += log(x[i]) * log(x[i]);
        sxy += log(x[i]) * log(y[i]);
    }
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

void figures_heading(const char *format, ...)
{
    double load = 0;
    va_list args;
    va_start(args, format);
    printf("\n");
    vprintf(format, args);
    va_end(args);
    if (getloadavg(&load, 1) == 1)
        printf("   [load %.2f]", load);
    printf("\n");
    fflush(stdout);
}
