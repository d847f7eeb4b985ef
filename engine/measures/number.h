/* What a number says, in one way wherever it is shown or written: shares in percent, how sure they
 * are, signed differences. Thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_NUMBER_H
#define SECATEUR_ENGINE_MEASURES_NUMBER_H

/* 100 count / n; 0 when n is 0. */
double number_percent(int count, int n);

struct number_interval {
    double low, high; /* percent */
};

/* 95 % Wilson score interval of count among n, in percent; 0..100 when n is 0. */
struct number_interval number_interval(int count, int n);

/* "94.78 % (93.89–95.55) 2629/2774"; "—" when it is not known (n 0, or count < 0). */
enum { NUMBER_SHARE = 80 };
const char *number_share(char text[NUMBER_SHARE], int count, int n);

/* "+0.12", "−0.12", "±0.00": a difference, or what can be below 0. */
enum { NUMBER_SIGNED = 32 };
const char *number_signed(char text[NUMBER_SIGNED], double value, int decimals);

#endif
