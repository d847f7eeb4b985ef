/* From scores to thresholds, curves and areas, exactly: scores that are equal stay together, an
 * image is flagged when its score lies above the threshold. Scores are finite. Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_ROC_H
#define SECATEUR_ENGINE_DEFENCE_ROC_H

void roc_sort(double *scores, int n); /* ascending, in place; what the others read is sorted */

/* The least of clean[n] above which at most `rate` percent of them lie; n > 0. */
double roc_threshold(const double *clean, int n, double rate);
int roc_above(const double *scores, int n, double threshold);

/* Share of pairs in which the poisoned image has more, ties half; -1 where a set is empty. */
double roc_area(const double *clean, int n, const double *poisoned, int m);

/* Corners of the curve, from 0, 0 to n, m: how many of each lie above a falling threshold. Fills
 * flagged_clean and flagged_poisoned, each with room for roc_most(n, m), and returns how many. */
int roc_curve(const double *clean, int n, const double *poisoned, int m, int *flagged_clean,
    int *flagged_poisoned);
int roc_most(int n, int m);

#endif
