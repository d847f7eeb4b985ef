/* How far a value lies from the rest, by median and median absolute deviation (MAD), which a few
 * extreme values do not move: (value - median) / (1.4826 MAD). 1.4826 MAD estimates the standard
 * deviation of normal values (Rousseeuw and Croux 1993). Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_OUTLIER_H
#define SECATEUR_ENGINE_DEFENCE_OUTLIER_H

struct outlier_scale {
    double median, deviation; /* deviation: 1.4826 MAD; 0 where half the values are equal */
};

/* Of values[n], finite, n > 0. */
struct outlier_scale outlier_scale_of(const double *values, int n);
/* 0 where the deviation is 0 and the value is the median, else infinity with its sign. */
double outlier_score(const struct outlier_scale *scale, double value);

#endif
