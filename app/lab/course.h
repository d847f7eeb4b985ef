/* What a sweep's curve shows: every conclusion is a function with a name, of counts alone, so that
 * it can be tried on curves that are made up. Thread: any. */
#ifndef SECATEUR_APP_LAB_COURSE_H
#define SECATEUR_APP_LAB_COURSE_H

#include <stdbool.h>

/* Round 0 is the net before any round. Counts of images, of n_clean and n_poisoned. */
struct course {
    int n_rounds; /* known, round 0 among them; at least 1 */
    int n_clean, n_poisoned;
    const int *clean, *hits; /* [n_rounds] read as labelled; read as the attack wants */
};

enum course_kind {
    COURSE_UNKNOWN,   /* there are no poisoned images */
    COURSE_NO_ATTACK, /* below 10 percent before any round */
    COURSE_NO_ROUNDS, /* nothing was pruned */
    COURSE_REMOVED,   /* some round within 10 points leaves at most 5 percent of attack success */
    COURSE_WEAKENED,  /* some round within 10 points leaves at most half of it, none so little */
    COURSE_STANDS,    /* clean accuracy loses 10 points before attack success is halved */
    COURSE_NEITHER,   /* neither happens */
};

double course_clean(const struct course *course, int round); /* percent */
double course_asr(const struct course *course, int round);  /* percent, 0 without poisoned images */
double course_lost(const struct course *course, int round); /* points of clean accuracy since 0 */

enum course_kind course_kind(const struct course *course);
/* Are there enough images of both kinds to draw a conclusion from? */
bool course_enough(const struct course *course);
/* Rounds from the first on that change neither count: 0 to n_rounds - 1. */
int course_quiet(const struct course *course);
/* The first round that lost so many points, -1: none. It may be won back later. */
int course_first_lost(const struct course *course, double points);
/* The round within 10 points with fewest hits; of several the one that lost least, then the first;
 * 0 where no round has fewer than round 0. */
int course_best(const struct course *course);
/* A round behind `round` with more than half of the attack success of round 0: the one with most;
 * -1: it does not come back. */
int course_comes_back(const struct course *course, int round);
/* Does attack success end before clean accuracy has ever lost 10 points? */
bool course_attack_first(const struct course *course);
/* Is the net of a round free of the attack, but for 5 percent? */
bool course_is_free(const struct course *course, int round);

#endif
