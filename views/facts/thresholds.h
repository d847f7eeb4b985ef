/* The unpruned net, the first nets beyond each threshold and the trivial defence, with what they
 * count on validation and test images: for bars and tables. Owner: the caller's stack. Thread: any.
 */
#ifndef SECATEUR_VIEWS_FACTS_THRESHOLDS_H
#define SECATEUR_VIEWS_FACTS_THRESHOLDS_H

#include "engine/api/detection.h"

enum { THRESHOLD_NETS = 18 };

struct threshold_net {
    double points; /* 0: the unpruned one, which comes first */
    bool trivial;  /* the unpruned net that never answers the target class; the last, if any */
    int round;     /* -1: never reached, or the trivial defence */
    int pruned;    /* channels, with those elsewhere that round 0 is on top of */
    struct outcome count[N_DATA]; /* -1: not counted, or not known */
};

struct threshold_nets {
    int n;
    bool tested;
    struct outcome of[N_DATA]; /* so many images; not above 0: none, not asked or not known */
    struct threshold_net net[THRESHOLD_NETS];
};

/* Was a threshold first crossed in this round, or in one before? */
bool thresholds_crossed(const struct snapshot *snapshot, int threshold, int round);
/* Does the unpruned net have so many points to lose? */
bool thresholds_possible(const struct snapshot *snapshot, int threshold);
/* "1.83 pp left to 4 pp, round 47", "10 pp cannot be reached", "4.09 pp lost, all crossed": what
 * the next threshold is, seen from a round. */
void thresholds_distance(const struct snapshot *snapshot, int round, char *text, int size);
void threshold_nets_collect(struct threshold_nets *nets, const struct snapshot *snapshot);

#endif
