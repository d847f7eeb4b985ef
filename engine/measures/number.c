/* Shares, their Wilson intervals (Wilson 1927) and signed differences. */
#include "engine/measures/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

double number_percent(int count, int n)
{
    return n > 0 ? 100.0 * count / n : 0;
}

struct number_interval number_interval(int count, int n)
{
    const double z = 1.959963984540054; /* two-sided 95 % */
    if (n <= 0)
        return (struct number_interval){0, 100};
    double p = (double)count / n, spread = z * z / n;
    double centre = (p + spread / 2) / (1 + spread);
    double half = z * sqrt(p * (1 - p) / n + spread / n / 4) / (1 + spread);
    struct number_interval interval = {100 * (centre - half), 100 * (centre + half)};
    if (count == 0 || interval.low < 0)
        interval.low = 0;
    if (count == n || interval.high > 100)
        interval.high = 100;
    return interval;
}

const char *number_share(char text[NUMBER_SHARE], int count, int n)
{
    struct number_interval wilson = number_interval(count, n);
    if (n > 0 && count >= 0)
        snprintf(text, NUMBER_SHARE, "%.2f %% (%.2f–%.2f) %d/%d", number_percent(count, n),
            wilson.low, wilson.high, count, n);
    else
        snprintf(text, NUMBER_SHARE, "—");
    return text;
}

const char *number_signed(char text[NUMBER_SIGNED], double value, int decimals)
{
    bool none = fabs(value) < 0.5 * pow(10, -decimals);
    snprintf(text, NUMBER_SIGNED, "%s%.*f",
        none        ? "±"
        : value < 0 ? "−"
                    : "+",
        decimals, fabs(value));
    return text;
}
