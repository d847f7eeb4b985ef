/* Mean and spread of numbers. Pure; thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_MOMENTS_H
#define SECATEUR_ENGINE_MEASURES_MOMENTS_H

/* Of values[n], n >= 1; deviation: standard deviation (n - 1), of a single value 0. */
void moments_of(const double *values, int n, double *mean, double *deviation);

#endif
