/* How sure a share is. Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_INTERVAL_H
#define SECATEUR_VIEWS_FACTS_INTERVAL_H

struct interval {
    double low, high; /* percent */
};

/* 95 % Wilson score interval of `hits` among n, in percent; 0..100 when n is 0. */
struct interval interval_wilson(int hits, int n);

#endif
