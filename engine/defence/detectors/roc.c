/* Counts over sorted scores. */
#include "engine/defence/detectors/roc.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void roc_sort(double *scores, int n)
{
    if (n > 0)
        qsort(scores, (size_t)n, sizeof *scores, by_value);
}

/* How many of a sorted array are at most `value`, by halving. */
static int up_to(const double *scores, int n, double value)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (scores[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int roc_above(const double *scores, int n, double threshold)
{
    return n - up_to(scores, n, threshold);
}

double roc_threshold(const double *clean, int n, double rate)
{
    int allowed = (int)floor(rate / 100 * n + 1e-9);
    return clean[allowed < n ? n - 1 - allowed : 0];
}

double roc_area(const double *clean, int n, const double *poisoned, int m)
{
    int64_t halves = 0;
    if (n == 0 || m == 0)
        return -1;
    for (int i = 0, below = 0, not_above = 0; i < m; i++) {
        while (below < n && clean[below] < poisoned[i])
            below++;
        while (not_above < n && clean[not_above] <= poisoned[i])
            not_above++;
        halves += below + not_above;
    }
    return (double)halves / 2 / n / m;
}

int roc_most(int n, int m)
{
    return n + m + 1;
}

/* Adds a point; one that continues the last line takes the place of its end. */
static int add(int *x, int *y, int count, int new_x, int new_y)
{
    if (count >= 2) {
        int64_t ax = x[count - 1] - x[count - 2], ay = y[count - 1] - y[count - 2];
        int64_t bx = new_x - x[count - 1], by = new_y - y[count - 1];
        count -= ax * by == ay * bx;
    }
    x[count] = new_x;
    y[count] = new_y;
    return count + 1;
}

int roc_curve(const double *clean, int n, const double *poisoned, int m, int *flagged_clean,
    int *flagged_poisoned)
{
    int i = n, j = m, count = add(flagged_clean, flagged_poisoned, 0, 0, 0);
    while (i > 0 || j > 0) {
        double next = i > 0 ? clean[i - 1] : poisoned[j - 1];
        if (j > 0 && poisoned[j - 1] > next)
            next = poisoned[j - 1];
        while (i > 0 && clean[i - 1] >= next)
            i--;
        while (j > 0 && poisoned[j - 1] >= next)
            j--;
        count = add(flagged_clean, flagged_poisoned, count, n - i, m - j);
    }
    return count;
}
