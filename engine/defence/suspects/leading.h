/* Which masks lead the others by a step, where there are many classes. Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_LEADING_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_LEADING_H

#include <stdbool.h>

enum { LEADING_COMPARED = 3 }; /* masks to compare with, at least */

struct leading_mask {
    int class;
    double mask;   /* pixels */
    bool compared; /* chosen by chance, to compare with; else for its margin */
};

/* Sorts masks[n], the smallest first; returns how many of them lead, at most `most`. stands: the
 * largest share of the median that leads, 0..1. *usual: median of the others; -1: there are none.
 */
int leading_find(struct leading_mask *masks, int n, double stands, int most, double *usual);

#endif
