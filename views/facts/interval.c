#include "views/facts/interval.h"

#include <math.h>

struct interval interval_wilson(int hits, int n)
{
    const double z = 1.959963984540054; /* two-sided 95 % */
    if (n <= 0)
        return (struct interval){0, 100};
    double p = (double)hits / n, spread = z * z / n;
    double centre = (p + spread / 2) / (1 + spread);
    double half = z * sqrt(p * (1 - p) / n + spread / n / 4) / (1 + spread);
    struct interval interval = {100 * (centre - half), 100 * (centre + half)};
    if (hits == 0 || interval.low < 0)
        interval.low = 0;
    if (hits == n || interval.high > 100)
        interval.high = 100;
    return interval;
}
